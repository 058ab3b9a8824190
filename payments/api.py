"""The API of this room: my payments, and my word on them."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin

from . import actions, receipts
from .cards import api as cards
from .credit.api import urlpatterns as credit
from .gateway_api import CardAccountView, Ways
from .models import Account, Payment
from .states import AccountKind
from .years.api import urlpatterns as years

MOST_WALLETS = 500


class PaymentSerializer(serializers.ModelSerializer):
    """A payment, as its payer, its payee and (for the commons) the treasurers see it."""

    community = serializers.CharField(source="community.slug", read_only=True)
    total_minor = serializers.IntegerField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Payment
        fields = [
            "id", "about", "title", "community", "payer", "payee", "gateway", "currency", "price_minor", "fee_minor",
            "solidarity_minor", "total_minor", "state", "payer_confirmed", "payee_confirmed", "settled",
            "refunded_price_minor", "refunded_fee_minor", "created", "url",
        ]
        read_only_fields = fields


class Payments(generics.ListAPIView):
    """My payments, the newest first."""

    serializer_class = PaymentSerializer

    def get_queryset(self):
        return Payment.objects.involving(self.request.user).select_related("community")


class PaymentDetail(generics.RetrieveAPIView):
    """One of my payments."""

    serializer_class = PaymentSerializer

    def get_queryset(self):
        return Payment.objects.involving(self.request.user).select_related("community")


class PaymentConfirmation(IdempotentMixin, APIView):
    """Say that the money has changed hands; once both sides have, the payment is settled."""

    @extend_schema(request=None, responses=PaymentSerializer)
    def post(self, request, pk: int) -> Response:
        mine = Payment.objects.involving(request.user)
        payment = actions.confirm(get_object_or_404(mine, pk=pk).about, by=request.user)
        return Response(PaymentSerializer(payment).data)


class WalletSerializer(serializers.ModelSerializer):
    """What a community's books owe me (or, below zero, what I hold for its pool); held: set aside, for deposits."""

    community = serializers.CharField(source="community.slug", read_only=True)

    class Meta:
        model = Account
        fields = ["community", "currency", "balance_minor", "held_minor", "limit_minor"]
        read_only_fields = fields


class Wallets(APIView):
    """My wallets, in money and in community credit."""

    @extend_schema(operation_id="payments_wallets", responses=WalletSerializer(many=True))
    def get(self, request) -> Response:
        rows = Account.objects.filter(kind=AccountKind.WALLET, member=request.user).select_related("community")
        return Response(WalletSerializer(rows.order_by("community__name", "pk")[:MOST_WALLETS], many=True).data)


class ReceiptLetter(IdempotentMixin, APIView):
    """Send me the receipt by e-mail, once in five minutes at most; 404 before it is paid."""

    @extend_schema(operation_id="payments_letter", request=None, responses={202: None})
    def post(self, request, pk: int) -> Response:
        payment = get_object_or_404(Payment.objects.involving(request.user), pk=pk, state__in=receipts.PROVEN)
        receipts.ask(payment, request.user)
        return Response(status=202)


urlpatterns = [
    *credit,
    *years,
    *cards.urlpatterns,
    path("communities/<slug:slug>/gateways/", Ways.as_view(), name="api_gateways"),
    path("payments/cards/account/", CardAccountView.as_view(), name="api_card_account"),
    path("payments/wallets/", Wallets.as_view(), name="api_wallets"),
    path("payments/<int:pk>/letter/", ReceiptLetter.as_view(), name="api_payment_letter"),
    path("payments/", Payments.as_view(), name="api_payments"),
    path("payments/<int:pk>/", PaymentDetail.as_view(), name="api_payment"),
    path("payments/<int:pk>/confirmation/", PaymentConfirmation.as_view(), name="api_payment_confirmation"),
]
