"""Series for programs: seen beforehand, asked for, answered, called off."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, parties, queries, repeats
from bookings.models import Booking, Series
from bookings.states import Rhythm
from listings.models import Listing
from sharing.web.api.idempotency import IdempotentMixin

from . import bodies
from .serializers import LARGEST, BookingSerializer, WhenField
from .views import _valid


class SeriesAskSerializer(serializers.Serializer):
    """The first time as one would book it; the others follow on the listing's own clock."""

    starts = WhenField()
    ends = WhenField(required=False, allow_null=True, allow_blank=True)
    rhythm = serializers.ChoiceField(Rhythm.choices)
    until = serializers.DateField()
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=LARGEST)


class SeriesNewSerializer(SeriesAskSerializer):
    skip = serializers.BooleanField(default=False, help_text="Leave out what can't be had; else all or nothing.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class TurnSerializer(serializers.Serializer):
    starts = serializers.CharField()
    ends = serializers.CharField()
    free = serializers.BooleanField()
    reason = serializers.CharField()
    total_minor = serializers.IntegerField()


class TurnsSerializer(serializers.Serializer):
    turns = TurnSerializer(many=True)
    total_minor = serializers.IntegerField(help_text="Of what is free.")


class SeriesSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    listing = serializers.IntegerField()
    rhythm = serializers.ChoiceField(Rhythm.choices)
    until = serializers.DateField()
    bookings = BookingSerializer(many=True)


class SeriesPreview(APIView):
    @extend_schema(request=SeriesAskSerializer, responses=TurnsSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Every time with its price or the reason why it can't be had; nothing is written."""
        turns = _or_404(actions.preview_series, pk, by=request.user, **_valid(SeriesAskSerializer, request))
        rows = [
            {"starts": str(turn.starts), "ends": str(turn.ends), "free": turn.free, "reason": turn.reason,
             "total_minor": turn.offer.total_minor if turn.offer else 0}
            for turn in turns
        ]
        return Response(TurnsSerializer({"turns": rows, "total_minor": repeats.total_minor(turns)}).data)


class SeriesNew(IdempotentMixin, APIView):
    @extend_schema(request=SeriesNewSerializer, responses={201: SeriesSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Ask for all of it, or with `skip` for what is free."""
        made = _or_404(actions.request_series, pk, by=request.user, **_valid(SeriesNewSerializer, request))
        return Response(_body(request, made.pk), status=status.HTTP_201_CREATED)


class SeriesDetail(APIView):
    @extend_schema(responses=SeriesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_body(request, pk))


class SeriesDeed(IdempotentMixin, APIView):
    @extend_schema(
        request=None, responses=SeriesSerializer,
        parameters=[OpenApiParameter("deed", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["accept", "end"])],
    )
    def post(self, request: Request, pk: int, deed: str) -> Response:
        """The lender says yes to all, or either side calls off what has not begun."""
        if deed not in ("accept", "end"):
            raise Http404
        _or_404(actions.accept_series if deed == "accept" else actions.end_series, pk, by=request.user)
        return Response(_body(request, pk))


def _or_404(action, *args, **kwargs):
    try:
        return action(*args, **kwargs)
    except (Listing.DoesNotExist, Series.DoesNotExist):
        raise Http404 from None


def _body(request: Request, pk: int) -> dict:
    rows = list(queries.with_cards(Booking.objects.involving(request.user).filter(series=pk)).order_by("starts", "pk"))
    series = Series.objects.filter(pk=pk).first()
    if not rows or series is None:
        raise Http404
    parties.look_up(rows)
    return SeriesSerializer({
        "id": pk, "listing": series.listing_id, "rhythm": series.rhythm, "until": series.until,
        "bookings": [bodies.booking(row, request.user) for row in rows],
    }).data
