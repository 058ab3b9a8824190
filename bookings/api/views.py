"""The endpoints: they read what was sent, call the same actions as the pages, and answer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import permissions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, availability, parties, queries, quotes, stays
from bookings.choices import Choice
from bookings.models import Booking
from bookings.states import STEPS, State
from listings.models import Listing
from listings.states import Kind
from sharing.values.period import Period, days, local_days
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination
from sharing.web.refusals import Refusal

from . import bodies
from .serializers import (
    AskSerializer,
    AvailabilitySerializer,
    BookingSerializer,
    ChoiceSerializer,
    QuoteSerializer,
    StepSerializer,
    WholeBookingSerializer,
)

DAY = timedelta(days=1)
USUAL_LOOK, LONGEST_LOOK = 31 * DAY, 370 * DAY
STEP_NAMES = [*STEPS, "pay"]


class Availability(APIView):
    """When a listing is free: periods, days with their reasons, or the departures of a ride."""

    permission_classes = [permissions.AllowAny]

    @extend_schema(
        responses=AvailabilitySerializer,
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, description="A date or an instant; now when left out."),
            OpenApiParameter("to", OpenApiTypes.STR, description="A date (included) or an instant; else 31 days on."),
            OpenApiParameter("quantity", OpenApiTypes.INT, description="So many copies or beds; 1 when left out."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        listing = _visible(request, pk)
        within = _within(request, listing)
        quantity = _quantity(request, listing)
        body = {
            "listing": listing.pk, "time_zone": listing.time_zone, "unit": listing.price_unit,
            "capacity": listing.capacity, "starts": within.starts, "ends": within.ends,
            "free": [], "days": [], "departures": [],
        }
        if listing.kind == Kind.RIDE:
            choice = Choice(request, listing)
            choice.departures = list(
                listing.departures.filter(cancelled=False, leaves__gte=within.starts, leaves__lt=within.ends)[:60]
            )
            body["departures"] = bodies.departures(choice)
        else:
            body["free"] = availability.free_periods(listing, within, quantity)
            wanted = list(local_days(within, ZoneInfo(listing.time_zone)))
            body["days"] = [day._asdict() for day in availability.days_between(listing, wanted[0], wanted[-1])]
        return Response(AvailabilitySerializer(body).data)


class QuoteView(APIView):
    """What it would cost, line by line, and whether it could be had."""

    permission_classes = [permissions.AllowAny]

    @extend_schema(request=ChoiceSerializer, responses=QuoteSerializer)
    def post(self, request: Request, pk: int) -> Response:
        listing = _visible(request, pk)
        made = quotes.quote(listing, by=request.user, **_valid(ChoiceSerializer, request))
        return Response(QuoteSerializer(bodies.quote(made, listing)).data)


class BookingList(IdempotentMixin, APIView):
    """What the member borrows, lends or mediates, the newest first."""

    keyset_ordering = ("-id",)

    @extend_schema(
        operation_id="bookings_list", responses=BookingSerializer(many=True),
        parameters=[
            OpenApiParameter("role", OpenApiTypes.STR, enum=["borrower", "lender"]),
            OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
        ],
    )
    def get(self, request: Request) -> Response:
        role, state = request.query_params.get("role", ""), request.query_params.get("state", "")
        if role not in ("", "borrower", "lender"):
            raise serializers.ValidationError({"role": [_("Either “borrower” or “lender”.")]})
        if state and state not in State.values:
            raise serializers.ValidationError({"state": [_("There is no such state.")]})
        rows = queries.mine(request.user, role=role)
        pages = KeysetPagination()
        page = pages.paginate_queryset(queries.with_cards(rows.filter(state=state) if state else rows), request, self)
        parties.look_up(page)
        return pages.get_paginated_response(
            BookingSerializer([bodies.booking(row, request.user) for row in page], many=True).data
        )

    @extend_schema(request=AskSerializer, responses={201: WholeBookingSerializer})
    def post(self, request: Request) -> Response:
        """Ask for a listing, or book it at once where its owner lets one."""
        asked = _valid(AskSerializer, request)
        back = asked.pop("back", None)
        try:
            if back:
                booking, _home = actions.request_both(asked.pop("listing"), by=request.user, back=back, **asked)
            else:
                booking = actions.request(asked.pop("listing"), by=request.user, **asked)
        except Listing.DoesNotExist:
            raise serializers.ValidationError({"listing": [_("There is no such listing.")]}) from None
        return Response(_whole(request, booking.pk), status=status.HTTP_201_CREATED)


class BookingDetail(APIView):
    @extend_schema(responses=WholeBookingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_whole(request, pk))


class BookingStep(IdempotentMixin, APIView):
    """Take a step of the booking; `pay` confirms the payment for one's own side."""

    @extend_schema(
        operation_id="bookings_step",
        request={"application/json": StepSerializer, "multipart/form-data": StepSerializer},
        responses=WholeBookingSerializer,
        parameters=[OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=STEP_NAMES)],
    )
    def post(self, request: Request, pk: int, step: str) -> Response:
        if step not in STEP_NAMES:
            raise Http404
        given = _valid(StepSerializer, request)
        try:
            if step == "pay":
                actions.confirm_payment(pk, by=request.user)
            else:
                actions.take(pk, step, by=request.user, **given)
        except Booking.DoesNotExist:
            raise Http404 from None
        return Response(_whole(request, pk))


def _whole(request: Request, pk: int) -> dict:
    try:
        row = queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
    return WholeBookingSerializer(bodies.whole_booking(row, request.user)).data


def _visible(request: Request, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.visible_to(request.user).for_pages(), pk=pk)


def _valid(serializer: type[serializers.Serializer], request: Request) -> dict:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


def _within(request: Request, listing: Listing) -> Period:
    zone = ZoneInfo(listing.time_zone)
    starts = _moment(request, "from", zone) or timezone.now()
    ends = _moment(request, "to", zone, closing=True) or starts + USUAL_LOOK
    if ends <= starts:
        raise Refusal(_("The end lies before the beginning."), field="to", code="ends_first")
    if ends - starts > LONGEST_LOOK:
        raise Refusal(_("Ask for at most a year."), field="to", code="too_long")
    return Period(starts, ends)


def _moment(request: Request, name: str, zone: ZoneInfo, *, closing: bool = False) -> datetime | None:
    text = request.query_params.get(name, "").replace(" ", "+")  # a plus that was not quoted
    if not text:
        return None
    moment = stays.read(text, name)
    if not isinstance(moment, datetime):
        day = days(moment, moment + DAY, zone)
        return day.ends if closing else day.starts
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _quantity(request: Request, listing: Listing) -> int:
    text = request.query_params.get("quantity", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= listing.capacity):
        raise Refusal(
            _("From 1 to %(most)d.") % {"most": listing.capacity}, field="quantity", code="quantity"
        )
    return int(text)
