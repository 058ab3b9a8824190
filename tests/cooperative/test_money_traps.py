"""The page of traps names tests that exist and that name their trap; and the one that is at home nowhere else."""

import re
from pathlib import Path

import pytest

from cooperative import fees
from members.models import Membership
from payments import ledger
from payments.models import MonthFlow, Payment, Transfer
from payments.years import counting

from .test_decisions import count, house, opened, votes
from .test_dividends import LAST_WEEK, used

__all__ = ["house"]
ROOT = Path(__file__).resolve().parents[2]
TRAPS = [*(f"G{number}" for number in range(22, 32)), "G36", "G37"]


def test_every_trap_names_tests_that_exist_and_name_it():
    rows = re.findall(r"^\| (G\d+) \|(.+)\|$", (ROOT / "docs" / "money-traps.md").read_text(), re.MULTILINE)
    assert [trap for trap, _rest in rows] == TRAPS
    for trap, rest in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", rest)
        assert named, trap
        for path, name in named:
            found = re.search(rf'def {name}\([^:]*\)(?: -> None)?:\n    """{trap}: ', (ROOT / path).read_text())
            assert found, f"{path}::{name} does not begin by naming {trap}."


@pytest.mark.django_db
def test_a_new_fee_changes_nothing_that_was_booked(house):
    """G26: what was paid keeps its fee and where it came from, in every report, whatever the members decide later."""
    from cooperative import actions

    community, people = house
    Membership.objects.filter(member=people[0]).update(role="steward")
    actions.set_first_policy(community, by=people[0], commoner_bp=500)
    used(community, people[0], people[1], 1, 45)

    def reports() -> list:
        rows = [list(model.objects.order_by("pk").values()) for model in (Payment, Transfer, MonthFlow)]
        return [*rows, counting.of(people[1], LAST_WEEK.year), counting.of(people[0], LAST_WEEK.year)]

    before = reports()
    proposal = opened(community, people[0], kind="fee", terms={"commoner_bp": 2000, "commercial_bp": 2500})
    votes(proposal, people, "yes", "yes")
    count(proposal)
    assert fees.current(community).commoner_bp == 2000 and reports() == before
    assert Payment.objects.get().fee_minor == 45 and ledger.verify(community).faults == []
