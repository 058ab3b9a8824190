"""A member's own circles through the API; those of others answer 404."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin

from . import actions
from .models import Circle
from .serializers import Strict, Text

MOST = 200
LARGEST = 2**63 - 1  # of an id
PROBLEM = OpenApiResponse(description="A problem document")


class CircleBody(Strict):
    """A circle as its owner sees it. `people` are the ids of members; what is sent replaces who was in it."""

    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=60)
    people = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST), max_length=MOST, required=False
    )

    def to_representation(self, circle: Circle) -> dict:
        seats = sorted(seat.member_id for seat in circle.seats.all())
        return {"id": circle.pk, "name": circle.name, "people": seats}


class CircleList(serializers.Serializer):
    results = CircleBody(many=True)
    next = serializers.CharField(allow_null=True)


class Circles(IdempotentMixin, APIView):
    @extend_schema(operation_id="circles_list", responses=CircleList)
    def get(self, request) -> Response:
        """All of one's circles; there are twenty at most."""
        rows = request.user.circles.prefetch_related("seats")
        return Response({"results": CircleBody(rows, many=True).data, "next": None})

    @extend_schema(operation_id="circles_create", request=CircleBody, responses={201: CircleBody, 400: PROBLEM})
    def post(self, request) -> Response:
        """Make a circle of people one shares a community with."""
        facts = CircleBody(data=request.data)
        facts.is_valid(raise_exception=True)
        circle = actions.make_circle(request.user, **facts.validated_data)
        return Response(CircleBody(circle).data, status=status.HTTP_201_CREATED)


class OneCircle(APIView):
    @extend_schema(operation_id="circles_update", request=CircleBody, responses={200: CircleBody, 404: PROBLEM})
    def patch(self, request, pk: int) -> Response:
        """Rename it, or say who is in it."""
        circle = get_object_or_404(Circle, pk=pk, owner=request.user)
        facts = CircleBody(data=request.data, partial=True)
        facts.is_valid(raise_exception=True)
        if "name" in facts.validated_data:
            circle = actions.rename_circle(pk, facts.validated_data["name"], by=request.user)
        if "people" in facts.validated_data:
            wanted = set(facts.validated_data["people"])
            seated = set(circle.seats.values_list("member", flat=True))
            circle = actions.change_circle(pk, by=request.user, add=wanted - seated, leave_out=seated - wanted)
        return Response(CircleBody(circle).data)

    @extend_schema(operation_id="circles_delete", responses={204: None, 404: PROBLEM, 409: PROBLEM})
    def delete(self, request, pk: int) -> Response:
        """Refused while listings are shown to it."""
        get_object_or_404(Circle, pk=pk, owner=request.user)
        actions.delete_circle(pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path("circles/", Circles.as_view(), name="api_circles"),
    path("circles/<int:pk>/", OneCircle.as_view(), name="api_circle"),
]
