"""Conversations and messages for programs."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Member
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from .. import actions, frames, inbox, threads
from ..models import Conversation, Message, Participant
from .asked import LARGEST, valid, whole
from .serializers import ConversationSerializer, DirectSerializer, MessageSerializer, SeenSerializer, SendSerializer

MOST_MESSAGES = 200


class Page(KeysetPagination):
    """Keyset pages over the seats a member has."""


class ConversationList(IdempotentMixin, APIView):
    """The member's conversations, the one with the newest word first."""

    keyset_ordering = inbox.ORDER

    @extend_schema(responses=ConversationSerializer(many=True), operation_id="conversations_list")
    def get(self, request: Request) -> Response:
        pages = Page()
        seats = Participant.objects.present().filter(member=request.user).select_related("conversation")
        page = pages.paginate_queryset(seats, request, self)
        return pages.get_paginated_response([_conversation(row) for row in inbox.rows_of(page, request.user)])

    @extend_schema(request=DirectSerializer, responses={201: ConversationSerializer})
    def post(self, request: Request) -> Response:
        """Open the direct conversation with a member; the same one each time."""
        facts = valid(DirectSerializer, request)
        other = Member.objects.filter(pk=facts["member"], is_active=True).first()
        if other is None:
            raise serializers.ValidationError({"member": [_("There is no such member.")]})
        conversation = actions.direct(request.user, other)
        return Response(_conversation_of(conversation.pk, request.user), status=status.HTTP_201_CREATED)


class ConversationDetail(APIView):
    @extend_schema(responses=ConversationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_conversation_of(pk, request.user))


class MessageList(IdempotentMixin, APIView):
    """What was said, in the order of its numbers."""

    @extend_schema(
        responses=MessageSerializer(many=True),
        parameters=[
            OpenApiParameter("after", int, description="Only greater sequences."),
            OpenApiParameter("limit", int, description=f"1 to {MOST_MESSAGES}, default 100."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        after = whole(request, "after", 0, 0, LARGEST)
        limit = whole(request, "limit", 100, 1, MOST_MESSAGES)
        try:
            lines, more = threads.since(pk, request.user.pk, after, limit)
        except actions.NotInside:
            raise Http404 from None
        following = None
        if more:
            params = request.query_params.copy()
            params["after"] = str(lines[-1].sequence)
            following = request.build_absolute_uri("?" + params.urlencode())
        return Response({"results": [_message(line) for line in lines], "next": following})

    @extend_schema(request=SendSerializer, responses={201: MessageSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Say something. The same client_id again answers the message it became the first time."""
        get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
        facts = valid(SendSerializer, request)
        try:
            message = actions.post(pk, by=request.user, body=facts["body"], client_id=facts["client_id"])
        except actions.NotInside:
            raise Http404 from None
        return Response(frames.message_facts(message, request.user.first_name), status=status.HTTP_201_CREATED)


class SeenMark(APIView):
    """How far the member has read; marks never go back."""

    @extend_schema(request=SeenSerializer, responses=SeenSerializer)
    def post(self, request: Request, pk: int) -> Response:
        get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
        facts = valid(SeenSerializer, request)
        try:
            return Response({"sequence": actions.mark_seen(pk, request.user.pk, facts["sequence"])})
        except actions.NotInside:
            raise Http404 from None


def _message(line: Message) -> dict:
    return frames.message_facts(line, line.author.first_name if line.author else "")


def _conversation_of(pk: int, member: Member) -> dict:
    if pk > LARGEST:
        raise Http404
    seats = Participant.objects.present().filter(member=member, conversation=pk).select_related("conversation")
    return _conversation(inbox.rows_of([get_object_or_404(seats)], member)[0])


def _conversation(row: inbox.Row) -> dict:
    conversation = row.conversation
    return {
        "id": conversation.pk,
        "kind": conversation.kind,
        "title": row.title,
        "about": conversation.about_url,
        "members": [{"id": other.pk, "name": str(other)} for other in row.others],
        "last_sequence": conversation.last_seq,
        "seen_sequence": row.seat.seen_seq,
        "unread": row.unread,
        "last_at": conversation.last_at,
        "last_message": _message(row.last) if row.last else None,
    }
