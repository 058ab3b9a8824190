"""The API of this room: my payments, and my word on them."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin

from . import actions
from .cards import api as cards
from .credit.api import urlpatterns as credit
from .models import Payment
from .years.api import urlpatterns as years


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


urlpatterns = [
    *credit,
    *years,
    *cards.urlpatterns,
    path("payments/", Payments.as_view(), name="api_payments"),
    path("payments/<int:pk>/", PaymentDetail.as_view(), name="api_payment"),
    path("payments/<int:pk>/confirmation/", PaymentConfirmation.as_view(), name="api_payment_confirmation"),
]
