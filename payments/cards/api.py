"""The API of cards: what is to be paid by card, and the address where."""

from django.http import Http404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from payments.models import CardCharge
from sharing.web.api.idempotency import IdempotentMixin

from . import checkout


class CardChargeSerializer(serializers.ModelSerializer):
    """What a card was asked for, as payer, payee and treasurers see it."""

    community = serializers.CharField(source="community.slug", read_only=True)

    class Meta:
        model = CardCharge
        fields = [
            "id", "about", "purpose", "title", "community", "payer", "payee", "currency", "minor", "way", "state",
            "due", "capture_before", "taken_minor", "refunded_minor", "passed_minor",
            "withheld_minor", "claimed_minor", "recovered_minor", "disputed", "problem", "created",
        ]
        read_only_fields = fields


class CheckoutSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="The page of the card service where the card is given.")


class CardCharges(generics.ListAPIView):
    """What cards were asked for in what I pay, receive or look after as a treasurer; the newest first."""

    serializer_class = CardChargeSerializer

    def get_queryset(self):
        return CardCharge.objects.involving(self.request.user).select_related("community")


class CardChargeDetail(generics.RetrieveAPIView):
    """One of them."""

    serializer_class = CardChargeSerializer

    def get_queryset(self):
        return CardCharge.objects.involving(self.request.user).select_related("community")


class CardCheckout(IdempotentMixin, APIView):
    """The address where the payer gives the card; 409 when nothing is to be paid."""

    @extend_schema(request=None, responses=CheckoutSerializer)
    def post(self, request, pk: int) -> Response:
        if not CardCharge.objects.filter(pk=pk, payer=request.user).exists():
            raise Http404
        back = request.build_absolute_uri(reverse("card_back", args=[pk]))
        return Response({"url": checkout.address(pk, by=request.user, success_url=back, cancel_url=back)})


urlpatterns = [
    path("payments/cards/", CardCharges.as_view(), name="api_cards"),
    path("payments/cards/<int:pk>/", CardChargeDetail.as_view(), name="api_card"),
    path("payments/cards/<int:pk>/checkout/", CardCheckout.as_view(), name="api_card_checkout"),
]
