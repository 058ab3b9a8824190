"""Statements of a stretch of the books: summed up from the entries, sealed, and signed by two officers.

A statement goes from where the last one ended to the end of a month that is over. The entries are read again and
every seal is recomputed while it is made, so that none is written over books that do not add up.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import chain, ledger
from payments.entries import MOVES
from payments.models import Account, Transfer
from payments.states import AccountKind, TransferKind
from sharing.web.refusals import Refusal

from . import books
from .models import Statement, StatementSignature

CHUNK = 5000


class StatedFlow(TypedDict):
    """What came in or went out for one kind of entry."""

    incoming: bool
    kind: str
    minor: int
    entries: int


class StatementError(Refusal):
    """A statement that can't be made or signed."""

    code = "statement"


def prepare(community: Community, *, by: Member, until: date, now: datetime | None = None) -> Statement:
    """Sum up all entries since the last statement, up to the end of the month of `until`, which must be over."""
    _check_officer(community, by, treasurer=True)
    now = now or timezone.now()
    if not 2000 <= until.year <= now.year:
        raise StatementError(_("This month is not over yet."), field="until")
    ends = books.bounds(community, until.replace(day=1))[1]
    if ends + ledger.LONGEST_WAIT > now:  # what was begun before midnight may be on its way into the books
        raise StatementError(_("This month is not over yet."), field="until")
    with transaction.atomic():
        ledger.lock(community)
        last = Statement.objects.filter(community=community).order_by("-number").first()
        rows = Transfer.objects.filter(community=community, sequence__gt=last.last if last else 0)
        end = rows.filter(created__lt=ends).order_by("-sequence").values_list("sequence", flat=True).first()
        if end is None:
            raise StatementError(_("Nothing was booked since the last statement."), field="until")
        statement = _summed(community, last, end, ends)
        statement.prepared_by, statement.created = by, now
        statement.seal = statement.sealed()
        statement.save(force_insert=True)
        StatementSignature.objects.create(statement=statement, member=by, created=now)
    return statement


def sign(statement_id: int, *, by: Member, now: datetime | None = None) -> StatementSignature:
    """An officer says that it is right. Again it changes nothing."""
    statement = Statement.objects.select_related("community").get(pk=statement_id)
    _check_officer(statement.community, by)
    if statement.seal != statement.sealed():
        raise StatementError(_("This statement does not fit its seal. Nobody should sign it."))
    try:
        with transaction.atomic():
            return StatementSignature.objects.create(statement=statement, member=by, created=now or timezone.now())
    except IntegrityError:
        return StatementSignature.objects.get(statement=statement, member=by)


def months_over(community: Community, last: Statement | None, now: datetime | None = None) -> list[date]:
    """The months up to whose end a statement can be made now, the newest first; at most a year of them."""
    today = ((now or timezone.now()) - ledger.LONGEST_WAIT).astimezone(ZoneInfo(community.time_zone)).date()
    month, found = today.replace(day=1), []
    for _each in range(12):
        month = (month - timedelta(days=1)).replace(day=1)
        if last is not None and month <= last.ends.replace(day=1):
            break
        found.append(month)
    return found


def _summed(community: Community, last: Statement | None, end: int, ends: datetime) -> Statement:
    """The statement up to the entry `end`, from the entries themselves, their seals recomputed on the way."""
    ours = Account.objects.filter(community=community, kind=AccountKind.POOL, currency=community.currency)
    pools = set(ours.values_list("pk", flat=True))  # what lies there in credit is no money
    first = last.last + 1 if last else 1
    before = previous = last.digest if last else chain.GENESIS
    begins: datetime | None = None
    sums: dict[tuple[bool, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = Transfer.objects.filter(community=community, sequence__gte=first, sequence__lte=end).order_by("sequence")
    columns = (
        "sequence", "created", "source", "target", "minor", "source__currency", "phase", "of__sequence", "kind",
        "about", "memo", "batch", "key", "previous", "digest",
    )
    for row in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        sequence, created, source, target, minor, currency, phase, _of, kind, *_words, claimed, seal = row
        made = chain.digest(before, community.pk, sequence, chain.stamp(created), *row[2:-2])
        if claimed != before or seal != made:
            raise StatementError(_("Entry %(sequence)s has been altered. Have the books checked first.") % {
                "sequence": sequence
            })
        before, begins = seal, begins or created
        if phase in MOVES and kind != TransferKind.EARMARK:
            for account, incoming in ((source, False), (target, True)):
                if account in pools:
                    sums[incoming, kind][0] += minor
                    sums[incoming, kind][1] += 1
    flows: list[StatedFlow] = [
        {"incoming": incoming, "kind": kind, "minor": minor, "entries": entries}
        for (incoming, kind), (minor, entries) in sorted(sums.items(), key=lambda item: (not item[0][0], item[0][1]))
    ]
    came = sum(flow["minor"] for flow in flows if flow["incoming"])
    went = sum(flow["minor"] for flow in flows if not flow["incoming"])
    opening, zone = last.closing_minor if last else 0, ZoneInfo(community.time_zone)
    started = last.ends + timedelta(days=1) if last else begins.astimezone(zone).date() if begins else ends.date()
    return Statement(
        community=community, number=last.number + 1 if last else 1, first=first, last=end, begins=started,
        ends=(ends - timedelta(seconds=1)).astimezone(zone).date(), currency=community.currency,
        opening_minor=opening, incoming_minor=came, outgoing_minor=went, closing_minor=opening + came - went,
        flows=flows, previous=previous, digest=before,
    )


def _check_officer(community: Community, by: Member, *, treasurer: bool = False) -> None:
    mine = membership(by, community)
    if mine is None or not (mine.is_treasurer or (mine.is_steward and not treasurer)):
        raise StatementError(_("Only a treasurer of the community can do this."), code="treasurers_only")
