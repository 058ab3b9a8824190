"""What the treasurers of Elm Street do: save for projects, keep a budget, pay out by two, sum up the months."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from cooperative import budgets, fees, payouts, projects, statements
from cooperative.models import BudgetLine, Project, Proposal, Statement
from cooperative.states import ProposalState
from listings.models import Listing
from payments.models import Account, Transfer
from payments.states import AccountKind, TransferKind
from sharing.values.period import instant
from sharing.web.refusals import Refusal

from .communities import ELM_STREET
from .settling import Town
from .story import Story

ZONE = ELM_STREET.time_zone
PROJECTS = (
    # days ago, who, name, why, cents
    (268, "cleo", "A tin roof over the bike", "It stands in the rain, and squeals about it.", 18_000),
    (196, "cleo", "The second cargo bike", "On Saturdays one is not enough. Every fee brings it nearer.", 95_000),
    (64, "jonas", "Lamps along the path to the shed", "Four of them, warm and low, so that the bats stay.", 4_800),
)  # fmt: skip
CLOSED_ON = 190  # the roof stands
RARELY = 4  # so many bookings, of which one directs nothing
LINES = (
    # label, kind, comes in, cents, behind a decision
    ("Fees of our bookings", TransferKind.FEE, True, 30_000, False),
    ("Voluntary shares", TransferKind.SOLIDARITY, True, 6_000, False),
    ("The cargo bike and the party kit", TransferKind.PRICE, True, 150_000, False),
    ("Repairs and small things", TransferKind.SPEND, False, 40_000, True),
    ("Roofs and boards", TransferKind.SPEND, False, 20_000, False),
    ("Thanks for care", TransferKind.CARE, False, 8_000, False),
)
SPENDING = "What we may mend without asking again"
PAID = (
    # days ago, to whom, cents, what for, the second person; "" has not looked yet
    (58, "Locksmith Maier", 3_850, "A new lock for the shed, three keys", "cleo"),
    (19, "Timber yard Rieselfeld", 2_240, "Two boards for the sandbox", "cleo"),
    (2, "Bicycle workshop Haslach", 4_600, "Brake pads, before anybody needs them", ""),
)
REFUSED = (30, "Bakery Okafor", 1_800, "Cake for the meeting")


def treasury(story: Story, town: Town) -> None:
    """In the order in which it happened; the months are summed up on the third of the next."""
    at = story.clock.at
    for row in PROJECTS:
        story.at(at(-row[0], "20:05", ZONE), partial(_project, town, *row[1:]))
    story.at(at(-CLOSED_ON, "20:05", ZONE), partial(_built, town))
    story.at(at(-100, "20:10", ZONE), partial(_budget, story, town))
    for days, payee, minor, note, second in PAID:
        story.at(at(-days, "19:40", ZONE), partial(_pay, story, town, days, payee, minor, note, second))
    days, payee, minor, note = REFUSED
    story.at(at(-days, "19:40", ZONE), partial(_pay, story, town, days, payee, minor, note, "", no=True))
    story.at(story.clock.end - timedelta(minutes=8), partial(_claims, town))
    for months, signs in ((2, True), (1, False)):
        story.at(_third_after(story, months), partial(_statement, story, town, months, signs))


def wish(town: Town, listing: Listing, number: int) -> int | None:
    """The project to which this booking directs a share of its fee, if it does."""
    elm = town.homes.get(ELM_STREET.slug)
    if elm is None or listing.community_id != elm.pk or not listing.price_minor or not number % RARELY:
        return None
    policy = fees.current(elm)
    if policy is None or not policy.earmark_bp:
        return None
    found = list(projects.open_in(elm).values_list("pk", flat=True))
    return found[number % len(found)] if found else None


def _project(town: Town, who: str, name: str, why: str, goal: int) -> None:
    projects.start(town.homes[ELM_STREET.slug], by=town.members[who], name=name, why=why, goal_minor=goal)


def _built(town: Town) -> None:
    elm = town.homes[ELM_STREET.slug]
    projects.close(Project.objects.get(community=elm, name=PROJECTS[0][2]).pk, by=town.members["cleo"])


def _budget(story: Story, town: Town) -> None:
    """The lines of this year and, early in one, of the year before, of which what was spent is given to one."""
    elm, cleo = town.homes[ELM_STREET.slug], town.members["cleo"]
    decided = Proposal.objects.get(community=elm, title=SPENDING, state=ProposalState.PASSED)
    for year in {budgets.year_of(elm, story.clock.now), budgets.year_of(elm, story.clock.end)}:
        for label, kind, incoming, minor, behind in LINES:
            budgets.write_line(
                elm, by=cleo, year=year, label=label, kind=kind, incoming=incoming, minor=minor,
                decision=decided.number if behind else None,
            )
        roofs = BudgetLine.objects.get(community=elm, year=year, label="Roofs and boards")
        for spent in budgets.unallotted(elm, year):
            budgets.allot(spent.pk, roofs.pk, community=elm, by=cleo)


def _pay(
    story: Story, town: Town, days: int, payee: str, minor: int, note: str, second: str, *, no: bool = False
) -> None:
    elm = town.homes[ELM_STREET.slug]
    year = budgets.year_of(elm, story.clock.now)
    line = BudgetLine.objects.filter(community=elm, year=year, decided_by__isnull=False).first()
    if line is None:
        return
    asked = payouts.ask(
        elm, by=town.members["mia"], minor=minor, key=f"demo:{days}", line=line, payee=payee, way="bank", note=note
    )
    if second:
        story.at(story.clock.now + timedelta(hours=14), partial(payouts.approve, asked.pk, by=town.members[second]))
    if no:
        story.at(story.clock.now + timedelta(hours=3), partial(payouts.refuse, asked.pk, by=town.members["cleo"]))


def _claims(town: Town) -> None:
    """Whom the pool owes most for their care ask for it: the first is paid, the second waits."""
    elm = town.homes[ELM_STREET.slug]
    wallets = Account.objects.filter(community=elm, kind=AccountKind.WALLET, label="", balance_minor__gt=0)
    owed = wallets.exclude(member=town.members["cleo"]).select_related("member").order_by("-balance_minor", "pk")
    for number, wallet in enumerate(owed[:2]):
        assert wallet.member
        asked = payouts.ask(
            elm, by=wallet.member, member=wallet.member, minor=wallet.free_minor, key=f"demo:wallet:{number}",
            note="For the care of our things",
        )
        if not number:
            payouts.approve(asked.pk, by=town.members["cleo"])


def _month(story: Story, months: int) -> date:
    """The first day of the month so many months ago."""
    today = story.clock.day(0, ZONE)
    return date(today.year - (today.month <= months), (today.month - months - 1) % 12 + 1, 1)


def _third_after(story: Story, months: int) -> datetime:
    """The third of the month after it, in the evening."""
    return instant(_month(story, months - 1) + timedelta(days=2), datetime.min.time().replace(hour=20), ZoneInfo(ZONE))


def _statement(story: Story, town: Town, months: int, signs: bool) -> Statement | None:
    """The treasurer sums up, and a second one signs; the latest still waits for that."""
    elm = town.homes[ELM_STREET.slug]
    first, second = ("cleo", "mia") if signs else ("mia", "cleo")
    if not Transfer.objects.filter(community=elm).exists():
        return None
    try:
        made = statements.prepare(elm, by=town.members[first], until=_month(story, months), now=story.clock.now)
    except Refusal:  # a quiet month in which nothing was booked
        return None
    if signs:
        story.at(story.clock.now + timedelta(hours=1), partial(statements.sign, made.pk, by=town.members[second]))
    return made
