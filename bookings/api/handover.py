"""Around the handover for programs: the code, times to meet, what a listing wants looked at, the photos."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, parties, queries
from bookings.handover import appointments, codes, plan
from bookings.models import Booking
from bookings.states import BORROWER, LENDER, HandoverPhase, Meter
from bookings.views.feeds import site
from bookings.views.handover import TYPES, photo_file
from listings.models import Listing
from sharing.web.api.idempotency import IdempotentMixin

from . import bodies
from .serializers import HandoverGivenSerializer, WholeBookingSerializer

PHASES = [HandoverPhase.PICKUP, HandoverPhase.RETURN]


class CodeSerializer(serializers.Serializer):
    step = serializers.CharField(help_text="What it confirms: hand_over or return.")
    code = serializers.CharField(help_text="Six digits, to be read aloud.")
    url = serializers.CharField(help_text="What the QR code says; the other side opens it.")
    until = serializers.DateTimeField()


class ByCodeSerializer(HandoverGivenSerializer):
    code = serializers.CharField(max_length=40, help_text="The other side's six digits, or the end of their QR code.")


class SlotSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    starts = serializers.DateTimeField()
    side = serializers.CharField(help_text="Who proposed it: borrower or lender. The other side picks.")


class MeetingSerializer(serializers.Serializer):
    phase = serializers.ChoiceField(PHASES)
    starts = serializers.DateTimeField(allow_null=True, help_text="What is agreed; null while nothing is.")
    place = serializers.CharField()
    slots = SlotSerializer(many=True)


class ProposalSerializer(serializers.Serializer):
    phase = serializers.ChoiceField(PHASES)
    times = serializers.ListField(child=serializers.DateTimeField(), min_length=1, max_length=appointments.MOST_SLOTS)
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class HandoverPlanSerializer(serializers.Serializer):
    pickup = serializers.ListField(child=serializers.CharField(), max_length=plan.MOST_ITEMS, default=list)
    back = serializers.ListField(child=serializers.CharField(), max_length=plan.MOST_ITEMS, default=list)
    meter = serializers.ChoiceField(Meter.choices, allow_blank=True, default="")


class BookingCode(IdempotentMixin, APIView):
    """The code by which both sides are confirmed at once."""

    @extend_schema(operation_id="bookings_code", responses=CodeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        booking = _of_two(request, pk)
        step = codes.step_of(booking)
        if not step or not codes.others(booking, request.user):
            raise Http404
        now = timezone.now()
        path = reverse("booking_scanned", args=[pk, step, codes.token(booking, step, request.user, now)])
        body = {"step": step, "code": codes.digits(booking, step, request.user, now), "url": f"{site(request)}{path}"}
        return Response(CodeSerializer(body | {"until": codes.lives_until(now)}).data)

    @extend_schema(
        operation_id="bookings_confirm_by_code", responses=WholeBookingSerializer,
        request={"application/json": ByCodeSerializer, "multipart/form-data": ByCodeSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Confirm for both, by the code of the other side."""
        given = _valid(ByCodeSerializer, request)
        try:
            actions.confirm_by_code(pk, given.pop("code"), by=request.user, **given)
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(WholeBookingSerializer(bodies.whole_booking(_of_two(request, pk), request.user)).data)


class BookingMeetings(IdempotentMixin, APIView):
    """When the two meet."""

    @extend_schema(operation_id="bookings_meetings", responses=MeetingSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        return _meetings(_of_two(request, pk))

    @extend_schema(
        operation_id="bookings_meetings_propose", request=ProposalSerializer,
        responses={201: MeetingSerializer(many=True)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Propose times for the pick-up or the return; earlier proposals of one's own are forgotten."""
        asked = _valid(ProposalSerializer, request)
        try:
            actions.propose_times(pk, asked.pop("phase"), by=request.user, **asked)
        except Booking.DoesNotExist:
            raise Http404 from None
        return _meetings(_of_two(request, pk), status.HTTP_201_CREATED)


class MeetingPick(IdempotentMixin, APIView):
    @extend_schema(operation_id="bookings_meetings_pick", request=None, responses=MeetingSerializer(many=True))
    def post(self, request: Request, pk: int, slot: int) -> Response:
        """Take a time that the other side proposed."""
        try:
            actions.pick_time(pk, slot, by=request.user)
        except Booking.DoesNotExist:
            raise Http404 from None
        return _meetings(_of_two(request, pk))


class ListingPlan(IdempotentMixin, APIView):
    """What is looked at when a listing changes hands; empty lists mean what is usual."""

    @extend_schema(operation_id="listings_handover", responses=HandoverPlanSerializer)
    def get(self, request: Request, pk: int) -> Response:
        listing = get_object_or_404(
            Listing.objects.looked_after_by(request.user).select_related("tool", "handover_plan"), pk=pk
        )
        pickup, back = (plan.items(listing, phase) for phase in PHASES)
        return Response(HandoverPlanSerializer({"pickup": pickup, "back": back, "meter": plan.meter(listing)}).data)

    @extend_schema(
        operation_id="listings_handover_set", request=HandoverPlanSerializer, responses=HandoverPlanSerializer
    )
    def put(self, request: Request, pk: int) -> Response:
        given = _valid(HandoverPlanSerializer, request)
        try:
            actions.set_handover_plan(pk, by=request.user, **given)
        except Listing.DoesNotExist:
            raise Http404 from None
        return self.get(request, pk)


class PhotoFile(APIView):
    @extend_schema(
        operation_id="handover_photo", responses={(200, "image/webp"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("fmt", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(TYPES))],
    )
    def get(self, request: Request, pk: int, width: int, fmt: str) -> FileResponse:
        """A photo of a handover, for the two sides (and who mediates) alone."""
        return photo_file(request.user, pk, width, fmt)


def _of_two(request: Request, pk: int) -> Booking:
    try:
        booking = queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
    if not parties.parties(booking, request.user) & (BORROWER | LENDER):
        raise Http404
    return booking


def _meetings(booking: Booking, code: int = 200) -> Response:
    rows = [
        {"phase": row.phase, "starts": row.starts, "place": row.place, "slots": list(row.slots.all())}
        for row in appointments.agreed(booking).values()
    ]
    return Response(MeetingSerializer(rows, many=True).data, status=code)


def _valid(serializer: type[serializers.Serializer], request: Request) -> dict:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data
