"""Rides for their drivers' programs: the weekly plan, each departure with its people, the way back."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions
from bookings.driving import board
from bookings.models import Aboard
from listings import actions as listing_actions
from listings.models import Departure, Listing, Schedule
from listings.serializers import Instant
from listings.states import Kind
from members.serializers import Strict
from sharing.web.api.idempotency import IdempotentMixin

from .serializers import LARGEST
from .views import _valid


class ExceptionBody(Strict):
    day = serializers.DateField()
    at = serializers.TimeField(required=False, allow_null=True, default=None, help_text="Null: not at all that day.")


class ScheduleBody(Strict):
    """A weekly plan on the clocks of the first stop."""

    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), max_length=7)
    at = serializers.TimeField()
    starts = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    exceptions = ExceptionBody(many=True, required=False, default=list)


class ScheduleAnswer(serializers.Serializer):
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="Monday is 0.")
    at = serializers.TimeField()
    starts = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    time_zone = serializers.CharField()
    exceptions = ExceptionBody(many=True)
    made = serializers.IntegerField(required=False, help_text="Departures that were made by this change.")
    kept = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Departures that stay although the plan differs."
    )
    notice = serializers.CharField(required=False, help_text="The same in words.")


class RiderAnswer(serializers.Serializer):
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    booking = serializers.IntegerField(allow_null=True)
    aboard = serializers.IntegerField(allow_null=True, help_text="Seats the driver keeps: the number to free them by.")


class RunningAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    leaves = serializers.DateTimeField()
    cancelled = serializers.BooleanField()
    alone = serializers.BooleanField(help_text="Changed for this day: the plan leaves it as it is.")
    stops = inline_serializer(
        "RunningStop",
        {"stop": serializers.IntegerField(), "place": serializers.CharField(), "at": serializers.DateTimeField(),
         "time_zone": serializers.CharField(), "left": serializers.IntegerField(allow_null=True),
         "on": RiderAnswer(many=True), "off": RiderAnswer(many=True)},
        many=True,
    )  # fmt: skip


class RunningPage(serializers.Serializer):
    results = RunningAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as `after` for what comes later.")


class MoveBody(Strict):
    leaves = Instant()


class AboardBody(Strict):
    board = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    alight = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=500, default=1)
    who = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class CancelBody(Strict):
    note = serializers.CharField(max_length=600, required=False, allow_blank=True, default="")


class ReturnBody(Strict):
    at = serializers.TimeField()
    days_later = serializers.IntegerField(min_value=0, max_value=60, default=0)


TOLD = inline_serializer("DepartureTold", {"told": serializers.IntegerField(help_text="How many riders were told.")})


class ScheduleView(IdempotentMixin, APIView):
    @extend_schema(operation_id="rides_schedule", responses=ScheduleAnswer)
    def get(self, request: Request, pk: int) -> Response:
        """The weekly plan of a ride one drives; 404 while there is none."""
        return Response(_schedule(_mine(request, pk)))

    @extend_schema(operation_id="rides_schedule_set", request=ScheduleBody, responses=ScheduleAnswer)
    def put(self, request: Request, pk: int) -> Response:
        """Follow this plan; booked departures and those changed alone stay as they are."""
        _mine(request, pk)
        facts = _valid(ScheduleBody, request)
        facts["exceptions"] = [(row["day"], row["at"]) for row in facts["exceptions"]]
        planned = listing_actions.set_schedule(pk, by=request.user, **facts)
        kept = {"made": planned.made, "kept": [row.pk for row in planned.kept], "notice": planned.sentence}
        return Response(_schedule(planned.listing) | kept)

    @extend_schema(operation_id="rides_schedule_end", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """No plan any more: departures nobody has booked fall out."""
        _mine(request, pk)
        listing_actions.end_schedule(pk, by=request.user)
        return Response(status=204)


class DeparturesView(APIView):
    @extend_schema(
        operation_id="rides_departures", responses=RunningPage,
        parameters=[OpenApiParameter("after", OpenApiTypes.DATETIME, OpenApiParameter.QUERY)],
    )
    def get(self, request: Request, pk: int) -> Response:
        """The coming departures of a ride one drives: who gets on and off where."""
        after = None
        if text := request.query_params.get("after"):
            field = Instant()
            try:
                after = field.run_validation(text.replace(" ", "+"))
            except ValidationError as error:
                raise ValidationError({"after": error.detail}) from None
        rows, more = board.running(_mine(request, pk), after)
        return Response({"results": [_running(row) for row in rows], "next": more and more.isoformat()})


class DepartureView(IdempotentMixin, APIView):
    @extend_schema(operation_id="rides_departure_move", request=MoveBody, responses=TOLD)
    def patch(self, request: Request, pk: int) -> Response:
        """Set off at another time; riders keep their seats, are told, and may leave at no cost."""
        _departure(request, pk)
        return Response({"told": actions.move_departure(pk, by=request.user, **_valid(MoveBody, request))})


class DepartureDeed(IdempotentMixin, APIView):
    @extend_schema(operation_id="rides_departure_deed", request=CancelBody, responses=TOLD)
    def post(self, request: Request, pk: int, deed: str) -> Response:
        """`cancel`: call it off, everybody is told; `restore`: run it after all."""
        _departure(request, pk)
        if deed == "cancel":
            return Response({"told": actions.cancel_departure(pk, by=request.user, **_valid(CancelBody, request))})
        if deed == "restore":
            actions.restore_departure(pk, by=request.user)
            return Response({"told": 0})
        raise Http404


class AboardView(IdempotentMixin, APIView):
    @extend_schema(operation_id="rides_seats_keep", request=AboardBody, responses={201: RiderAnswer})
    def post(self, request: Request, pk: int) -> Response:
        """Keep seats for riders one has already."""
        _departure(request, pk)
        row = actions.take_aboard(pk, by=request.user, **_valid(AboardBody, request))
        answer = {"name": row.who, "quantity": row.claim.quantity, "booking": None, "aboard": row.pk}
        return Response(answer, status=201)


class AboardDetail(IdempotentMixin, APIView):
    @extend_schema(operation_id="rides_seats_free", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """The seats can be had here again."""
        try:
            actions.let_off(pk, by=request.user)
        except Aboard.DoesNotExist:
            raise Http404 from None
        return Response(status=204)


class ReturnView(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="rides_return", request=ReturnBody,
        responses={201: inline_serializer("ReturnMade", {"id": serializers.IntegerField()})},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Offer the way back: a second ride with the stops the other way round, linked with this one."""
        _mine(request, pk)
        back = listing_actions.make_return(pk, by=request.user, **_valid(ReturnBody, request))
        return Response({"id": back.pk}, status=201)


