"""What we hold on a member, for them to take away: one JSON document, a part from every room.

Higher rooms register their part when they load: `register("listings", gather)`, where
`gather(member)` answers what `json` can write (dates and decimals included).
"""

from collections.abc import Callable, Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.storage import default_storage

from .models import Member

Gather = Callable[[Member], object]

_PLAIN = "id email name about language spoken time_zone place lat lon public_lat public_lon joined last_login"
_parts: dict[str, Gather] = {}


def register(name: str, gather: Gather) -> None:
    """A later registration of the same name replaces the earlier one."""
    _parts[name] = gather


def everything(member: Member) -> dict[str, object]:
    """All of it, the members' own part first."""
    return {"member": _member(member)} | {name: gather(member) for name, gather in sorted(_parts.items())}


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
