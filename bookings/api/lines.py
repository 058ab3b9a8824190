"""Places in lines, and what breaks, for programs."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, alternatives, waiting
from bookings.models import WaitEntry
from bookings.states import WaitState
from listings.models import Listing
from sharing.web.api.idempotency import IdempotentMixin

from .serializers import LARGEST, WhenField, id_field
from .views import _valid


class WaitAskSerializer(serializers.Serializer):
    """Of a ride the departure, and the stops where one gets on and off; else the dates."""

    listing = id_field()
    departure = id_field(required=False, allow_null=True)
    board = id_field(required=False, allow_null=True)
    alight = id_field(required=False, allow_null=True)
    starts = WhenField(required=False, allow_null=True, allow_blank=True)
    ends = WhenField(required=False, allow_null=True, allow_blank=True)
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=LARGEST)


class PlaceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    listing = serializers.IntegerField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    state = serializers.ChoiceField(WaitState.choices)
    position = serializers.IntegerField(help_text="1: nobody is before the member.")
    offered_until = serializers.DateTimeField(allow_null=True)
    booking = serializers.IntegerField(allow_null=True, help_text="What came of it.")
    departure = serializers.IntegerField(allow_null=True, help_text="Of a ride.")
    board = serializers.IntegerField(allow_null=True)
    alight = serializers.IntegerField(allow_null=True)


class Waiting(IdempotentMixin, APIView):
    """The member's places in lines."""

    @extend_schema(responses=PlaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response([_place(place.entry, place.position) for place in waiting.of(request.user)])

    @extend_schema(request=WaitAskSerializer, responses={201: PlaceSerializer})
    def post(self, request: Request) -> Response:
        """Get in line for a time that somebody else has; who stands there already keeps their place."""
        asked = _valid(WaitAskSerializer, request)
        try:
            entry = actions.join_line(asked.pop("listing"), by=request.user, **asked)
        except Listing.DoesNotExist:
            raise Http404 from None
        position = next((place.position for place in waiting.of(request.user) if place.entry.pk == entry.pk), 1)
        return Response(_place(entry, position), status=status.HTTP_201_CREATED)


class WaitingDeed(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="waiting_deed", request=None, responses=PlaceSerializer,
        parameters=[OpenApiParameter("deed", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["take", "leave"])],
    )
    def post(self, request: Request, pk: int, deed: str) -> Response:
        """Take what is offered (`booking` says what came of it), or leave the line."""
        if deed not in ("take", "leave"):
            raise Http404
        try:
            (actions.take_offer if deed == "take" else actions.leave_line)(pk, by=request.user)
        except WaitEntry.DoesNotExist:
            raise Http404 from None
        return Response(_place(WaitEntry.objects.get(pk=pk), 1))


class BreakageSerializer(serializers.Serializer):
    """Without `ends`: until further notice. `cancel` names the bookings that may be cancelled for it."""

    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST)
    starts = serializers.DateTimeField(required=False)
    ends = serializers.DateTimeField(required=False)
    for_good = serializers.BooleanField(default=False, help_text="There are fewer from now on.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    cancel = serializers.ListField(child=id_field(), required=False, default=list, max_length=1000)


class OtherSerializer(serializers.Serializer):
    title = serializers.CharField()
    url = serializers.CharField()


class ClashingSerializer(serializers.Serializer):
    """What its borrower would be offered instead: up to three that are free then, the nearest first."""

    booking = serializers.IntegerField()
    others = OtherSerializer(many=True)


class ClashSerializer(serializers.Serializer):
    done = serializers.BooleanField(help_text="False: the bookings below no longer fit; send their ids in `cancel`.")
    block = serializers.IntegerField(allow_null=True)
    bookings = serializers.ListField(child=serializers.IntegerField())
    clashing = ClashingSerializer(many=True, help_text="Of those that no longer fit.")


class Breakage(IdempotentMixin, APIView):
    @extend_schema(request=BreakageSerializer, responses={200: ClashSerializer, 409: ClashSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Take copies out of use; what no longer fits is cancelled only when it is named."""
        given = _valid(BreakageSerializer, request)
        try:
            block = actions.break_down(pk, by=request.user, **given)
        except Listing.DoesNotExist:
            raise Http404 from None
        except actions.StillBooked as refusal:
            now = timezone.now()
            clashing = [{"booking": row.pk, "others": alternatives.of(row, now=now)} for row in refusal.bookings]
            answer = {"done": False, "block": None, "bookings": [row.pk for row in refusal.bookings]}
            return Response(_clash(answer | {"clashing": clashing}), status=status.HTTP_409_CONFLICT)
        done = {"done": True, "block": block.pk if block else None, "bookings": given["cancel"], "clashing": []}
        return Response(_clash(done))


def _clash(answer: dict) -> dict:
    return ClashSerializer(answer).data


def _place(entry: WaitEntry, position: int) -> dict:
    names = ("starts", "ends", "quantity", "state", "offered_until")
    return PlaceSerializer({
        "id": entry.pk, "listing": entry.listing_id, "position": position, "booking": entry.booking_id,
        "departure": entry.departure_id, "board": entry.board_id, "alight": entry.alight_id,
        **{name: getattr(entry, name) for name in names},
    }).data
