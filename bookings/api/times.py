"""When a listing can be had, for clients: its terms of time, the days kept free, the rule of fair use, approvals."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions, stays
from bookings.actions.fairness import NAMES as RULE_NAMES
from bookings.actions.terms import NAMES as TERM_NAMES
from bookings.models import Approval, Claim, DateException, DayPrice, FairUse, Policy
from bookings.states import ClaimKind
from listings.models import Listing
from listings.states import EVERY_DAY
from members.models import Community
from sharing.values.period import Period
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination
from sharing.web.refusals import Refusal

DAY = timedelta(days=1)
SHOWN = 200


class WindowSerializer(serializers.Serializer):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="Monday is 0.")
    opens = serializers.TimeField()
    closes = serializers.TimeField(help_text="Before `opens`: on the next day. 23:59: until the day is over.")


class DifferingDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    is_open = serializers.BooleanField(default=False)
    opens = serializers.TimeField(allow_null=True, default=None, help_text="Hours of its own, of a day that is open.")
    closes = serializers.TimeField(allow_null=True, default=None)
    note = serializers.CharField(max_length=120, allow_blank=True, default="")


class DayPriceSerializer(serializers.Serializer):
    first = serializers.DateField()
    last = serializers.DateField()
    price_minor = serializers.IntegerField(min_value=0, max_value=10**9)
    note = serializers.CharField(max_length=60, allow_blank=True, default="")


class FairUseSerializer(serializers.Serializer):
    """What is null is not limited; all null: no rule."""

    most_at_once = serializers.IntegerField(allow_null=True, default=None)
    most_days = serializers.IntegerField(allow_null=True, default=None)
    window_days = serializers.IntegerField(allow_null=True, default=None)
    pause_days = serializers.IntegerField(default=0)
    count_closed = serializers.BooleanField(default=True)
    new_days = serializers.IntegerField(default=0)
    new_at_once = serializers.IntegerField(allow_null=True, default=None)
    new_deposit_minor = serializers.IntegerField(allow_null=True, default=None)


class TimesSerializer(serializers.Serializer):
    """What is left out of a PATCH stays; a list replaces the list there was."""

    min_units = serializers.IntegerField(required=False)
    max_units = serializers.IntegerField(required=False)
    notice_hours = serializers.IntegerField(required=False)
    change_hours = serializers.IntegerField(required=False)
    cancel_hours = serializers.IntegerField(required=False)
    horizon_days = serializers.IntegerField(required=False)
    buffer_before = serializers.IntegerField(required=False)
    buffer_after = serializers.IntegerField(required=False)
    arrive_days = serializers.IntegerField(
        required=False, min_value=1, max_value=EVERY_DAY, help_text="Weekdays as bits, Monday 1 to Sunday 64."
    )
    leave_days = serializers.IntegerField(required=False, min_value=1, max_value=EVERY_DAY)
    holiday_region = serializers.CharField(
        required=False, allow_blank=True, max_length=12, help_text="“DE”, “DE-BW”; empty: holidays are like other days."
    )
    windows = WindowSerializer(many=True, required=False)
    exceptions = serializers.ListField(child=DifferingDaySerializer(), required=False, max_length=SHOWN)
    day_prices = DayPriceSerializer(many=True, required=False)
    fair_use = FairUseSerializer(required=False, allow_null=True)
    policy = serializers.IntegerField(required=False, allow_null=True, help_text="The approval it asks for.")


class BlockSerializer(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    listing = serializers.IntegerField(read_only=True, source="listing_id")
    kind = serializers.ChoiceField([ClaimKind.BLOCK, ClaimKind.REPAIR], default=ClaimKind.BLOCK)
    starts = serializers.CharField(max_length=40, help_text="A date or an instant.")
    ends = serializers.CharField(max_length=40, help_text="A date, included, or an instant.")
    quantity = serializers.IntegerField(required=False, min_value=1)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class ApprovalSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    policy = serializers.IntegerField(source="policy_id")
    name = serializers.CharField(source="policy.name")
    member = serializers.IntegerField(source="member_id")
    state = serializers.CharField()
    note = serializers.CharField()
    answer = serializers.CharField()
    asked = serializers.DateTimeField()
    until = serializers.DateField(allow_null=True)


class AskApprovalSerializer(serializers.Serializer):
    listing = serializers.IntegerField()
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class AnswerApprovalSerializer(serializers.Serializer):
    state = serializers.ChoiceField(["given", "declined", "withdrawn"])
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    until = serializers.DateField(required=False, allow_null=True, default=None)


class ListingTimes(APIView):
    """When it can be had, as its owner sets it."""

    @extend_schema(responses=TimesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_times(_cared_for(request, pk)))

    @extend_schema(request=TimesSerializer, responses=TimesSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        listing, data = _cared_for(request, pk), _valid(TimesSerializer, request)
        with transaction.atomic():
            terms = {name: data[name] for name in TERM_NAMES if name in data}
            if terms:
                actions.set_terms(pk, by=request.user, facts=terms)
            if "windows" in data:
                windows = [(row["weekday"], row["opens"], row["closes"]) for row in data["windows"]]
                actions.set_weekly(pk, windows, by=request.user)
            if "exceptions" in data:
                DateException.objects.filter(listing=listing).delete()
                for row in data["exceptions"]:
                    actions.close_day(pk, by=request.user, **row)
            if "day_prices" in data:
                DayPrice.objects.filter(listing=listing).delete()
                for row in data["day_prices"]:
                    actions.add_day_price(pk, by=request.user, **row)
            if "fair_use" in data:
                actions.set_fair_use(by=request.user, listing_id=pk, facts=data["fair_use"] or {})
            if "policy" in data:
                actions.set_policy(pk, data["policy"], by=request.user)
        return Response(_times(_cared_for(request, pk)))


class Blocks(IdempotentMixin, APIView):
    """Days kept free of bookings, those that are over left out."""

    @extend_schema(responses=BlockSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        listing = _cared_for(request, pk)
        rows = Claim.objects.filter(listing=listing, ends__gt=timezone.now()).order_by("starts", "pk")
        return Response({"results": BlockSerializer(rows.exclude(kind=ClaimKind.BOOKING)[:SHOWN], many=True).data})

    @extend_schema(request=BlockSerializer, responses={201: BlockSerializer})
    def post(self, request: Request, pk: int) -> Response:
        listing, data = _cared_for(request, pk), _valid(BlockSerializer, request)
        period = _period(listing, data.pop("starts"), data.pop("ends"))
        claim = actions.block(pk, period, by=request.user, **data)
        return Response(BlockSerializer(claim).data, status=status.HTTP_201_CREATED)


class BlockDetail(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Open these days again."""
        try:
            actions.unblock(pk, by=request.user)
        except Claim.DoesNotExist:
            raise Http404 from None
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommunityFairUse(APIView):
    """The rule for everything a community shares, for its stewards."""

    @extend_schema(responses=FairUseSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_rule(FairUse.objects.filter(community=_stewarded(request, slug)).first()))

    @extend_schema(request=FairUseSerializer, responses=FairUseSerializer)
    def put(self, request: Request, slug: str) -> Response:
        community = _stewarded(request, slug)
        facts = _valid(FairUseSerializer, request)
        return Response(_rule(actions.set_fair_use(by=request.user, community_id=community.pk, facts=facts)))


