"""Which ways to pay a community uses, and a lender's account at the card service, for programs."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Member, Membership
from sharing.web.api.idempotency import IdempotentMixin

from . import actions, gateways, switching
from .cards import client, onboarding
from .models import CardAccount


class PaymentWaySerializer(serializers.Serializer):
    """One way to pay. `on`: the community uses it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    on = serializers.BooleanField()


class SwitchSerializer(serializers.Serializer):
    gateways = serializers.ListField(child=serializers.CharField(max_length=20), max_length=20)


class Ways(APIView):
    """How members of a community pay each other; its stewards and treasurers choose."""

    @extend_schema(operation_id="gateways_list", responses=PaymentWaySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response(self._shown(self._community(request, slug)))

    @extend_schema(operation_id="gateways_switch", request=SwitchSerializer, responses=PaymentWaySerializer(many=True))
    def put(self, request: Request, slug: str) -> Response:
        community = self._community(request, slug)
        if request.user.pk not in actions.trusted_of(community):
            raise Http404
        asked = SwitchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = {way.name for way in gateways.served(community)}
        if unknown := set(asked.validated_data["gateways"]) - known:
            raise serializers.ValidationError({"gateways": [f"“{sorted(unknown)[0]}” cannot be had here."]})
        switching.switch(community, set(asked.validated_data["gateways"]), by=request.user)
        return Response(self._shown(community))

    def _community(self, request: Request, slug: str):
        mine = Membership.objects.active().filter(member=request.user.pk)
        return get_object_or_404(mine.select_related("community"), community__slug=slug).community

    def _shown(self, community) -> list[dict]:
        on = {way.name for way in gateways.offered(community)}
        rows = [{"name": way.name, "label": way.label, "on": way.name in on} for way in gateways.served(community)]
        return list(PaymentWaySerializer(rows, many=True).data)


class CardAccountSerializer(serializers.ModelSerializer):
    """My account at the card service. `missing`: what it still asks me for, by its own names."""

    class Meta:
        model = CardAccount
        fields = ["submitted", "may_receive", "pays_out", "missing", "disabled_reason", "payout_trouble", "refreshed"]
        read_only_fields = fields


class OnboardingSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="The page of the card service where one says who one is; for one visit.")


class CardAccountView(IdempotentMixin, APIView):
    """Being paid by card: how my account stands, and the way to where it is opened or completed."""

    @extend_schema(operation_id="card_account", responses=CardAccountSerializer)
    def get(self, request: Request) -> Response:
        account = CardAccount.objects.filter(member=request.user.pk).first() if client.configured() else None
        if account is None:
            raise Http404
        return Response(CardAccountSerializer(account).data)

    @extend_schema(operation_id="card_account_begin", request=None, responses=OnboardingSerializer)
    def post(self, request: Request) -> Response:
        if not client.configured():
            raise Http404
        here = request.build_absolute_uri(reverse("card_account"))
        assert isinstance(request.user, Member)  # nobody else gets this far
        url = onboarding.begin(request.user, return_url=f"{here}?back=1", refresh_url=f"{here}?again=1")
        return Response({"url": url})
