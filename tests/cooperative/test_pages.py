"""The pages of decisions, fee and payments: what one sees, what one may do, and what a wrong form answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cooperative import actions
from cooperative.models import Ballot, FeePolicy, Proposal
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments.models import Payment
from tests import factories
from tests.cooperative.test_decisions import fund

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    return community, ana, bo, cleo, factories.member("Zoe", of=factories.community("Far away"))


VOTE = {"method": "majority", "voting_days": "7", "quorum_bp": "3000", "threshold_bp": "5000"}
SPEND = VOTE | {"title": "A second cargo bike", "reasons": "We need it.", "amount": "950", "payee": "Wheelworks"}


def new(client, community, kind, form):
    return client.post(reverse("proposal_new", args=[community.slug]) + f"?kind={kind}", form)


def test_from_the_form_to_the_vote(cast, client):
    community, ana, bo, *_ = cast
    client.force_login(ana)
    assert client.get(reverse("proposal_new", args=[community.slug])).status_code == 200
    answer = new(client, community, "spend", SPEND | {"open": "1"})
    proposal = Proposal.objects.get()
    assert answer.url == proposal.get_absolute_url() and proposal.is_open
    assert proposal.terms == {"minor": 95_000, "payee": "Wheelworks", "member": None}

    client.force_login(bo)
    html = client.get(proposal.get_absolute_url()).content.decode()
    assert "A second cargo bike" in html and "The pool pays €950.00 to Wheelworks by itself." in html
    assert "There is €0.00 for it just now: it would wait until there is enough." in html
    fund(community, 95_000)
    assert "it would wait" not in client.get(proposal.get_absolute_url()).content.decode()
    ballot = reverse("proposal_ballot", args=[community.slug, proposal.number])
    assert client.post(ballot, {"choice": "yes"}).status_code == 302
    assert client.post(ballot, {"choice": "no", "reason": "Too dear."}).status_code == 302
    assert Ballot.objects.get().choice == "no"
    assert "Too dear." in client.get(proposal.get_absolute_url()).content.decode()
    for wrong in ({}, {"choice": "object"}, {"choice": "yes", "reason": "x" * 2001}):
        assert client.post(ballot, wrong).status_code == 422
    assert client.post(ballot, {"choice": "yes", "reason": "a\0b"}).status_code in (400, 422)


def test_a_draft_is_its_authors_alone(cast, client):
    community, ana, bo, cleo, _zoe = cast
    client.force_login(ana)
    new(client, community, "spend", SPEND)
    draft = Proposal.objects.get()
    assert draft.is_draft
    edit = reverse("proposal_edit", args=[community.slug, draft.number])
    assert client.get(edit).status_code == client.get(draft.get_absolute_url()).status_code == 200
    client.post(edit, SPEND | {"title": "A third cargo bike"})
    steps = [reverse("proposal_step", args=[community.slug, draft.number, step]) for step in ("open", "withdraw")]
    for other in (bo, cleo):
        client.force_login(other)
        assert client.get(draft.get_absolute_url()).status_code == client.get(edit).status_code == 404
        assert [client.post(step).status_code for step in steps] == [404, 404]
        assert "third cargo" not in client.get(reverse("proposals", args=[community.slug])).content.decode()
    client.force_login(ana)
    client.post(steps[0])
    assert Proposal.objects.get().is_open and client.get(edit).status_code == 404
    client.post(steps[1])
    assert Proposal.objects.get().state == "withdrawn"


@pytest.mark.parametrize("kind", ["spend", "fee", "rule", "advice"])
def test_an_empty_form_says_what_is_missing_and_keeps_nothing(cast, client, kind):
    community, ana, *_ = cast
    client.force_login(ana)
    page = client.get(reverse("proposal_new", args=[community.slug]) + f"?kind={kind}")
    assert page.status_code == 200 and "A secret ballot cannot be changed" in page.content.decode()
    answer = new(client, community, kind, {})
    assert answer.status_code == 422 and answer.context["form"].errors and not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"amount": "0"}, "amount"), ({"amount": "-5"}, "amount"), ({"amount": "5.005"}, "amount"),
     ({"amount": "1e99"}, "amount"), ({"amount": "NaN"}, "amount"),
     ({"payee": ""}, "payee"), ({"title": "x" * 141}, "title"),
     ({"quorum_bp": "1"}, "quorum_bp"), ({"voting_days": "999"}, "voting_days"), ({"member": "999999"}, "member")],
)
def test_wrong_input_is_named_at_its_field(cast, client, change, field):
    community, ana, *_ = cast
    client.force_login(ana)
    answer = new(client, community, "spend", SPEND | change)
    assert answer.status_code == 422 and field in answer.context["form"].errors and not Proposal.objects.exists()


def test_the_first_fee_is_set_on_its_page_and_changed_by_decision(cast, client):
    community, ana, _bo, cleo, _zoe = cast
    fee = reverse("fee_policy", args=[community.slug])
    form = {"enabled": "on", "commoner": "5", "commercial": "10", "cap": "20", "exempt": ["ride"]}
    form["room_commoner"] = "2.5"
    client.force_login(ana)
    assert client.post(fee, form).status_code == 200 and not FeePolicy.objects.exists()
    client.force_login(cleo)
    assert client.post(fee, form | {"commoner": "80"}).status_code == 422
    assert client.post(fee, form | {"floor": "30"}).status_code == 422
    assert client.post(fee, form).status_code == 302
    policy = FeePolicy.objects.get()
    assert (policy.commoner_bp, policy.cap_minor, policy.rates) == (500, 2000, {"room": {"commoner": 250}})
    html = client.get(fee).content.decode()
    assert "The fee is 5% of paid bookings, and 10% for commercial use. Rooms: 2.5%." in html
    assert "At most €20.00 a booking. Rides pay nothing. Gifts pay nothing." in html
    assert new(client, community, "fee", VOTE | form | {"title": "Less", "commoner": "3"}).status_code == 302
    assert Proposal.objects.get().terms["rates"] == {"room": {"commoner": 250}}


def test_a_vote_whose_time_is_over_is_counted_when_someone_looks(cast, client):
    community, ana, *_ = cast
    begun = timezone.now() - timedelta(days=10)
    draft = actions.propose(community, by=ana, kind="advice", title="Shall we?", now=begun)
    actions.open(draft.pk, by=ana, now=begun)
    client.force_login(ana)
    assert "Rejected" in client.get(draft.get_absolute_url()).content.decode()
    assert Proposal.objects.get().state == "rejected"


def test_outsiders_find_no_decision(cast, client):
    community, ana, _bo, _cleo, zoe = cast
    draft = actions.propose(community, by=ana, kind="advice", title="Shall we?")
    actions.open(draft.pk, by=ana)
    client.force_login(zoe)
    assert client.get(draft.get_absolute_url()).status_code == 404
    ballot = reverse("proposal_ballot", args=[community.slug, draft.number])
    assert client.post(ballot, {"choice": "yes"}).status_code == 404
    assert client.post(reverse("proposal_step", args=[community.slug, draft.number, "open"])).status_code == 404


# --- payments -------------------------------------------------------------------------------------


def test_both_sides_confirm_on_the_payments_page(cast, client):
    community, ana, bo, _cleo, zoe = cast
    due = payments.due(about="booking:1", title="Hammer drill", community=community, payer=ana, payee=bo,
                       price_minor=900, fee_minor=45)
    confirm = reverse("payment_confirm", args=[due.pk])
    client.force_login(zoe)
    assert client.get(due.get_absolute_url()).status_code == client.post(confirm).status_code == 404
    assert "Hammer drill" not in client.get(reverse("wallet")).content.decode()

    client.force_login(ana)
    page = client.get(reverse("wallet")).content.decode()
    assert "I have paid this" in page and 'data-confirm="Has €9.45 changed hands?' in page
    assert client.post(confirm).status_code == 302
    client.force_login(bo)
    part = client.post(confirm, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "stands in the books" in part.content.decode()
    assert Payment.objects.get().state == "settled"
    html = client.get(reverse("wallet")).content.decode()
    assert "You hold €0.45 of fees for the pool" in html and "Ana paid you" in html
    receipt = client.get(due.get_absolute_url()).content.decode()
    assert "Receipt" in receipt and "€9.45" in receipt
    entries = client.get(reverse("wallet_entries", args=[community.slug])).content.decode()
    assert "+€9.00" in entries and "−€9.45" in entries and "Cleo" in entries


def test_the_payments_page_takes_as_many_statements_with_one_as_with_many(cast, client, django_assert_max_num_queries):
    community, ana, bo, cleo, _zoe = cast
    for number in range(30):
        payee = [bo, None, cleo][number % 3]
        about = f"booking:{number}"
        payments.due(
            about=about, title="Drill", community=community, payer=ana, payee=payee, price_minor=900, fee_minor=45
        )
        if number > 9:
            payments.confirm(about, by=ana)
            payments.confirm(about, by=payee or cleo)
    for person in (ana, cleo):
        client.force_login(person)
        with django_assert_max_num_queries(8):
            assert client.get(reverse("wallet")).status_code == 200
