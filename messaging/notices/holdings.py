"""What we hold on how a member is told, for them to take away."""

from members.models import Member

from ..models import Letterbox, NotificationChoice, PushDevice


def everything_of(member: Member) -> dict[str, object]:
    choices = NotificationChoice.objects.filter(member=member).order_by("pk")
    boxes = Letterbox.objects.filter(member=member)
    devices = PushDevice.objects.filter(member=member).order_by("pk")
    return {
        "choices": list(choices.values("topic", "way", "on")),
        "hours": boxes.values("quiet", "quiet_from", "quiet_until", "digest_hour", "parked", "trouble").first(),
        "devices": list(devices.values("name", "endpoint", "created", "reached")),
        "notifications": list(
            member.notifications.order_by("pk").values("kind", "title", "body", "url", "created", "read", "emailed")
        ),
    }
