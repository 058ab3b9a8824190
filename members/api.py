"""The API of this room: tokens, oneself, other members, communities."""

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.hashers import make_password
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, generics, status
from rest_framework import serializers as drf_serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin

from . import actions, circles_api, naming, serializers, throttle
from .authentication import issue_token
from .models import Community, Invitation, Member, Membership

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="A problem document")


class SecondStep(exceptions.PermissionDenied):
    default_code = "second_step"


class Tokens(APIView):
    """A bearer token for an address and its password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="tokens_create", request=serializers.TokenRequest, auth=[],
        responses={201: serializers.TokenAnswer, 400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 429: PROBLEM},
        description="The answer to a wrong password and to an unknown or unconfirmed address is the same. Members who"
        " sign in with a second step make their tokens in their settings.",
    )
    def post(self, request) -> Response:
        facts = serializers.TokenRequest(data=request.data)
        facts.is_valid(raise_exception=True)
        address, password = facts.validated_data["email"], facts.validated_data["password"]
        if wait := throttle.shut_out(request, address):
            raise exceptions.Throttled(wait)
        member = _member_of(address, password)
        if member is None:
            throttle.wrong(request, address)
            raise exceptions.AuthenticationFailed(_("This address and this password do not belong together."))
        if is_mfa_enabled(member):
            raise SecondStep(_("You sign in with a second step. Please make a token in your settings."))
        return Response({"token": issue_token(member, facts.validated_data["label"] or "API")}, status=201)

    def get_authenticate_header(self, request) -> str:
        return 'Bearer realm="api"'


class MeView(generics.GenericAPIView):
    serializer_class = serializers.Me

    @extend_schema(operation_id="members_me", responses=serializers.Me)
    def get(self, request) -> Response:
        """Who the token belongs to."""
        return Response(self.get_serializer(request.user).data)

    @extend_schema(operation_id="members_me_update", responses={200: serializers.Me, 400: PROBLEM})
    def patch(self, request) -> Response:
        """Change one's profile; latitude and longitude come together, both null to forget the point."""
        facts = self.get_serializer(request.user, data=request.data, partial=True)
        facts.is_valid(raise_exception=True)
        return Response(self.get_serializer(facts.save()).data)


class NeighbourView(generics.RetrieveAPIView):
    """What any member may know of another."""

    serializer_class = serializers.Neighbour
    queryset = Member.objects.filter(is_active=True).prefetch_related("portraits")


class Communities(generics.ListAPIView):
    """Communities the caller may know of, newest first."""

    serializer_class = serializers.CommunityLine
    permission_classes = (AllowAny,)
    keyset_ordering = ("-id",)

    @extend_schema(
        parameters=[
            OpenApiParameter("mine", bool, description="1: only those the caller belongs to"),
            OpenApiParameter("q", str, description="part of a name or a place"),
        ]
    )
    def get(self, request, *args, **kwargs) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        viewer = self.request.user
        rows = _known(viewer)
        if self.request.query_params.get("mine", "") in ("1", "true"):
            if not viewer.is_authenticated:
                raise exceptions.NotAuthenticated
            rows = rows.filter(pk__in=Membership.objects.active().filter(member=viewer).values("community"))
        if words := self.request.query_params.get("q", "").strip()[:80]:
            rows = rows.called(words)
        return rows


class CommunityView(generics.RetrieveAPIView):
    """One community; one that does not show itself answers 404 to strangers."""

    serializer_class = serializers.CommunityInFull
    permission_classes = (AllowAny,)
    lookup_field = "slug"

    def get_queryset(self):
        return _known(self.request.user)


class Join(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="communities_join", request=serializers.JoinRequest,
        responses={200: serializers.Belonging, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
    )
    def post(self, request, slug: str) -> Response:
        """Join, or apply where stewards decide: `standing` says which. Accept the house rules by their version."""
        facts = serializers.JoinRequest(data=request.data)
        facts.is_valid(raise_exception=True)
        community = _open_to(request.user, slug, facts.validated_data["invitation_key"])
        try:
            row = actions.join(community, by=request.user, **facts.validated_data)
        except Community.DoesNotExist as error:  # somebody else has used the last of the invitation this moment
            raise exceptions.NotFound from error
        return Response(serializers.Belonging(row).data)


class Leave(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="communities_leave", request=None,
        responses={200: serializers.Belonging, 404: PROBLEM, 409: PROBLEM},
    )
    def post(self, request, slug: str) -> Response:
        """Stop belonging, or take an application back."""
        community = get_object_or_404(_known(request.user), slug=slug)
        try:
            row = actions.leave(community, by=request.user)
        except Membership.DoesNotExist as error:
            raise exceptions.NotFound from error
        return Response(serializers.Belonging(row).data, status=status.HTTP_200_OK)


class NameSerializer(drf_serializers.Serializer):
    """`written` tells namesakes apart; forms read it as well."""

    id = drf_serializers.IntegerField()
    name = drf_serializers.CharField()
    written = drf_serializers.CharField()


class NamesSerializer(drf_serializers.Serializer):
    results = NameSerializer(many=True)


class Names(APIView):
    """Members of a community one belongs to, by a part of their name: eight at most."""

    @extend_schema(
        operation_id="communities_names", parameters=[OpenApiParameter("q", str, description="a part of the name")],
        responses=NamesSerializer,
    )
    def get(self, request, slug: str) -> Response:
        mine = Membership.objects.active().filter(member=request.user).select_related("community")
        community = get_object_or_404(mine, community__slug=slug).community
        return Response(NamesSerializer({
            "results": naming.suggested(community, request.query_params.get("q", ""))
        }).data)


def _member_of(address: str, password: str) -> Member | None:
    """The active, confirmed member whose password this is; it takes as long when there is nobody."""
    member = Member.objects.at(address).first()
    if member is None:
        make_password(password)
        return None
    if not member.check_password(password) or not member.is_active:
        return None
    confirmed = EmailAddress.objects.filter(user=member, email__iexact=address, verified=True).exists()
    return member if confirmed else None


def _known(viewer):
    """Known communities, each with the viewer's own membership beside it."""
    rows = Community.objects.known_to(viewer)
    if not viewer.is_authenticated:
        return rows
    return rows.prefetch_related(Prefetch("memberships", Membership.objects.filter(member=viewer), to_attr="mine"))


def _open_to(viewer: Member, slug: str, key: str) -> Community:
    """A known community, or one whose invitation the viewer holds."""
    if key:
        invited = Invitation.objects.usable().filter(key=key).values("community")
        if community := Community.objects.filter(slug=slug, pk__in=invited).first():
            return community
    return get_object_or_404(Community.objects.known_to(viewer), slug=slug)


urlpatterns = [
    *circles_api.urlpatterns,
    path("tokens/", Tokens.as_view(), name="api_tokens"),
    path("members/me/", MeView.as_view(), name="api_me"),
    path("members/<int:pk>/", NeighbourView.as_view(), name="api_member"),
    path("communities/", Communities.as_view(), name="api_communities"),
    path("communities/<slug:slug>/", CommunityView.as_view(), name="api_community"),
    path("communities/<slug:slug>/names/", Names.as_view(), name="api_names"),
    path("communities/<slug:slug>/join/", Join.as_view(), name="api_join"),
    path("communities/<slug:slug>/leave/", Leave.as_view(), name="api_leave"),
]
