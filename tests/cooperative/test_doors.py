"""Nobody comes in who does not belong, and whoever is trusted comes no further than the members allow.

Each address of both rooms (pages, API, admin) is tried with every method: by a stranger, by one who left, by nobody,
and by a steward who is also treasurer and may enter the admin.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cooperative.models import Ballot, Charter, Elector, FeePolicy, Payout, Proxy, Share, Urn, Voted
from cooperative.treasury_states import PayoutState
from members.models import Membership
from members.states import Role, Standing
from payments import ledger
from payments.models import Account, Transfer
from tests import factories

from .doors import MARK, ONES_OWN, Door, admin_doors, doors, everything, knock, make_house

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def house():
    return make_house()


def stranger(house):
    """Steward and treasurer, but of another community."""
    zoe = factories.member("Zoe", of=factories.community("Far away"), role=Role.STEWARD)
    Membership.objects.filter(member=zoe).update(treasurer=True)
    return zoe


def gone(house):
    """Steward and treasurer here, until they left."""
    left = factories.member("Gus", of=house.community, role=Role.STEWARD)
    Membership.objects.filter(member=left).update(treasurer=True, standing=Standing.LEFT)
    return left


def nobody(house):
    return None


@pytest.mark.parametrize("who", [stranger, gone, nobody])
def test_who_does_not_belong_sees_nothing_and_changes_nothing(house, who):
    person, client = who(house), Client()
    if person is not None:
        client.force_login(person)
    house.proposals = [house.open, house.dividend]  # enough for who is to see none
    before, found = everything(), doors(house)
    assert len(found) > 90 and {door.name for door in found} >= ONES_OWN
    wrong = []
    for door in [*found, *admin_doors()]:
        for method in METHODS:
            answer = knock(client, door, method)
            shut = {404, 405} if person is not None else {302, 401, 403, 404, 405}
            if method == "get":
                shut = shut | {302}  # where one may only post: to the page above, which is looked at by itself
            if door.name.startswith("admin:"):
                shut = {302, 405}  # to the door of the admin
            told = MARK.lower() in b"".join(answer).decode().lower()
            if told or answer.status_code not in shut and door.name not in ONES_OWN:
                wrong.append((method, str(door), answer.status_code, told))
    assert not wrong
    assert everything() == before


# --- who is trusted -------------------------------------------------------------------------------


def said(door: Door, house) -> list[dict]:
    """What a steward might send there, and then something else."""
    if door.name in ("proposal_ballot", "api_ballot"):
        return [{"choice": choice} for choice in ("yes", "no", "abstain")]
    amount = "5" if not door.name.startswith("api_") else 500
    facts: dict[str, dict] = {
        "fee_policy": {"commoner": "99", "commercial": "99"}, "desk_cash": {"way": "out", "amount": amount},
        "credit_limit": {"limit": "1000"}, "credit": {"to": house.ana.pk, "amount": amount, "note": "Hello"},
        "payouts": {"key": "more", "amount": amount, "way": "cash"}, "projects": {"name": "Roof", "goal": amount},
        "budget_write": {"year": 2026, "label": "Cake", "kind": "spend", "minor": amount, "amount": amount,
                         "decision": house.failed.number},
        "api_budget": {"year": 2026, "label": "Cake", "kind": "spend", "minor": amount, "incoming": False,
                       "decision": house.failed.number},
        "api_payouts": {"key": "api", "minor": amount, "member": house.cleo.pk},
        "api_credit_gifts": {"to": house.ana.pk, "minor": amount, "note": "Hello"},
    }
    more = {"member": house.cleo.pk, "key": f"key:{door.path}"[:40]} if not door.name.startswith("api_") else {}
    return [more | facts.get(door.name, {})]


def test_a_steward_changes_neither_electorate_nor_policy_nor_books_and_votes_once(house):
    """By any page, any address of the API and any form of the admin, with full rights there."""
    cleo = house.cleo
    cleo.is_staff = cleo.is_superuser = True
    cleo.save()
    client = Client()
    client.force_login(cleo)
    fixed = {model: list(model.objects.order_by("pk").values()) for model in (FeePolicy, Charter, Share, Proxy)}
    electors = set(Elector.objects.values_list("pk", "proposal", "member"))
    books, others = _rows(Transfer), _rows(Ballot)
    commons = _commons(house)

    answers = [
        (method, str(door), knock(client, door, method, body).status_code)
        for door in doors(house) for method in METHODS for body in said(door, house)
    ]
    refused = []
    for door in list(admin_doors()):
        for method in ("get", "post"):
            status = knock(client, door, method, {"minor": 1, "state": "executed", "post": "yes"}).status_code
            if method == "post" or door.name.endswith(("_add", "_delete")):
                refused.append((method, str(door), status))
            else:
                assert status == 200, door

    assert not [one for one in answers if one[2] >= 500]
    assert {status for *_door, status in refused if not _door[1].split()[0].endswith("_changelist")} == {403}
    assert {model: list(model.objects.order_by("pk").values()) for model in fixed} == fixed
    asked = [proposal.pk for proposal in house.proposals]
    assert set(Elector.objects.filter(proposal__in=asked).values_list("pk", "proposal", "member")) == electors
    _books_only_grew(house, books, commons)
    _voted_once(house, others)
    for own in (house.own, house.paid):
        own.refresh_from_db()
        assert own.state != PayoutState.PAID and own.transfer is None
    assert not Payout.objects.filter(member=cleo, state=PayoutState.PAID).exists()
    limits = Account.objects.filter(member=cleo, currency="XHR").values_list("limit_minor", flat=True)
    assert set(limits) <= {500}  # nobody lets themselves go further below zero


def _rows(model) -> dict[int, dict]:
    return {row["id"]: row for row in model.objects.values()}


def _commons(house) -> int:
    """What lies in the pool and with projects, in the money of the community."""
    rows = Account.objects.filter(community=house.community, kind="pool", currency=house.community.currency)
    return sum(rows.values_list("balance_minor", flat=True))


def _books_only_grew(house, before: dict[int, dict], commons: int) -> None:
    """What was booked stands as it was; nothing new takes from the pool; all of it fits together."""
    now = _rows(Transfer)
    assert {pk: now[pk] for pk in before} == before
    new = {(row["kind"], row["phase"]) for pk, row in now.items() if pk not in before}
    assert new == {("given", "posted")}, new  # their own credit, to a neighbour
    assert _commons(house) >= commons
    assert ledger.verify(house.community).faults == []


def _voted_once(house, others: dict[int, dict]) -> None:
    mine = Ballot.objects.filter(elector__member=house.cleo)
    voted = list(mine.values_list("proposal", flat=True))
    assert sorted(voted) == sorted([house.open.pk, house.dividend.pk])  # once each, and in none that is over
    assert Voted.objects.filter(elector__member=house.cleo).count() == 1
    assert sum(Urn.objects.filter(proposal=house.secret).values_list("count", flat=True)) == 1
    assert {pk: row for pk, row in _rows(Ballot).items() if pk in others} == others


def test_after_the_close_or_come_too_late_nobody_votes(house):
    """The last second has passed, the count has not come yet; and one who joined after the vote was opened."""
    assert house.over.state == "open" and house.over.closes < timezone.now()
    for person, proposal in ((house.cleo, house.over), (house.late, house.open), (house.late, house.secret)):
        client = Client()
        client.force_login(person)
        for address in (f"/c/{house.community.slug}/decisions/{proposal.number}/ballot/",
                        f"/api/v1/communities/{house.community.slug}/proposals/{proposal.number}/ballot/"):
            answer = knock(client, Door("", address), "post", {"choice": "yes"})
            assert answer.status_code in (409, 422), (person.name, address)
    assert not Ballot.objects.filter(proposal__in=[house.over, house.open]).exists()
    assert not Voted.objects.exists() and house.over.closes + timedelta(days=1) < timezone.now()
