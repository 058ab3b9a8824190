"""Community credit by the API: how I stand, and giving some."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community, Member, Membership
from sharing.web.api.idempotency import IdempotentMixin

from . import accounts, actions


class CreditSerializer(serializers.Serializer):
    """Amounts in hundredths of the unit."""

    community = serializers.SlugField()
    unit = serializers.CharField()
    balance_minor = serializers.IntegerField()
    held_minor = serializers.IntegerField()
    limit_minor = serializers.IntegerField()
    worth_minor = serializers.IntegerField(help_text="What one unit counts for, in the community's minor units.")


class GiftSerializer(serializers.Serializer):
    to = serializers.IntegerField(min_value=1)
    minor = serializers.IntegerField(min_value=1)
    note = serializers.CharField(max_length=actions.LONGEST_NOTE)


class GivenSerializer(GiftSerializer):
    sequence = serializers.IntegerField()
    balance_minor = serializers.IntegerField()


class Credit(APIView):
    """My credit in a community."""

    @extend_schema(responses=CreditSerializer)
    def get(self, request: Request, slug: str) -> Response:
        community = _inside(request, slug)
        account, plan = accounts.wallet(community, request.user), accounts.plan_of(community)
        return Response({
            "community": community.slug, "unit": community.credit_unit, "balance_minor": account.balance_minor,
            "held_minor": account.held_minor, "limit_minor": account.limit_minor, "worth_minor": plan.worth_minor,
        })  # fmt: skip


class Gifts(IdempotentMixin, APIView):
    """Give a member of the community some of my credit, and say what for."""

    @extend_schema(request=GiftSerializer, responses={201: GivenSerializer})
    def post(self, request: Request, slug: str) -> Response:
        community = _inside(request, slug)
        said = GiftSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        to = get_object_or_404(Member.objects.filter(is_active=True), pk=said.validated_data["to"])
        key, facts = request.headers.get("Idempotency-Key", "")[:40], said.validated_data
        given = actions.give(community, by=request.user, to=to, minor=facts["minor"], note=facts["note"], key=key)
        balance = accounts.wallet(community, request.user).balance_minor
        return Response(said.data | {"sequence": given.sequence, "balance_minor": balance}, status=201)


def _inside(request: Request, slug: str) -> Community:
    mine = Membership.objects.active().filter(member=request.user.pk)
    community = get_object_or_404(mine.select_related("community"), community__slug=slug).community
    if not community.credit_unit:
        raise Http404
    return community


urlpatterns = [
    path("communities/<slug:slug>/credit/", Credit.as_view(), name="api_credit"),
    path("communities/<slug:slug>/credit/gifts/", Gifts.as_view(), name="api_credit_gifts"),
]
