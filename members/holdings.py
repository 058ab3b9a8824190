"""What we hold on a member, for them to take away: one JSON document, a part from every room.

Higher rooms register their part when they load: `register("listings", gather)`, where
`gather(member)` answers what `json` can write (dates and decimals included). Most of it is rows that name the
member: `tables("bookings", handovers=Table("bookings.Handover.by", "booking phase note"))`. Every column that
leads to a member is in a table here, in `covers` of a part, or stands with its reason in `left_out`; a test asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.files.storage import default_storage

from .models import Member

Gather = Callable[[Member], object]

_PLAIN = "id email name about language spoken time_zone place lat lon public_lat public_lon joined last_login"
_parts: dict[str, Gather] = {}
_tables: dict[str, dict[str, "Table"]] = {}
_OWN = """account.EmailAddress.user members.Portrait.member members.Membership.member members.HouseRules.written_by
members.Invitation.invited_by members.Circle.owner members.Token.member usersessions.UserSession.user
mfa.Authenticator.user"""
_covered: set[str] = {*_OWN.split()}
_left_out: dict[str, str] = {
    "members.CircleSeat.member": "the circle is its owner's: whom they see as close is their secret",
    "members.Circle.people": "the same seats",
    "members.Member_groups.member": "rights in the administration, of those who run the house",
    "members.Member_user_permissions.member": "rights in the administration, of those who run the house",
    "admin.LogEntry.user": "what was done in the administration is the house's record",
    "web.IdempotentAnswer.member": "copies of answers to programs, kept for a day",
}


@dataclass(frozen=True)
class Table:
    """Rows in which `whose` (app.Model.column, or a way there) is the member; `fields` of them."""

    whose: str
    fields: str

    def of(self, member: Member) -> list[dict[str, object]]:
        app, model, column = self.whose.split(".")
        return _rows(apps.get_model(app, model)._default_manager.filter(**{column: member}).order_by("pk"), self.fields)


def register(name: str, gather: Gather, covers: str = "") -> None:
    """A later registration of the same name replaces the earlier one. `covers`: columns that the part goes by."""
    _parts[name] = gather
    _covered.update(covers.split())


def tables(room: str, **named: Table) -> None:
    """Rows that name the member, each table under its name."""
    _tables.setdefault(room, {}).update(named)
    _covered.update(table.whose for table in named.values())


def leave_out(**reasons: str) -> None:
    """`bookings__Booking__by="why"`: a column that leads to a member and is nothing of theirs to take away."""
    _left_out.update({name.replace("__", "."): reason for name, reason in reasons.items()})


def everything(member: Member) -> dict[str, object]:
    """All of it, the members' own part first."""
    parts = {name: gather(member) for name, gather in sorted(_parts.items())}
    rows = {
        f"{room}_{name}": table.of(member) for room, named in sorted(_tables.items()) for name, table in named.items()
    }
    return {"member": _member(member)} | parts | rows


def _member(member: Member) -> dict[str, object]:
    return {name: getattr(member, name) for name in _PLAIN.split()} | {
        "photos": [default_storage.url(name) for portrait in member.portraits.all() for name in portrait.names()],
        "addresses": _rows(EmailAddress.objects.filter(user=member), "email verified primary"),
        "memberships": _rows(
            member.memberships.order_by("pk"),
            "community__slug community__name standing role treasurer member_class answers word rules_accepted"
            " joined ended created",
        ),
        "house_rules_written": _rows(member.rules_written.order_by("pk"), "community__slug version text created"),
        "invitations": _rows(member.invitations_made.order_by("pk"), "community__slug email used expires created"),
        "circles": [
            {"name": circle.name, "people": [seat.member_id for seat in circle.seats.all()]}
            for circle in member.circles.prefetch_related("seats")
        ],
        "tokens": _rows(member.tokens.order_by("pk"), "label created last_used"),
        "sessions": _rows(UserSession.objects.filter(user=member), "ip user_agent created_at last_seen_at"),
        "second_steps": _rows(Authenticator.objects.filter(user=member), "type created_at last_used_at"),
    }


def _rows(queryset, fields: str) -> list[dict[str, object]]:
    rows: Iterable[dict[str, object]] = queryset.values(*fields.split())
    return [{key.replace("__", "_"): value for key, value in row.items()} for row in rows]