class Approvals(IdempotentMixin, APIView):
    """One's own approvals, and those one may answer; the newest first."""

    keyset_ordering = ("-id",)

    @extend_schema(operation_id="approvals_list", responses=ApprovalSerializer(many=True))
    def get(self, request: Request) -> Response:
        mine = Policy.objects.looked_after_by(request.user).values("pk")
        own = Approval.objects.filter(member=request.user) | Approval.objects.filter(policy__in=mine)
        pages = KeysetPagination()
        page = pages.paginate_queryset(own.select_related("policy").order_by("-id"), request, self)
        return pages.get_paginated_response(ApprovalSerializer(page, many=True).data)

    @extend_schema(request=AskApprovalSerializer, responses={201: ApprovalSerializer})
    def post(self, request: Request) -> Response:
        """Ask for what a listing needs."""
        data = _valid(AskApprovalSerializer, request)
        try:
            approval = actions.ask_approval(data["listing"], by=request.user, note=data["note"])
        except Listing.DoesNotExist:
            raise Http404 from None
        return Response(ApprovalSerializer(approval).data, status=status.HTTP_201_CREATED)


class ApprovalDetail(IdempotentMixin, APIView):
    @extend_schema(operation_id="approvals_answer", request=AnswerApprovalSerializer, responses=ApprovalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Give it, say not yet, or withdraw it."""
        data = _valid(AnswerApprovalSerializer, request)
        try:
            approval = actions.answer_approval(pk, by=request.user, **data)
        except Approval.DoesNotExist:
            raise Http404 from None
        return Response(ApprovalSerializer(approval).data)


def _times(listing: Listing) -> dict:
    policy = Policy.objects.filter(tools__listing=listing.pk).values_list("pk", flat=True).first()
    body = {name: getattr(listing, name) for name in TERM_NAMES}
    body |= {
        "windows": listing.windows.all(), "exceptions": listing.exceptions.order_by("day")[:SHOWN],
        "day_prices": listing.day_prices.all()[:SHOWN], "policy": policy, "fair_use": None,
    }
    rule = FairUse.objects.filter(listing=listing.pk).first()
    return TimesSerializer(body).data | {"fair_use": _rule(rule) if rule else None}


def _rule(rule: FairUse | None) -> dict:
    return FairUseSerializer({name: getattr(rule or FairUse(), name) for name in RULE_NAMES}).data


def _period(listing: Listing, starts: str, ends: str) -> Period:
    zone = ZoneInfo(listing.time_zone)
    first, last = stays.read(starts, "starts"), stays.read(ends, "ends")
    begin, end = stays.begin_of(first, zone), stays.end_of(last, zone)
    if end <= begin:
        raise Refusal(_("The end lies before the beginning."), field="ends", code="ends_first")
    return Period(begin, end)


def _cared_for(request: Request, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)


def _stewarded(request: Request, slug: str) -> Community:
    return get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)


def _valid(serializer: type[serializers.Serializer], request: Request) -> dict:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data
