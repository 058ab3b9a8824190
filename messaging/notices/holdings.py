"""What we hold of a member's talk and of how they are told, for them to take away."""

from members import holdings
from members.holdings import Table
from members.models import Member

from ..models import Letterbox, NotificationChoice, PushDevice

SEAT = "conversation conversation__kind conversation__subject joined left seen_seq muted muted_until archived_seq role"
REPORT = "message__conversation community__slug reason note created ruling word ruled"


def register() -> None:
    covered = (
        "messaging.NotificationChoice.member messaging.Letterbox.member messaging.PushDevice.member"
        " messaging.Notification.member"
    )
    holdings.register("notifications", everything_of, covered)
    holdings.tables(
        "talk",
        conversations=Table("messaging.Participant.member", SEAT),
        messages=Table(
            "messaging.Message.author", "conversation sequence kind body data created edited deleted client_id"
        ),
        photos=Table("messaging.MessagePhoto.message__author", "id message__conversation message__sequence alt"),
        signs=Table("messaging.Reaction.member", "message__conversation message__sequence sign created"),
        blocked=Table("messaging.Block.member", "other other__name created"),
        reports_made=Table("messaging.Report.reporter", REPORT),
        reports_ruled=Table("messaging.Report.ruled_by", REPORT),
        letters_planned=Table("messaging.Delivery.member", "way topic created due sent parked trouble"),
    )
    holdings.leave_out(
        messaging__Block__other="who has closed their door is theirs to know",
        messaging__Report__author="who reports is protected; the one reported hears of the ruling in a notification",
    )


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