def _mine(request: Request, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk, kind=Kind.RIDE)


def _departure(request: Request, pk: int) -> Departure:
    mine = Listing.objects.looked_after_by(request.user).values("pk")
    return get_object_or_404(Departure.objects.filter(listing__in=mine), pk=pk)


def _schedule(listing: Listing) -> dict:
    row = get_object_or_404(Schedule.objects.prefetch_related("exceptions"), pk=listing.pk)
    return {
        "weekdays": row.weekdays, "at": row.at, "starts": row.starts, "until": row.until,
        "time_zone": listing.time_zone,
        "exceptions": [{"day": each.day, "at": each.at} for each in row.exceptions.all()],
    }  # fmt: skip


def _running(row: board.Running) -> dict:
    departure = row.departure
    return {
        "id": departure.pk, "leaves": departure.leaves, "cancelled": departure.cancelled, "alone": departure.alone,
        "stops": [
            {
                "stop": way.stop.pk, "place": way.stop.place, "at": way.at, "time_zone": way.zone, "left": way.left,
                "on": [_rider(rider) for rider in way.on], "off": [_rider(rider) for rider in way.off],
            }
            for way in row.stops
        ],
    }  # fmt: skip


def _rider(rider: board.Rider) -> dict:
    return {
        "name": rider.name, "quantity": rider.quantity, "booking": rider.booking.pk if rider.booking else None,
        "aboard": rider.aboard.pk if rider.aboard else None,
    }  # fmt: skip
