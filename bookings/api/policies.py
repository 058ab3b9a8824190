"""What needs an approval in a community, for programs: the community's policies and one's own."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import actions
from bookings.actions.approving import LONGEST_VALID, MOST_POLICIES
from bookings.models import Policy
from members.models import Community
from sharing.web.api.idempotency import IdempotentMixin

from .views import _valid


class PolicySerializer(serializers.Serializer):
    """`own`: for what one lends oneself; else it is the community's, whose stewards answer."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    how = serializers.CharField(max_length=1000, required=False, allow_blank=True, help_text="How one gets it.")
    valid_days = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LONGEST_VALID, help_text="Null: without end."
    )
    own = serializers.BooleanField(required=False, default=False)


class CommunityPolicies(IdempotentMixin, APIView):
    """Those a listing of the member's in this community may stand under."""

    @extend_schema(responses=PolicySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        community = _of_theirs(request, slug)
        rows = Policy.objects.filter(community=community)
        rows = rows.filter(owner__isnull=True) | rows.filter(owner=request.user)
        return Response([_shown(row) for row in rows[: 2 * MOST_POLICIES]])

    @extend_schema(request=PolicySerializer, responses={201: PolicySerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Write one; the community's, by its stewards alone."""
        community = _of_theirs(request, slug)
        try:
            policy = actions.write_policy(by=request.user, community=community, **_valid(PolicySerializer, request))
        except Community.DoesNotExist:
            raise Http404 from None
        return Response(_shown(policy), status=status.HTTP_201_CREATED)


class PolicyDetail(APIView):
    @extend_schema(request=PolicySerializer, responses=PolicySerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """What is left out stays; whose it is stays in any case."""
        policy = _looked_after(request, pk)
        checked = PolicySerializer(data=request.data, partial=True)
        checked.is_valid(raise_exception=True)
        facts = {name: getattr(policy, name) for name in ("name", "how", "valid_days")} | checked.validated_data
        facts.pop("own", None)
        policy = actions.write_policy(by=request.user, community=policy.community, policy_id=pk, **facts)
        return Response(_shown(policy))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing asks for it any more; approvals under it are gone with it."""
        actions.drop_policy(_looked_after(request, pk).pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _of_theirs(request: Request, slug: str) -> Community:
    mine = request.user.memberships.active().values("community")
    return get_object_or_404(Community.objects.filter(pk__in=mine), slug=slug)


def _looked_after(request: Request, pk: int) -> Policy:
    return get_object_or_404(Policy.objects.looked_after_by(request.user).select_related("community"), pk=pk)


def _shown(policy: Policy) -> dict:
    body = PolicySerializer(policy).data
    return dict(body) | {"own": policy.owner_id is not None}
