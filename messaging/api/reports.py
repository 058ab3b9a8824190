"""What was shown to the stewards of a community, or to those who run the house, and what they do about it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from .. import actions
from ..models import Report
from .asked import LARGEST, strangers_find_nothing, valid
from .serializers import ReportSerializer, RulingSerializer


class CommunityReports(APIView):
    keyset_ordering = ("-id",)

    @extend_schema(responses=ReportSerializer(many=True), operation_id="reports_list")
    def get(self, request: Request, slug: str) -> Response:
        """What was shown to the stewards, for them alone."""
        return _page(self, request, _looked_after(request, slug))


class CommunityReport(IdempotentMixin, APIView):
    @extend_schema(request=RulingSerializer, responses=ReportSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Do something about a report, once."""
        return _rule(request, _looked_after(request, slug), pk)


class HouseReports(APIView):
    keyset_ordering = ("-id",)

    @extend_schema(responses=ReportSerializer(many=True), operation_id="house_reports_list")
    def get(self, request: Request) -> Response:
        """What no community's stewards can look at, for those who run the house."""
        return _page(self, request, _the_house(request))


class HouseReport(IdempotentMixin, APIView):
    @extend_schema(request=RulingSerializer, responses=ReportSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Do something about it, once. There is no membership to end."""
        return _rule(request, _the_house(request), pk)


def _page(view: APIView, request: Request, community: Community | None) -> Response:
    pages = KeysetPagination()
    page = pages.paginate_queryset(Report.objects.filter(community=community), request, view)
    shown = ReportSerializer(page, many=True, context={"reader": request.user.pk})
    return pages.get_paginated_response(shown.data)


def _rule(request: Request, community: Community | None, pk: int) -> Response:
    row = get_object_or_404(Report, pk=min(pk, LARGEST), community=community)
    facts = valid(RulingSerializer, request)
    with strangers_find_nothing():
        done = actions.rule_on(row.pk, facts["ruling"], by=request.user, word=facts["word"])
    return Response(ReportSerializer(done, context={"reader": request.user.pk}).data)


def _looked_after(request: Request, slug: str) -> Community:
    return get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)


def _the_house(request: Request) -> Community | None:
    if not request.user.is_staff:
        raise Http404
    return None
