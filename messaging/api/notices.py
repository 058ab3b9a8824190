"""Where and when one is told, for programs; and the devices that may be rung."""

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Member
from sharing.web.api.idempotency import IdempotentMixin

from ..models import PushDevice
from ..notices import choices, push
from ..notices.table import rows_of
from ..notices.topics import TOPICS, Way
from .asked import valid

MOST_CHOICES = len(TOPICS) * len(Way)


class NoticeWaySerializer(serializers.Serializer):
    way = serializers.ChoiceField(list(Way.values))
    on = serializers.BooleanField()
    fixed = serializers.BooleanField(help_text="It cannot be changed.")


class TopicSerializer(serializers.Serializer):
    topic = serializers.CharField()
    name = serializers.CharField()
    about = serializers.CharField()
    because = serializers.CharField(help_text="Why something of it cannot be switched off, or empty.")
    ways = NoticeWaySerializer(many=True)


class HoursSerializer(serializers.Serializer):
    quiet = serializers.BooleanField()
    quiet_from = serializers.IntegerField(min_value=0, max_value=23)
    quiet_until = serializers.IntegerField(min_value=0, max_value=23)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23)


class NewHoursSerializer(serializers.Serializer):
    quiet = serializers.BooleanField(required=False)
    quiet_from = serializers.IntegerField(min_value=0, max_value=23, required=False)
    quiet_until = serializers.IntegerField(min_value=0, max_value=23, required=False)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)


class LettersSerializer(serializers.Serializer):
    parked = serializers.DateTimeField(allow_null=True, help_text="Since when the address refuses letters.")
    trouble = serializers.CharField()


class SettingsSerializer(serializers.Serializer):
    topics = TopicSerializer(many=True)
    hours = HoursSerializer()
    letters = LettersSerializer()
    push_key = serializers.CharField(help_text="The public VAPID key to subscribe with; empty: no web push here.")


class NoticeChoiceSerializer(serializers.Serializer):
    topic = serializers.ChoiceField(list(TOPICS))
    way = serializers.ChoiceField(list(Way.values))
    on = serializers.BooleanField()


class ChangeSerializer(serializers.Serializer):
    choices = NoticeChoiceSerializer(many=True, required=False, max_length=MOST_CHOICES)  # type: ignore[call-arg]
    hours = NewHoursSerializer(required=False)


class DeviceSerializer(serializers.ModelSerializer):
    class Meta:
        model = PushDevice
        fields = ["id", "name", "created", "reached", "parked", "trouble"]


class SubscribeSerializer(serializers.Serializer):
    endpoint = serializers.CharField(max_length=1000)
    p256dh = serializers.CharField(max_length=100)
    auth = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class NotificationSettings(APIView):
    """What × where, quiet hours and the hour of the digest."""

    @extend_schema(responses=SettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(_settings(request.user))

    @extend_schema(request=ChangeSerializer, responses=SettingsSerializer)
    def patch(self, request: Request) -> Response:
        """What is left out stays as it is; all of it or nothing is changed."""
        facts = valid(ChangeSerializer, request)
        with transaction.atomic():
            for choice in facts.get("choices", ()):
                choices.choose(request.user, choice["topic"], choice["way"], choice["on"])
            if "hours" in facts:
                choices.set_hours(request.user, **(_hours(request.user) | facts["hours"]))
        return Response(_settings(request.user))


class Devices(IdempotentMixin, APIView):
    """The browsers that may be rung."""

    @extend_schema(responses=DeviceSerializer(many=True), operation_id="push_devices_list")
    def get(self, request: Request) -> Response:
        mine = PushDevice.objects.filter(member=request.user).order_by("-pk")
        return Response({"results": DeviceSerializer(mine[: push.MOST_DEVICES], many=True).data, "next": None})

    @extend_schema(request=SubscribeSerializer, responses={201: DeviceSerializer})
    def post(self, request: Request) -> Response:
        """Ring this browser from now on; the same one again stays one device."""
        device = push.subscribe(request.user, **valid(SubscribeSerializer, request))
        if request.auth is None:  # the browser's own session: whoever signs out of it is rung there no more
            request.session[push.OF_SESSION] = device.pk
        return Response(DeviceSerializer(device).data, status=status.HTTP_201_CREATED)


class Device(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        if not push.unsubscribe(request.user, pk=pk):
            raise Http404(_("There is no such device."))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _hours(member: Member) -> dict[str, object]:
    box = choices.letterbox(member)
    return {name: getattr(box, name) for name in ("quiet", "quiet_from", "quiet_until", "digest_hour")}


def _settings(member: Member) -> dict[str, object]:
    box = choices.letterbox(member)
    parked = box.parked if box.address == member.email else None
    return {
        "topics": [
            {
                "topic": row.topic.key, "name": str(row.topic.name), "about": str(row.topic.about),
                "because": str(row.topic.because),
                "ways": [{"way": str(cell.way), "on": cell.on, "fixed": cell.fixed} for cell in row.cells],
            }
            for row in rows_of(member)
        ],
        "hours": _hours(member),
        "letters": {"parked": parked, "trouble": box.trouble if parked else ""},
        "push_key": push.public_key(),
    }  # fmt: skip
