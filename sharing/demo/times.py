"""When some things can be had and what is fair: a house that changes hands at weekends, a workshop that keeps holidays,
machines that need a training, and the days their owners keep for themselves.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bookings import actions
from bookings.models import ApprovalState
from sharing.values.period import days

from .settling import Town
from .story import Story

FRIDAY, SUNDAY = 1 << 4, 1 << 6
HOME, ZONE = "elm-street", "Europe/Berlin"
# what, from and to (days from today), why, how
KEPT = (
    ("drill", 26, 27, "Our own bathroom", "block"), ("garden_house", 40, 46, "Otto's brother is here", "block"),
    ("cargo", 33, 34, "New brake pads", "repair"),
)  # fmt: skip


def times(story: Story, town: Town) -> None:
    """All of it shortly before now, so that what was lent in the year before is not held against it."""
    story.at(story.clock.end - timedelta(minutes=3), lambda: _set(story, town))


def _set(story: Story, town: Town) -> None:
    cleo, elm, today = town.members["cleo"], town.homes[HOME], story.clock.day(0, ZONE)
    house, workshop = town.listings["garden_house"], town.listings["workshop"]
    weekend = {"arrive_days": FRIDAY | SUNDAY, "leave_days": FRIDAY | SUNDAY, "notice_hours": 24, "cancel_hours": 48}
    assert house.owner is not None  # a neighbour's
    actions.set_terms(house.pk, by=house.owner, facts=weekend)
    year = today.year + (today > date(today.year, 12, 28))
    turn = {"first": date(year, 12, 28), "last": date(year + 1, 1, 2)}
    actions.add_day_price(house.pk, by=house.owner, **turn, price_minor=house.price_minor + 1200, note="New Year")
    actions.set_terms(workshop.pk, by=cleo, facts={"holiday_region": "DE-BW", "buffer_after": 15})
    for key, first, last, note, kind in KEPT:
        thing = town.listings[key]
        span = days(today + timedelta(days=first), today + timedelta(days=last + 1), ZoneInfo(ZONE))
        actions.block(thing.pk, span, by=thing.owner or cleo, note=note, kind=kind)
    actions.set_fair_use(
        by=cleo, community_id=elm.pk,
        facts={"most_at_once": 6, "new_days": 30, "new_at_once": 2, "new_deposit_minor": 10000},
    )
    machines = actions.write_policy(
        by=cleo, community=elm, name="Carpentry machines", valid_days=730,
        how="An hour with Cleo at the band saw, on any first Saturday of the month. Bring an apron.",
    )
    actions.set_policy(workshop.pk, machines.pk, by=cleo)
    trained = actions.ask_approval(workshop.pk, by=town.members["jonas"], note="Trained as a joiner.")
    actions.answer_approval(trained.pk, by=cleo, state=ApprovalState.GIVEN, note="You could teach it.")
    actions.ask_approval(workshop.pk, by=town.members["leyla"], note="I have used a jigsaw, never a band saw.")
