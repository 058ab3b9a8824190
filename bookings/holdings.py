"""What this room holds on a member, for them to take away."""

from members import holdings
from members.holdings import Table
from members.models import Member

from .models import Booking

WAITS = "listing__title starts ends quantity state created offered_until"


def register() -> None:
    holdings.register("bookings", everything_of, "bookings.Booking.borrower")
    holdings.tables(
        "bookings",
        series=Table("bookings.Series.borrower", "listing__title rhythm until created"),
        steps=Table("bookings.BookingEvent.by", "booking step state note created"),
        handovers=Table("bookings.Handover.by", "booking phase side note checklist asked meter made"),
        handover_photos=Table("bookings.HandoverPhoto.handover__by", "id handover__booking handover__phase alt"),
        changes_asked=Table("bookings.Change.by", "booking side starts ends quote note state created answered"),
        meetings_proposed=Table("bookings.Slot.by", "meeting__booking starts side created"),
        waiting=Table("bookings.WaitEntry.member", WAITS),
        approvals=Table("bookings.Approval.member", "policy__name state note answer asked answered until"),
        approvals_answered=Table("bookings.Approval.answered_by", "policy__name member answer answered"),
        approvals_wanted=Table("bookings.Policy.owner", "name how valid_days"),
        calendar_addresses=Table("bookings.CalendarAddress.member", "listing__title feed created read"),
        calendars_read=Table("bookings.CalendarFeed.by", "listing__title name url checked created"),
    )


def everything_of(member: Member) -> list[dict]:
    """The member's bookings."""
    rows = Booking.objects.filter(borrower=member).order_by("pk")
    fields = ("id", "listing__title", "state", "starts", "ends", "quantity", "note", "quote", "created")
    return [{key.replace("__", "_"): value for key, value in row.items()} for row in rows.values(*fields)]
