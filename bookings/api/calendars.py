"""Calendars in and out for programs: secret addresses, and the feeds a listing follows."""

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

from bookings import actions
from bookings.calendars import sync
from bookings.models import CalendarAddress, CalendarFeed
from bookings.views.feeds import shown
from listings.models import Listing
from sharing.web.api.idempotency import IdempotentMixin

from .serializers import PeriodSerializer, id_field


class OpenSerializer(serializers.Serializer):
    renew = serializers.BooleanField(
        default=False, help_text="Another address; the one before opens nothing any more."
    )
    feed = id_field(
        required=False, allow_null=True, default=None,
        help_text="Of a listing: the address made for this feed, which leaves out what the feed itself said.",
    )


class AddressSerializer(serializers.Serializer):
    """A secret: whoever has the address reads the calendar."""

    url = serializers.CharField()
    feed = serializers.IntegerField(allow_null=True)
    read = serializers.DateTimeField(allow_null=True, help_text="When a calendar read it last, to the hour.")
    created = serializers.DateTimeField()


class NewFeedSerializer(serializers.Serializer):
    url = serializers.CharField(max_length=1000, help_text="https, http or webcal; on the public net.")
    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class FeedClashSerializer(PeriodSerializer):
    booking = serializers.IntegerField()


class FeedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    listing = serializers.IntegerField()
    name = serializers.CharField()
    busy = serializers.IntegerField(help_text="How many busy times are taken over.")
    left_out = serializers.IntegerField(help_text="How many more lie too far ahead.")
    fault = serializers.CharField(help_text="Why it cannot be read, for programs; empty when all is well.")
    reason = serializers.CharField(help_text="The same in words.")
    fetched = serializers.DateTimeField(allow_null=True, help_text="When it was read well the last time.")
    due = serializers.DateTimeField(help_text="When it is read next.")
    clashes = FeedClashSerializer(many=True, help_text="Busy times in which a booking lies.")


class MyCalendar(IdempotentMixin, APIView):
    """The secret address of one's own bookings, borrowed and lent."""

    @extend_schema(operation_id="calendar", responses=AddressSerializer)
    def get(self, request: Request) -> Response:
        return _shown(request, get_object_or_404(CalendarAddress, member=request.user))

    @extend_schema(operation_id="calendar_open", request=OpenSerializer, responses={201: AddressSerializer})
    def post(self, request: Request) -> Response:
        """Open it, or change its address."""
        asked = _valid(OpenSerializer, request)
        address = actions.open_calendar(by=request.user, renew=asked["renew"])
        return _shown(request, address, status.HTTP_201_CREATED)

    @extend_schema(operation_id="calendar_close", responses={204: None})
    def delete(self, request: Request) -> Response:
        actions.close_calendar(by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListingCalendar(IdempotentMixin, APIView):
    """The secret addresses under which a listing's busy times are read, without names."""

    @extend_schema(operation_id="listing_calendar", responses=AddressSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        listing = _cared_for(request, pk)
        rows = CalendarAddress.objects.filter(listing=listing).order_by("pk")
        return Response(AddressSerializer([_body(request, row) for row in rows], many=True).data)

    @extend_schema(operation_id="listing_calendar_open", request=OpenSerializer, responses={201: AddressSerializer})
    def post(self, request: Request, pk: int) -> Response:
        asked = _valid(OpenSerializer, request)
        listing = _cared_for(request, pk)
        try:
            address = actions.open_calendar(
                by=request.user, listing_id=listing.pk, feed_id=asked["feed"], renew=asked["renew"]
            )
        except CalendarFeed.DoesNotExist:
            raise serializers.ValidationError({"feed": [_("There is no such calendar.")]}) from None
        return _shown(request, address, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="listing_calendar_close", responses={204: None},
        parameters=[OpenApiParameter("feed", OpenApiTypes.INT, description="The one made for this feed.")],
    )
    def delete(self, request: Request, pk: int) -> Response:
        feed = request.query_params.get("feed")
        if feed is not None and not (feed.isascii() and feed.isdigit() and len(feed) < 18):
            raise Http404
        actions.close_calendar(by=request.user, listing_id=_cared_for(request, pk).pk, feed_id=feed and int(feed))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListingFeeds(IdempotentMixin, APIView):
    """The calendars a listing follows; never more than 100."""

    @extend_schema(operation_id="listing_feeds", responses=FeedSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        listing = _cared_for(request, pk)
        clashes = sync.clashes(listing, timezone.now())
        return Response(FeedSerializer([_feed(row, clashes) for row in listing.feeds.all()], many=True).data)

    @extend_schema(operation_id="listing_feeds_add", request=NewFeedSerializer, responses={201: FeedSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Follow another calendar; it is read within a minute."""
        feed = actions.add_feed(_cared_for(request, pk).pk, by=request.user, **_valid(NewFeedSerializer, request))
        return Response(FeedSerializer(_feed(feed, [])).data, status=status.HTTP_201_CREATED)


class FeedDetail(IdempotentMixin, APIView):
    """One feed: DELETE follows it no more, POST looks within a minute."""

    @extend_schema(operation_id="feed_look", request=None, responses={202: FeedSerializer})
    def post(self, request: Request, pk: int) -> Response:
        try:
            feed = actions.look_now(pk, by=request.user)
        except CalendarFeed.DoesNotExist:
            raise Http404 from None
        feed.refresh_from_db()
        return Response(FeedSerializer(_feed(feed, [])).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="feed_drop", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        try:
            actions.drop_feed(pk, by=request.user)
        except CalendarFeed.DoesNotExist:
            raise Http404 from None
        return Response(status=status.HTTP_204_NO_CONTENT)


def _feed(feed: CalendarFeed, clashes: list[tuple]) -> dict:
    return {
        "id": feed.pk, "listing": feed.listing_id, "name": feed.name, "busy": feed.busy, "left_out": feed.left_out,
        "fault": feed.fault, "reason": feed.get_fault_display() if feed.fault else "", "fetched": feed.fetched,
        "due": feed.due, "clashes": [
            {"starts": row.starts, "ends": row.ends, "booking": booking.pk}
            for row, booking in clashes if row.feed_id == feed.pk
        ],
    }


def _body(request: Request, address: CalendarAddress) -> dict:
    return (shown(request, address) or {}) | {"feed": address.feed_id}


def _shown(request: Request, address: CalendarAddress, code: int = 200) -> Response:
    return Response(AddressSerializer(_body(request, address)).data, status=code)


def _cared_for(request: Request, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)


def _valid(serializer: type[serializers.Serializer], request: Request) -> dict:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data
