"""Books for everyone: a community may show its balance, sums and entries to whoever looks. Never a name.

Stewards switch it. What is shown is kept for a few minutes, so that many who look cost no more than one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import causes
from payments.entries import MOVES
from payments.models import Transfer
from payments.states import TransferKind
from sharing.web.refusals import Refusal

from . import books, charts, projects
from .granted import decided
from .models import Grant, OpenBooks, Project
from .treasury_states import ProjectState

KEPT = 300  # seconds
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """What came in or went out, when, and of what kind: nothing by which one could tell who."""

    sequence: int
    created: datetime
    label: str
    minor: int
    cause: str = ""  # of what was decided by all: which decision, or which project


@dataclass(frozen=True, slots=True)
class Saving:
    """A project as everyone may see it: what lies in it, what was decided for it, by which decisions, what was paid."""

    pk: int
    name: str
    saved_minor: int
    decided_minor: int
    paid_minor: int
    decisions: list[int]


def set_openness(community: Community, *, by: Member, public: bool, indexed: bool = False) -> OpenBooks:
    """Show the books to everyone, or to members alone again."""
    mine = membership(by, community)
    if mine is None or not mine.is_steward:
        raise Refusal(_("Only a steward can do this."), code="stewards_only")
    facts = {"public": public, "indexed": public and indexed, "changed_by": by, "changed": timezone.now()}
    return OpenBooks.objects.update_or_create(community=community, defaults=facts)[0]


def shown(community: Community, choice: OpenBooks) -> dict:
    """What a visitor sees: plain figures, kept for a while. A change of the choice makes it anew."""
    key = f"open-books:{community.pk}:{get_language() or ''}:{choice.changed.timestamp()}"
    found = cache.get(key)
    if found is None:
        found = _reckoned(community)
        cache.set(key, found, KEPT)
    return found


def _reckoned(community: Community) -> dict:
    now = timezone.now()
    held, months = books.holdings(community), books.months(community, now)
    flows = books.flows(community, held.pool, months)
    by_month = charts.by_month(flows, months)
    return {
        "balance_minor": held.balance_minor, "set_aside_minor": held.set_aside_minor, "months": by_month,
        "highest": max([*(month.into for month in by_month), *(month.out for month in by_month)]),
        "parts": charts.by_kind(flows), "entries": _entries(held.pool, community), "at": now,
        "savings": _savings(community),
    }


def _savings(community: Community) -> list[Saving]:
    """The projects that are open, and those that were paid for: in five statements."""
    rows = Project.objects.filter(community=community).filter(Q(state=ProjectState.OPEN) | Q(grants__isnull=False))
    found = list(rows.distinct().order_by("-state", "created", "pk")[:SHOWN])
    if not found:
        return []
    saved, sums = projects.saved(found), decided(found)
    numbers: dict[int, list[int]] = {}
    granted = Grant.objects.filter(project__in=found).order_by("created", "pk")
    for key, number in granted.values_list("project", "proposal__number"):
        numbers.setdefault(key, []).append(number)
    return [
        Saving(
            row.pk, row.name, saved.get(row.pk, 0), sums[row.pk].minor, sums[row.pk].paid_minor, numbers.get(row.pk, [])
        )
        for row in found
    ]


def _entries(pool: int | None, community: Community) -> list[Entry]:
    if pool is None:
        return []
    rows = Transfer.objects.filter(phase__in=MOVES).exclude(kind=TransferKind.EARMARK)
    rows = rows.order_by("-created", "-sequence")
    columns = ("created", "sequence", "kind", "minor", "about")
    found = [(row, True) for row in rows.filter(target=pool).values_list(*columns)[:SHOWN]]
    found += [(row, False) for row in rows.filter(source=pool).values_list(*columns)[:SHOWN]]
    found.sort(key=lambda each: each[0][:2], reverse=True)
    return [
        Entry(sequence, created, charts.label(kind, incoming), minor if incoming else -minor, _cause(about, community))
        for (created, sequence, kind, minor, about), incoming in found[:SHOWN]
    ]


def _cause(about: str, community: Community) -> str:
    """What was decided by all has no name in it."""
    named = causes.reference(about, community) if about.startswith(("proposal:", "project:")) else None
    return str(named.label) if named else ""
