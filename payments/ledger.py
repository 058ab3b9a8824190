"""The ledger: the only module that writes transfers.

Entries booked together stand together or not at all; an entry repeated under its key is booked once;
a hold is posted (in whole or in part) or released, once. Who writes into a community's chain holds
that community's row, so the chain has neither gap nor fork. What must not happen is refused by the
database (see `payments.guards`), here it is only put into words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community
from sharing.db.guards import refused_by
from sharing.web.refusals import Refusal

from . import chain, flows
from .models import Account, Transfer
from .states import MAY_OVERDRAW, AccountKind, Phase
from .verification import Verification, verify

__all__ = [
    "AlreadySettled", "Entry", "KeyReused", "MixedCurrencies", "Overdrawn", "Verification", "account", "hold",
    "hold_of", "lock", "post", "post_hold", "posting", "releasing", "verify", "void",
]

# What a spreadsheet would take for a formula must not open a memo: members take the books home as CSV.
_FORMULA_MARKS = "=+-@"
LONGEST_WAIT = timedelta(minutes=1)  # for one's turn at the chain, and between the clocks of several machines


class Overdrawn(Refusal):
    """An account that may not be overdrawn does not hold that much."""

    code = "overdrawn"


class KeyReused(Refusal):
    """The key of an entry stands in the books already, for something else."""

    code = "key_reused"


class MixedCurrencies(Refusal):
    """The two accounts are not in one currency, or not in one community."""

    code = "mixed_currencies"


class AlreadySettled(Refusal):
    """The hold was posted or released before."""

    code = "already_settled"


@dataclass(frozen=True, slots=True)
class Entry:
    """`minor` units from `source` to `target`, to be booked. `key` is what it is for, unique for ever."""

    source: Account
    target: Account
    minor: int
    kind: str
    key: str
    about: str = ""
    memo: str = ""
    phase: str = Phase.POSTED
    of: Transfer | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool) or self.minor <= 0:
            raise ValueError("An entry moves a whole number of minor units, more than nothing.")
        if not self.key or any(ord(sign) < 32 for sign in f"{self.key}{self.about}"):
            raise ValueError("An entry has a key of printable characters.")


def account(
    kind: str, community: Community, member=None, label: str = "", *, currency: str = "", limit_minor: int | None = None
) -> Account:
    """The account for this purpose in the community's currency (or another), opened on demand.

    limit_minor: how far below zero it may go when it is opened; what MAY_OVERDRAW says counts only without.
    """
    facts = {
        "community": community, "kind": kind, "member": member, "label": label,
        "currency": currency or community.currency,
    }
    begins = {"may_overdraw": kind in MAY_OVERDRAW and limit_minor is None, "limit_minor": limit_minor or 0}
    return Account.objects.get_or_create(**facts, defaults=begins)[0]


def post(
    community: Community, entries: Iterable[Entry], *, batch: str = "", now: datetime | None = None
) -> list[Transfer]:
    """Book all entries or none. Repeated with the same keys it changes nothing and answers the same rows."""
    entries = list(entries)
    if not entries:
        return []
    for entry in entries:
        _check_ends(community, entry)
    if len({entry.key for entry in entries}) < len(entries):
        raise KeyReused(_("Each entry needs a key of its own."))
    try:
        with transaction.atomic():
            lock(community)
            rows = Transfer.objects.bulk_create(_chained(community, entries, batch, now or timezone.now()))
            flows.note(community, rows)
            return rows
    except IntegrityError as error:
        if repeated := _as_booked_before(entries):
            return repeated
        raise _refusal(error, entries) from error


def hold(community: Community, entry: Entry, *, batch: str = "", now: datetime | None = None) -> Transfer:
    """Set `entry.minor` aside on the source until it is posted or released."""
    pending = Entry(
        entry.source, entry.target, entry.minor, entry.kind, entry.key, entry.about, entry.memo, Phase.PENDING
    )
    return post(community, [pending], batch=batch, now=now)[0]


def posting(held: Transfer, minor: int | None = None, *, key: str = "") -> Entry:
    """The entry that posts a hold, for booking it together with others; `minor` of it, default all."""
    return Entry(
        held.source, held.target, held.minor if minor is None else minor, held.kind, key or f"{held.key}:post",
        held.about, held.memo, Phase.POST, held,
    )


def releasing(held: Transfer, *, key: str = "") -> Entry:
    """The entry that releases a hold, for booking it together with others."""
    return Entry(
        held.source, held.target, held.minor, held.kind, key or f"{held.key}:void", held.about, held.memo,
        Phase.VOID, held,
    )


def post_hold(held: Transfer, minor: int | None = None, *, now: datetime | None = None) -> Transfer:
    """Move what was held, or `minor` of it; the rest is free again. Once."""
    return post(held.community, [posting(held, minor)], batch=held.batch, now=now)[0]


def void(held: Transfer, *, now: datetime | None = None) -> Transfer:
    """Release what was held. Once."""
    return post(held.community, [releasing(held)], batch=held.batch, now=now)[0]


def hold_of(key: str) -> Transfer | None:
    """The hold booked under this key, with what settled it."""
    found = Transfer.objects.filter(key=key, phase=Phase.PENDING)
    return found.select_related("settled_by", "source", "target", "community").first()


def _check_ends(community: Community, entry: Entry) -> None:
    """Refuse kindly what the guards would refuse anyway."""
    same_place = entry.source.community_id == entry.target.community_id == community.pk
    if not same_place or entry.source.currency != entry.target.currency:
        raise MixedCurrencies(_("Money moves only between accounts of one community and one currency."))
    if entry.source.pk == entry.target.pk:
        raise Refusal(_("Money cannot be moved from an account to itself."))
    if entry.of is not None and entry.minor > entry.of.minor:
        raise Overdrawn(_("No more can be taken than was held."))


def lock(community: Community) -> None:
    """Hold the community's row to the end of the transaction; SQLite's IMMEDIATE has locked the file already."""
    if connection.features.has_select_for_update:
        list(Community.objects.filter(pk=community.pk).select_for_update(no_key=True).values_list("pk"))


def _chained(community: Community, entries: Sequence[Entry], batch: str, now: datetime) -> list[Transfer]:
    """The rows for the entries, linked to the end of the community's chain; who had to wait for it is not before it."""
    booked = Transfer.objects.filter(community=community).order_by("-sequence")
    tail = booked.values_list("sequence", "digest", "created").first()
    sequence, previous, last = tail or (0, chain.GENESIS, now)
    now = last if now < last <= now + LONGEST_WAIT else now
    rows = []
    for entry in entries:
        sequence += 1
        row = Transfer(
            community=community, sequence=sequence, source=entry.source, target=entry.target, minor=entry.minor,
            phase=entry.phase, of=entry.of, kind=entry.kind, about=entry.about, memo=_tidy(entry.memo), batch=batch,
            key=entry.key, created=now, previous=previous,
        )
        row.digest = previous = chain.digest(
            previous, community.pk, sequence, chain.stamp(now), row.source_id, row.target_id, row.minor,
            entry.source.currency, str(row.phase), entry.of.sequence if entry.of else "", str(row.kind), row.about,
            row.memo, batch, row.key,
        )
        rows.append(row)
    return rows


