"""One line of a conversation for programs: other words, none any more, a sign, an answer, a report; its photos."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members import queries
from sharing.web.api.idempotency import IdempotentMixin

from .. import actions
from ..models import Message, Report
from .asked import strangers_find_nothing, valid
from .conversations import whole_messages
from .serializers import (
    AnswerSerializer,
    MessageSerializer,
    ReportSentSerializer,
    SignSerializer,
    WordsSerializer,
)


def _answer(line: Message) -> Response:
    return Response(whole_messages([line])[0])


class Line(APIView):
    @extend_schema(request=WordsSerializer, responses=MessageSerializer)
    def patch(self, request: Request, pk: int, sequence: int) -> Response:
        """Other words for a line of one's own, within 15 minutes; 409 afterwards."""
        facts = valid(WordsSerializer, request)
        with strangers_find_nothing():
            return _answer(actions.edit(pk, sequence, by=request.user, body=facts["body"]))

    @extend_schema(request=None, responses=MessageSerializer)
    def delete(self, request: Request, pk: int, sequence: int) -> Response:
        """Take a line of one's own back. It keeps its place."""
        with strangers_find_nothing():
            return _answer(actions.take_back(pk, sequence, by=request.user))


class Reactions(IdempotentMixin, APIView):
    @extend_schema(request=SignSerializer, responses=MessageSerializer)
    def post(self, request: Request, pk: int, sequence: int) -> Response:
        """Put one of a few signs on a line, or take it off."""
        facts = valid(SignSerializer, request)
        with strangers_find_nothing():
            return _answer(actions.react(pk, sequence, by=request.user, **facts))


class Answer(IdempotentMixin, APIView):
    @extend_schema(request=AnswerSerializer, responses=MessageSerializer)
    def post(self, request: Request, pk: int, sequence: int) -> Response:
        """Accept or decline proposed dates, or withdraw one's own. Accepting books."""
        facts = valid(AnswerSerializer, request)
        with strangers_find_nothing():
            return _answer(actions.answer_offer(pk, sequence, facts["answer"], by=request.user))


class Reports(IdempotentMixin, APIView):
    @extend_schema(request=ReportSentSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, pk: int, sequence: int) -> Response:
        """Show a line to the stewards, with what was said around it."""
        facts = valid(ReportSentSerializer, request)
        if slug := facts.pop("community", ""):
            facts["community"] = queries.communities_of(request.user).filter(slug=slug).first()
        with strangers_find_nothing():
            row: Report = actions.report(pk, sequence, by=request.user, **facts)
        return Response({"id": row.pk, "ruling": row.ruling}, status=status.HTTP_201_CREATED)


class Photo(APIView):
    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, width: int) -> FileResponse:
        """A photo of a conversation, to those who may read its line."""
        from ..views.lines import photo_file

        return photo_file(request.user, pk, width, "webp")
