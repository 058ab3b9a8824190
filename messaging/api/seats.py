"""Who takes part, one's own seat, search, closed doors and channels, for programs."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community, Member, Membership
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from .. import actions, blocks, channels, finding, threads
from ..models import Participant
from .asked import LARGEST, strangers_find_nothing, valid
from .conversations import whole_messages
from .serializers import (
    ArchiveSerializer,
    ChannelFactsSerializer,
    ChannelSerializer,
    MessageSerializer,
    MuteSerializer,
    ParticipantSerializer,
    PersonSerializer,
    SeatSerializer,
)


class People(APIView):
    keyset_ordering = ("id",)

    @extend_schema(responses=ParticipantSerializer(many=True), operation_id="conversation_people")
    def get(self, request: Request, pk: int) -> Response:
        """Who takes part, in the order in which they came."""
        with strangers_find_nothing():
            mine = actions.seat_of(pk, request.user)
        shut = threads.is_shut(mine, mine.conversation)
        pages = KeysetPagination()
        seats = Participant.objects.present().filter(conversation=pk).select_related("member")
        page = pages.paginate_queryset(seats, request, self)
        people = [
            {
                "id": seat.member_id, "name": str(seat.member), "role": seat.role,
                "seen_sequence": 0 if hidden else seat.seen_seq,
                "delivered_sequence": 0 if hidden else seat.reached_seq,
            }
            for seat in page
            for hidden in [shut and seat.member_id != request.user.pk]
        ]  # fmt: skip
        return pages.get_paginated_response(people)


class Mute(APIView):
    @extend_schema(request=MuteSerializer, responses=SeatSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Be left in peace by it, for a time or always."""
        with strangers_find_nothing():
            return _seat(actions.mute(pk, by=request.user, **valid(MuteSerializer, request)))


class Archive(APIView):
    @extend_schema(request=ArchiveSerializer, responses=SeatSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Out of the list until something new is said."""
        with strangers_find_nothing():
            return _seat(actions.archive(pk, by=request.user, **valid(ArchiveSerializer, request)))


class Leave(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Take part no longer; 409 where one belongs as long as to what it is about."""
        with strangers_find_nothing():
            actions.leave(pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _seat(seat: Participant) -> Response:
    archived = seat.archived_seq >= seat.conversation.last_seq > 0
    return Response({"muted": seat.muted, "muted_until": seat.muted_until, "archived": archived})


class Search(APIView):
    @extend_schema(
        responses=MessageSerializer(many=True), operation_id="messages_search",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("cursor", str)],
    )
    def get(self, request: Request) -> Response:
        """Lines with all these words in what the member may read, the newest first."""
        params = request.query_params
        try:
            found = finding.page(request.user, params.get("q", "")[:200], params.get("cursor", ""))
        except ValueError:
            raise serializers.ValidationError({"cursor": ["This is no cursor of ours."]}) from None
        following = None
        if found.next:
            query = params.copy()
            query["cursor"] = found.next
            following = request.build_absolute_uri("?" + query.urlencode())
        return Response({"results": whole_messages([row.message for row in found.rows]), "next": following})


class Blocks(APIView):
    keyset_ordering = ("-id",)

    @extend_schema(responses=PersonSerializer(many=True), operation_id="blocks_list")
    def get(self, request: Request) -> Response:
        """Whom the member has blocked."""
        pages = KeysetPagination()
        page = pages.paginate_queryset(blocks.of(request.user), request, self)
        return pages.get_paginated_response([{"id": row.other_id, "name": str(row.other)} for row in page])


class BlockOf(APIView):
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, pk: int) -> Response:
        """Close the door: neither reaches the other directly."""
        with strangers_find_nothing():
            actions.block(request.user, Member.objects.get(pk=min(pk, LARGEST), is_active=True))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Open one's own side again."""
        actions.unblock(request.user, min(pk, LARGEST))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Channels(IdempotentMixin, APIView):
    @extend_schema(responses=ChannelSerializer(many=True), operation_id="channels_list")
    def get(self, request: Request, slug: str) -> Response:
        """A community's channels, for its members."""
        return Response([_entry(entry) for entry in channels.of(_community(request, slug), request.user)])

    @extend_schema(request=ChannelFactsSerializer, responses={201: ChannelSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """A steward makes one."""
        community = _community(request, slug)
        with strangers_find_nothing():
            made = actions.make_channel(community, by=request.user, **valid(ChannelFactsSerializer, request))
        return Response(_of(community, request.user, made.pk), status=status.HTTP_201_CREATED)


class ChannelOf(IdempotentMixin, APIView):
    @extend_schema(request=ChannelFactsSerializer, responses=ChannelSerializer)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Another name or purpose, or who may write."""
        community = _community(request, slug)
        facts = valid(ChannelFactsSerializer, request)
        with strangers_find_nothing():
            actions.change_channel(community.channels.get(pk=min(pk, LARGEST)).pk, by=request.user, **facts)
        return Response(_of(community, request.user, pk))


class ChannelVerb(IdempotentMixin, APIView):
    """`join`, `close` or `reopen` a channel."""

    verb = ""

    @extend_schema(request=None, responses=ChannelSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        community = _community(request, slug)
        with strangers_find_nothing():
            channel = community.channels.get(pk=min(pk, LARGEST))
            if self.verb == "join":
                actions.join_channel(channel.pk, by=request.user)
            else:
                actions.close_channel(channel.pk, by=request.user, on=self.verb == "close")
        return Response(_of(community, request.user, channel.pk))


def _community(request: Request, slug: str) -> Community:
    mine = Membership.objects.active().filter(member=request.user).select_related("community")
    return get_object_or_404(mine, community__slug=slug).community


def _of(community: Community, member: Member, pk: int) -> dict:
    return next(_entry(entry) for entry in channels.of(community, member) if entry.channel.pk == pk)


def _entry(entry: channels.Entry) -> dict:
    channel = entry.channel
    return {
        "id": channel.pk, "name": entry.name, "kind": channel.kind, "purpose": channel.purpose,
        "for_all": channel.for_all, "people": entry.people, "closed": channel.closed is not None,
        "conversation": channel.conversation_id if entry.seat else None,
    }
