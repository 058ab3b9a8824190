"""Checking a community's books: chain, balances, and that each entry has its cause and each cause its entry.

The ledger's own check is `payments.ledger.verify`; this adds what only the rooms above can know and
keeps the result, so that the books page says when the books were last found in order.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from members.models import Community
from payments import causes, ledger
from payments.models import CreditPlan, Payment, Transfer
from payments.states import Gateway, PaymentState, TransferKind

from .granted import decided
from .models import BooksCheck, Grant, Payout, Project, Proposal
from .states import ProposalKind, ProposalState
from .treasury_states import PayoutState

MOST_FAULTS = 100
CHUNK = 500
CHECKED_JUST_NOW = timedelta(seconds=10)
SMALL = 2_000  # entries that are checked in a few hundredths of a second, so that nobody waits for the night


def check(community: Community, *, now: datetime | None = None) -> BooksCheck:
    """Recompute the community's books and keep what was found."""
    started = time.monotonic()
    kept = BooksCheck.objects.filter(community=community)
    found = ledger.verify(
        community, most_faults=MOST_FAULTS, progress=lambda read, length: kept.update(read=read, length=length)
    )
    faults = found.faults + list(islice(_broken_links(community), max(0, MOST_FAULTS - len(found.faults))))
    result = {
        "entries": found.entries, "digest": found.digest, "faults": faults,
        "seconds": round(time.monotonic() - started, 3), "checked": now or timezone.now(), "read": found.entries,
    }
    return BooksCheck.objects.update_or_create(community=community, defaults=result)[0]


def ask(community: Community, *, now: datetime | None = None) -> BooksCheck:
    """Have the books checked beside the page, and answer at once how far that is. One check at a time.

    What was checked seconds ago is not checked again.
    """
    now = now or timezone.now()
    known, _new = BooksCheck.objects.get_or_create(community=community)
    if known.runs_at(now) or (known.checked is not None and known.checked > now - CHECKED_JUST_NOW):
        return known
    asked = BooksCheck.objects.filter(pk=known.pk, asked=known.asked, checked=known.checked)
    if asked.update(asked=now, read=0, length=_length(community)):  # whoever asks in the same moment is second
        run.enqueue(community.pk)
    return BooksCheck.objects.select_related("community").get(pk=known.pk)


@task()
def run(community_id: int) -> int:
    """The check that somebody waits for; returns how many faults it found."""
    return len(check(Community.objects.get(pk=community_id)).faults)


def latest(community: Community) -> BooksCheck | None:
    """The last check; small books that have grown since then are checked at once."""
    last: BooksCheck | None = getattr(community, "books_check", None)
    length = _length(community)
    if length > SMALL or (last and last.checked and last.entries == length):
        return last
    return check(community)


def _length(community: Community) -> int:
    sequences = Transfer.objects.filter(community=community).order_by("-sequence").values_list("sequence", flat=True)
    return sequences.first() or 0


def check_all(slug: str = "") -> Iterator[BooksCheck]:
    """Check every community's books, or one's; yields each result as it is found."""
    communities = Community.objects.order_by("pk")
    for community in (communities.filter(slug=slug) if slug else communities).iterator():
        yield check(community)


def _broken_links(community: Community) -> Iterator[str]:
    yield from _entries_without_cause(community)
    yield from _payments_not_as_booked(community)
    yield from _decisions_not_as_booked(community)
    yield from _projects_paid_too_much(community)


def _entries_without_cause(community: Community) -> Iterator[str]:
    rows = Transfer.objects.filter(community=community).exclude(about="").order_by("about")
    abouts = rows.values_list("about", flat=True).distinct().iterator(chunk_size=CHUNK)
    while batch := list(islice(abouts, CHUNK)):
        for about in causes.absent(community, batch):
            yield _("Entries are about %(about)s, which is not there.") % {"about": about}


def _payments_not_as_booked(community: Community) -> Iterator[str]:
    """Settled payments whose price, fee or voluntary share does not stand in the books as it was."""
    booked = Transfer.objects.filter(community=community, about=OuterRef("about"), batch__startswith="settle:")
    booked = booked.filter(kind__in=[TransferKind.PRICE, TransferKind.FEE, TransferKind.SOLIDARITY])
    total = booked.order_by().values("about").annotate(total=Sum("minor")).values("total")
    paid = Payment.objects.filter(community=community, state__in=[PaymentState.SETTLED, PaymentState.REFUNDED])
    paid = paid.annotate(
        booked=Coalesce(Subquery(total), 0), owed=F("price_minor") + F("fee_minor") + F("solidarity_minor")
    )
    # What was paid in credit stands there in credit, at what that counted for then; but it stands there.
    least = CreditPlan.objects.filter(community=community).values_list("worth_minor", flat=True).first() or 0
    as_made = Q(gateway=Gateway.CREDIT) & (Q(booked__gt=0) | Q(owed__lt=least)) | Q(booked=F("owed"))
    for about in paid.exclude(as_made).order_by("pk").values_list("about", flat=True).iterator():
        yield _("The payment for %(about)s does not stand in the books as it was made.") % {"about": about}


def _decisions_not_as_booked(community: Community) -> Iterator[str]:
    """Spends that were carried out without an entry, and entries spent without such a decision."""
    spent = Transfer.objects.filter(community=community, kind__in=[TransferKind.SPEND, TransferKind.DIVIDEND])
    done = Proposal.objects.filter(community=community, kind=ProposalKind.SPEND, state=ProposalState.EXECUTED)
    through = Proposal.transfers.through.objects.filter(proposal=OuterRef("pk"), transfer__kind=TransferKind.SPEND)
    funded = Grant.objects.filter(proposal=OuterRef("pk"))
    for number in done.filter(~Exists(through), ~Exists(funded)).order_by("number").values_list("number", flat=True):
        yield _("Decision %(number)s was carried out, but nothing was spent.") % {"number": number}
    decided = Proposal.transfers.through.objects.filter(
        Q(proposal__state=ProposalState.EXECUTED), transfer=OuterRef("pk"), proposal__community=community
    )
    granted = Grant.objects.filter(project=OuterRef("project"), project__community=community)
    by_two = Payout.objects.filter(Q(line__decided_by__isnull=False) | Exists(granted), transfer=OuterRef("pk"))
    undecided = spent.filter(~Exists(decided), ~Exists(by_two)).order_by("sequence")
    for sequence in undecided.values_list("sequence", flat=True):
        yield _("Entry %(sequence)s was spent without a decision.") % {"sequence": sequence}


def _projects_paid_too_much(community: Community) -> Iterator[str]:
    """Projects out of which more was paid than decisions have put into them."""
    rows = Project.objects.filter(community=community, payouts__state=PayoutState.PAID).distinct().order_by("pk")
    projects = list(rows)
    for key, sums in decided(projects).items():
        if sums.unpaid_minor < 0:
            yield _("Out of project %(number)s more was paid than was decided.") % {"number": key}
