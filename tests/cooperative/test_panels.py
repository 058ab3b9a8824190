"""What this room shows on others' pages, says in the admin, and does by the clock."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from cooperative import actions, checks, panels, tasks
from cooperative.models import BooksCheck, FeePolicy, Proposal
from members import closing, holdings
from members.models import Member
from members.states import Role
from messaging.models import Notification
from payments import actions as payments
from payments import ledger
from sharing.clock import schedule
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    community = factories.community()
    cleo = factories.member("Cleo", of=community, role=Role.STEWARD)
    ana, bo = (factories.member(name, of=community) for name in ("Ana", "Bo"))
    actions.set_first_policy(community, by=cleo, commoner_bp=500, commercial_bp=500)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    ledger.post(community, [ledger.Entry(world, pool, 12345, "solidarity", f"gift:{community.pk}")])
    return community, ana, bo, cleo


def drill(community, payer, payee) -> None:
    facts = {"about": "booking:1", "title": "Drill", "price_minor": 900, "fee_minor": 45}
    payments.due(community=community, payer=payer, payee=payee, **facts)


def asked_by(member):
    request = RequestFactory().get("/")
    request.user = member
    return request


def test_the_pool_is_shown_to_members_and_the_fee_to_all(cast):
    community, ana, *_ = cast
    inside = panels.pool(asked_by(ana), community=community)
    outside = panels.pool(asked_by(factories.member("Zoe")), community=community)
    assert "€123.45" in inside and reverse("books", args=[community.slug]) in inside
    assert "123.45" not in outside and "books" not in outside and "The fee is 5" in outside
    assert panels.tabs(asked_by(factories.member("Zoe")), community=community) == ""
    assert "Decisions" in panels.tabs(asked_by(ana), community=community, current="books")
    assert "€123.45 in the pool of Elm Street" in panels.home(asked_by(ana))
    assert panels.home(asked_by(factories.member("Zoe"))) == ""


def test_the_admin_looks_and_never_writes(cast, client):
    community, ana, *_ = cast
    draft = actions.propose(community, by=ana, kind="advice", title="Shall we?")
    actions.open(draft.pk, by=ana)
    actions.vote(draft.pk, by=ana, choice="yes")
    checks.check(community)
    client.force_login(Member.objects.create_superuser("root@test.example", "commonshare", name="Root"))
    for name in ("payments_transfer", "payments_account", "payments_payment", "cooperative_feepolicy",
                 "cooperative_proposal", "cooperative_elector", "cooperative_ballot", "cooperative_bookscheck"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403
    policy, proposal = FeePolicy.objects.get(), Proposal.objects.get()
    change = reverse("admin:cooperative_feepolicy_change", args=[policy.pk])
    assert client.post(change, {"commoner_bp": 1}).status_code == 403
    assert client.post(reverse("admin:cooperative_proposal_delete", args=[proposal.pk])).status_code == 403


def test_the_clock_closes_votes_tries_what_waits_and_checks_the_books(cast):
    community, ana, bo, cleo = cast
    begun = timezone.now() - timedelta(days=10)
    bike = {"kind": "spend", "title": "Bike", "terms": {"minor": 20_000, "payee": "Shop"}}
    draft = actions.propose(community, by=ana, now=begun, **bike)
    actions.open(draft.pk, by=ana, now=begun)
    for person in (ana, bo, cleo):
        actions.vote(draft.pk, by=person, choice="yes", now=begun + timedelta(hours=1))
    tasks.close_votes()
    assert Proposal.objects.get().state == "waiting"
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    ledger.post(community, [ledger.Entry(world, pool, 9_000, "solidarity", "more")])
    tasks.close_votes()
    assert Proposal.objects.get().state == "executed"
    tasks.check_books()
    assert BooksCheck.objects.get(community=community).faults == []
    assert {"cooperative.tasks.close_votes", "cooperative.tasks.check_books"} <= set(schedule._jobs)


def test_the_other_side_is_asked_once(cast, django_capture_on_commit_callbacks):
    community, ana, bo, _cleo = cast
    with django_capture_on_commit_callbacks(execute=True):
        drill(community, ana, bo)
        for _twice in range(2):
            payments.confirm("booking:1", by=ana)
    [note] = Notification.objects.all()
    assert (note.member, note.title, note.needs_answer) == (bo, "Ana says you were given €9.45. Is that so?", True)


def test_an_account_with_open_money_is_not_closed_and_takes_its_data_along(cast):
    community, ana, bo, _cleo = cast
    drill(community, ana, bo)
    assert closing.obstacle(ana) == "Some payments with your neighbours are not settled yet."
    for side in (ana, bo):
        payments.confirm("booking:1", by=side)
    assert closing.obstacle(ana) is None
    assert closing.obstacle(bo) == "You still hold €0.45 for the pool of Elm Street."
    mine = holdings.everything(bo)
    assert mine["payments"]["wallets"][0]["balance_minor"] == -45 and len(mine["payments"]["entries"]) == 2
    assert set(mine["decisions"]) >= {"proposals", "ballots", "delegations"} and not any(mine["decisions"].values())
