"""What driving costs in a community, for programs."""

from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.driving.rates import SHOWN, hundredths
from listings import actions as listing_actions
from listings.models import CommunityRate
from members.models import Community
from sharing.values.money import exponent

from .views import _valid


class RateSerializer(serializers.Serializer):
    """`rate` in the community's currency, for each kilometre or, where people count in them, mile."""

    rate = serializers.DecimalField(max_digits=9, decimal_places=4)
    since = serializers.DateField(required=False, help_text="Today when left out; not before today.")
    source = serializers.CharField(max_length=160)  # type: ignore[assignment]


class RateShownSerializer(RateSerializer):
    currency = serializers.CharField()
    by_mile = serializers.BooleanField()


class CommunityRates(APIView):
    """The community's own rates, the newest first; where there is none, the country's holds."""

    @extend_schema(responses=RateShownSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        community = get_object_or_404(Community.objects.known_to(request.user), slug=slug)
        return Response(_shown(community))

    @extend_schema(request=RateSerializer, responses=RateShownSerializer(many=True))
    def put(self, request: Request, slug: str) -> Response:
        """Set one, by a steward; never more than the country's own figure."""
        community = get_object_or_404(Community.objects.known_to(request.user), slug=slug)
        given = _valid(RateSerializer, request)
        facts = {"since": given.get("since"), "source": given["source"]}
        facts["hundredths"] = hundredths(given["rate"], community.currency)
        try:
            listing_actions.set_rate(community.pk, by=request.user, **facts)
        except Community.DoesNotExist:
            raise Http404 from None
        return Response(_shown(community))


def _shown(community: Community) -> list:
    rows = CommunityRate.objects.filter(community=community.pk)[:SHOWN]
    return [
        RateShownSerializer({
            "rate": str(_amount(row)), "since": row.since, "source": row.source, "currency": row.currency,
            "by_mile": row.by_mile,
        }).data
        for row in rows
    ]


def _amount(row: CommunityRate) -> Decimal:
    return Decimal(row.hundredths).scaleb(-exponent(row.currency) - 2)
