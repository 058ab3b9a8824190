"""What waits on the treasurer's desk, for programs; and trying again what is stuck at the card service."""

from django.http import Http404
from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from payments import waiting
from payments.cards import stuck

from .api import Inside


class WaitingItemSerializer(serializers.Serializer):
    title = serializers.CharField()
    detail = serializers.CharField()
    minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()


class PileSerializer(serializers.Serializer):
    """Things of one kind that wait, the oldest first."""

    name = serializers.CharField(source="source.name")
    label = serializers.CharField(source="source.label")  # type: ignore[assignment]
    items = WaitingItemSerializer(many=True)


class TriedSerializer(serializers.Serializer):
    done = serializers.BooleanField()


class Waiting(Inside):
    """Kind by kind; for treasurers."""

    @extend_schema(responses=PileSerializer(many=True))
    def get(self, request, slug: str) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_treasurer:
            raise Http404
        return Response(PileSerializer(waiting.piles(community), many=True).data)


class TryAgain(Inside):
    """Do now what the card service has not done yet; under its own key, so never twice. For treasurers."""

    @extend_schema(request=None, responses=TriedSerializer)
    def post(self, request, slug: str, pk: int) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_treasurer:
            raise Http404
        return Response({"done": stuck.try_again(community, pk, by=request.user)})


class StandIn(Inside):
    """Let a refund go on though the lender's part cannot be taken back: they owe it. For treasurers, not their own."""

    @extend_schema(request=None, responses=TriedSerializer)
    def post(self, request, slug: str, pk: int) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_treasurer:
            raise Http404
        return Response({"done": stuck.stand_in(community, pk, by=request.user)})


_OF = "communities/<slug:slug>/"
urlpatterns: list[URLPattern] = [
    path(f"{_OF}waiting/", Waiting.as_view(), name="api_waiting"),
    path(f"{_OF}waiting/cards/<int:pk>/again/", TryAgain.as_view(), name="api_card_retry"),
    path(f"{_OF}waiting/cards/<int:pk>/stand-in/", StandIn.as_view(), name="api_card_stand_in"),
]
