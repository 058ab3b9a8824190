"""Conversations and messages for programs."""

from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Member
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from .. import actions, catching_up, frames, inbox
from ..models import Conversation, Message, MessagePhoto, Participant, Reaction
from ..states import MessageKind
from .asked import LARGEST, strangers_find_nothing, valid, whole, yes_or_no
from .serializers import (
    ConversationSerializer,
    DirectSerializer,
    MessageSerializer,
    PhotosSentSerializer,
    SeenSerializer,
    SendSerializer,
)

MOST_MESSAGES = 200
MOST_SIGNS = 100  # members named for one sign on one message


class Page(KeysetPagination):
    """Keyset pages over the seats a member has."""


class ConversationList(IdempotentMixin, APIView):
    """The member's conversations, the one with the newest word first."""

    keyset_ordering = inbox.ORDER

    @extend_schema(
        responses=ConversationSerializer(many=True), operation_id="conversations_list",
        parameters=[OpenApiParameter("archived", bool, description="Only what is in the archive, or only the rest.")],
    )
    def get(self, request: Request) -> Response:
        pages = Page()
        seats = Participant.objects.present().filter(member=request.user).select_related("conversation")
        if (archived := yes_or_no(request, "archived")) is not None:
            seats = seats.filter(inbox.AWAY if archived else ~inbox.AWAY)
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

    parser_classes = [*APIView.parser_classes, MultiPartParser]

    @extend_schema(
        responses=MessageSerializer(many=True),
        parameters=[
            OpenApiParameter("after", int, description="Only greater sequences."),
            OpenApiParameter("limit", int, description=f"1 to {MOST_MESSAGES}, default 100."),
            OpenApiParameter(
                "changes", int,
                description="Also, as `changed`, what changed after this change in lines up to `after`; `change` says"
                " what to ask with next time.",
            ),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        after = whole(request, "after", 0, 0, LARGEST)
        limit = whole(request, "limit", 100, 1, MOST_MESSAGES)
        changes = whole(request, "changes", 0, 0, LARGEST) if request.query_params.get("changes") else None
        with strangers_find_nothing():
            missed = catching_up.missed(pk, request.user.pk, after, changes, limit)
        answer: dict[str, Any] = {"results": whole_messages(missed.lines), "next": None}
        if changes is not None:
            changed = zip(whole_messages(missed.changed), missed.changed, strict=True)
            answer |= {"changed": [facts | {"change": line.change} for facts, line in changed], "change": missed.change}
        if missed.more:
            params = request.query_params.copy()
            params["after"] = str(missed.sequence)
            if missed.change is not None:
                params["changes"] = str(missed.change)
            answer["next"] = request.build_absolute_uri("?" + params.urlencode())
        return Response(answer)

    @extend_schema(
        request={"application/json": SendSerializer, "multipart/form-data": PhotosSentSerializer},
        responses={201: MessageSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say something. The same client_id again answers the message it became the first time."""
        get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
        is_form = (request.content_type or "").startswith("multipart/")
        facts = valid(PhotosSentSerializer if is_form else SendSerializer, request)
        with strangers_find_nothing():
            message = actions.post(pk, by=request.user, **facts)
        return Response(whole_messages([message])[0], status=status.HTTP_201_CREATED)


class SeenMark(APIView):
    """How far the member has read; marks never go back."""

    mark = staticmethod(actions.mark_seen)

    @extend_schema(request=SeenSerializer, responses=SeenSerializer)
    def post(self, request: Request, pk: int) -> Response:
        get_object_or_404(Conversation.objects.open_to(request.user), pk=pk)
        facts = valid(SeenSerializer, request)
        with strangers_find_nothing():
            return Response({"sequence": self.mark(pk, request.user.pk, facts["sequence"])})


class DeliveredMark(SeenMark):
    """How far what was said has come to the member's program; kept and told where two talk."""

    mark = staticmethod(actions.mark_delivered)


def _message(line: Message) -> dict:
    return frames.message_facts(line, line.author.first_name if line.author else "")


def whole_messages(lines: list[Message]) -> list[dict]:
    """The messages with their photos and signs: a statement for each of these, where there are any."""
    photos: dict[int, list[dict]] = {}
    shown = [line.pk for line in lines if line.kind == MessageKind.PHOTO and line.deleted is None]
    for photo in MessagePhoto.objects.filter(message__in=shown).order_by("position", "pk") if shown else ():
        url = reverse("api_message_photo", args=[photo.pk, _widest(photo)])
        facts = {"url": url, "alt": photo.alt, "width": photo.width, "height": photo.height}
        photos.setdefault(photo.message_id, []).append(facts)
    signs = _signs([line.pk for line in lines if line.change])
    whole = []
    for line in lines:
        facts = _message(line)
        facts |= {"photos": photos[line.pk]} if line.pk in photos else {}
        whole.append(facts | ({"reactions": signs[line.pk]} if line.pk in signs else {}))
    return whole


def _widest(photo: MessagePhoto) -> int:
    return max(wide for wide in photo.widths if wide <= 800 or wide == min(photo.widths))


def _signs(messages: list[int]) -> dict[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = {}
    if messages:
        place = Window(RowNumber(), partition_by=[F("message"), F("sign")], order_by="pk")
        rows = Reaction.objects.filter(message__in=messages).annotate(place=place).filter(place__lte=MOST_SIGNS)
        for message, sign, member in rows.order_by("pk").values_list("message", "sign", "member"):
            found.setdefault(message, {}).setdefault(sign, []).append(member)
    return found


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
        "muted": row.seat.muted,
        "muted_until": row.seat.muted_until,
        "archived": row.seat.archived_seq >= conversation.last_seq > 0,
        "speaks": row.seat.speaks,
        "last_message": _message(row.last) if row.last else None,
    }
