"""Notifications for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from .. import actions, unread
from ..models import Notification
from .asked import LARGEST, valid


class NotificationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "body", "url", "needs_answer", "created", "read"]


class ReadSerializer(serializers.Serializer):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST), required=False, max_length=500
    )


class ReadAnswerSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many became read by this.")
    unread = serializers.IntegerField()


class NotificationList(APIView):
    """What the member should know of, newest first."""

    keyset_ordering = ("-id",)

    @extend_schema(responses=NotificationSerializer(many=True), operation_id="notifications_list")
    def get(self, request: Request) -> Response:
        pages = KeysetPagination()
        page = pages.paginate_queryset(Notification.objects.filter(member=request.user), request, self)
        return pages.get_paginated_response(NotificationSerializer(page, many=True).data)


class NotificationsRead(IdempotentMixin, APIView):
    @extend_schema(request=ReadSerializer, responses=ReadAnswerSerializer)
    def post(self, request: Request) -> Response:
        """Mark these notifications read, or all when no `ids` are given."""
        facts = valid(ReadSerializer, request)
        changed = actions.mark_read(request.user, facts.get("ids"))
        return Response({"read": changed, "unread": unread.Unread(request.user.pk).notifications})
