"""The life of a booking for programs: other dates, what cancelling would give back, late fees."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, changes, money, parties, queries
from bookings.models import Booking, Change, LateFee
from bookings.states import ChangeState
from listings.models import Listing
from listings.states import Cancellation as Policy
from sharing.web.api.idempotency import IdempotentMixin

from . import bodies
from .serializers import MOST_MINOR, PriceSerializer, WhenField, WholeBookingSerializer, id_field
from .views import _valid, _whole

ENDING = ["cancel", "no_show"]


class DatesSerializer(serializers.Serializer):
    """Other dates, or of a ride another departure or other stops; what is left out stays as it is."""

    starts = WhenField(required=False, allow_null=True, allow_blank=True)
    ends = WhenField(required=False, allow_null=True, allow_blank=True)
    departure = id_field(required=False, allow_null=True)
    board = id_field(required=False, allow_null=True)
    alight = id_field(required=False, allow_null=True)


class ChangeAskSerializer(DatesSerializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ChangeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    side = serializers.ChoiceField(["borrower", "lender"], help_text="Who proposed it.")
    state = serializers.ChoiceField(ChangeState.choices)
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    departure = serializers.IntegerField(allow_null=True, help_text="Of a ride.")
    board = serializers.IntegerField(allow_null=True)
    alight = serializers.IntegerField(allow_null=True)
    quote = PriceSerializer()
    note = serializers.CharField()
    created = serializers.DateTimeField()
    waits_for_card = serializers.BooleanField(
        help_text="A request would cost more by it: it counts as soon as the card holds that. See payments/cards/."
    )
    expires = serializers.DateTimeField()
    answered = serializers.DateTimeField(allow_null=True)


class ChangesSerializer(serializers.Serializer):
    possible = serializers.BooleanField(help_text="Whether the member may propose other dates now.")
    free_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when it could be kept, the next booking respected; null: nobody is next."
    )
    changes = ChangeSerializer(many=True)


class DatesPreviewSerializer(serializers.Serializer):
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    free = serializers.BooleanField()
    code = serializers.CharField()
    reason = serializers.CharField()
    at_once = serializers.BooleanField(help_text="Whether it would count without the other side's word.")
    more_minor = serializers.IntegerField(help_text="Against what is agreed; below zero it gets cheaper.")
    quote = PriceSerializer()


class CancellationSerializer(serializers.Serializer):
    possible = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why not, in words; empty when it is possible.")
    policy = serializers.ChoiceField(Policy.choices)
    paid = serializers.BooleanField(help_text="Whether anything was paid yet.")
    price_minor = serializers.IntegerField(help_text="What of the price goes back.")
    fee_minor = serializers.IntegerField(help_text="What goes back out of the pool.")
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()


class LateFeeSerializer(serializers.Serializer):
    minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR, help_text="Each started day or hour; 0: none.")
    most_minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR)


class Cancellation(APIView):
    """What would go back if the member cancelled now, or closed it because nobody came; nothing happens."""

    @extend_schema(
        responses=CancellationSerializer,
        parameters=[OpenApiParameter(
            "step", OpenApiTypes.STR, enum=ENDING, description="`cancel` when left out; `no_show`: nobody came."
        )],
    )
    def get(self, request: Request, pk: int) -> Response:
        booking = _seen(request, pk)
        step = request.query_params.get("step", "") or "cancel"
        if step not in ENDING:
            raise serializers.ValidationError({"step": [_("There is no such step.")]})
        party = parties.parties(booking, request.user)
        now, reason = timezone.now(), ""
        try:
            actions.check(booking, step, request.user, now)
        except actions.NotNow as refusal:
            reason = str(refusal)
        back = money.would_go_back(booking, money.ending_rule(booking, step, party, now))
        return Response(CancellationSerializer({
            "possible": not reason, "reason": reason, "policy": booking.cancellation, "paid": back.paid,
            "price_minor": back.price_minor, "fee_minor": back.fee_minor, "total_minor": back.total_minor,
            "currency": booking.quote["currency"],
        }).data)


class Changes(IdempotentMixin, APIView):
    """Other dates for a booking: what was proposed, and a proposal of one's own."""

    @extend_schema(responses=ChangesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        booking = _seen(request, pk)
        possible = changes.may_change(booking, parties.parties(booking, request.user))
        until = changes.longest_until(booking, timezone.now()) if possible else booking.ends
        rows = [_change(row) for row in booking.changes.order_by("-pk")[:50]]
        return Response(ChangesSerializer({"possible": possible, "free_until": until, "changes": rows}).data)

    @extend_schema(request=ChangeAskSerializer, responses={201: ChangeSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Propose other dates; `state` says whether they count at once or wait for the other side."""
        try:
            row = actions.change(pk, by=request.user, **_valid(ChangeAskSerializer, request))
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(ChangeSerializer(_change(row)).data, status=status.HTTP_201_CREATED)


class ChangePreview(APIView):
    """What other dates would cost and whether they could be had; nothing is written."""

    @extend_schema(request=DatesSerializer, responses=DatesPreviewSerializer)
    def post(self, request: Request, pk: int) -> Response:
        try:
            made = actions.preview_change(pk, by=request.user, **_valid(DatesSerializer, request))
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(DatesPreviewSerializer({
            "starts": made.stay.period.starts, "ends": made.stay.period.ends, "free": made.answer.free,
            "code": made.answer.code, "reason": made.answer.reason, "at_once": made.at_once,
            "more_minor": made.more_minor, "quote": bodies.price(made.quote),
        }).data)


class ChangeAnswer(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="bookings_changes_answer", request=None, responses=ChangeSerializer,
        parameters=[OpenApiParameter(
            "answer", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["agree", "decline", "withdraw"]
        )],
    )
    def post(self, request: Request, pk: int, change: int, answer: str) -> Response:
        """Agree or decline, the other side; withdraw, whoever proposed it."""
        if not Change.objects.filter(pk=change, booking=pk).exists():
            raise Http404
        try:
            row = actions.answer_change(change, answer, by=request.user)
        except Change.DoesNotExist:
            raise Http404 from None
        return Response(ChangeSerializer(_change(row)).data)


class LateFeeWaiver(IdempotentMixin, APIView):
    @extend_schema(request=None, responses=WholeBookingSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """The lender forgives the late fee."""
        try:
            actions.waive_late_fee(pk, by=request.user)
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(_whole(request, pk))


class DamageWaiver(IdempotentMixin, APIView):
    @extend_schema(request=None, responses=WholeBookingSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """The lender lets go of what is still owed for a damage."""
        try:
            actions.forgive_damage(pk, by=request.user)
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(_whole(request, pk))


class LateFeeRule(APIView):
    """What it costs to bring a listing back late, set by its owner."""

    @extend_schema(responses=LateFeeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=pk)
        rule = LateFee.objects.filter(listing=listing).first() or LateFee(minor=0, most_minor=0)
        return Response(LateFeeSerializer(rule).data)

    @extend_schema(request=LateFeeSerializer, responses=LateFeeSerializer)
    def put(self, request: Request, pk: int) -> Response:
        given = _valid(LateFeeSerializer, request)
        try:
            actions.set_late_fee(pk, **given, by=request.user)
        except Listing.DoesNotExist:
            raise Http404 from None
        return Response(given)


def _seen(request: Request, pk: int) -> Booking:
    try:
        return queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None


def _change(row: Change) -> dict:
    names = ("side", "state", "starts", "ends", "note", "created", "waits_for_card", "expires", "answered")
    way = {"departure": row.departure_id, "board": row.board_id, "alight": row.alight_id}
    return {"id": row.pk, "quote": bodies.price(row.quote)} | way | {name: getattr(row, name) for name in names}