def _as_booked_before(entries: Sequence[Entry]) -> list[Transfer]:
    """The rows that carry these keys already, in the order of the entries; [] when there are none."""
    keys = [entry.key for entry in entries]
    found = {row.key: row for row in Transfer.objects.filter(key__in=keys).select_related("source", "target")}
    if not found:
        return []
    for entry in entries:
        row = found.get(entry.key)
        if row is None or _content(row) != _content(entry):
            raise KeyReused(_("This was booked before, with other contents."))
    return [found[key] for key in keys]


def _content(row: Transfer | Entry) -> tuple:
    """What must agree for a repeat to be one: not the memo, since a listing may have been renamed meanwhile."""
    return (
        row.source.pk, row.target.pk, row.minor, str(row.phase), str(row.kind), row.about,
        row.of_id if isinstance(row, Transfer) else row.of and row.of.pk,
    )


def _refusal(error: IntegrityError, entries: Sequence[Entry]) -> Exception:
    """The kind sentence for what the database refused; the error itself when there is none."""
    if refused_by(error, "accounts_marked_so_cannot_be_overdrawn"):
        if any(entry.source.kind == AccountKind.POOL for entry in entries):
            return Overdrawn(_("The pool does not hold that much."))
        return Overdrawn(_("This account does not hold that much."))
    if refused_by(error, "a_hold_is_settled_within_its_bounds"):
        return Overdrawn(_("No more can be taken than was held."))
    if "of_id" in str(error):
        return AlreadySettled(_("This was settled before."))
    return error


def _tidy(memo: str) -> str:
    """One line of at most 200 characters, that no spreadsheet takes for a formula however often it is stripped."""
    return " ".join(str(memo).split()).lstrip(_FORMULA_MARKS + " ")[:200].strip()
