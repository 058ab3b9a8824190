"""The API of books, decisions and payments: the same rules as the pages, problem documents for what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cooperative import actions, checks
from members.models import Community, Membership
from members.states import Role
from payments import actions as payments
from sharing.web.api.pagination import encode_cursor
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    return community, ana, bo, cleo, factories.member("Zoe", of=factories.community("Far away"))


def api(member) -> APIClient:
    client = APIClient()
    client.force_authenticate(member)
    return client


def note(community, payer, payee, about: str):
    return payments.due(
        about=about, title="Drill", community=community, payer=payer, payee=payee, price_minor=900, fee_minor=45
    )


def settle(community, payer, payee, number: int) -> None:
    about = f"booking:{number}"
    note(community, payer, payee, about)
    for side in (payer, payee):
        payments.confirm(about, by=side)


def test_the_books(cast):
    community, ana, bo, _cleo, zoe = cast
    base = f"/api/v1/communities/{community.slug}/books/"
    empty = api(ana).get(base).json()
    assert (empty["balance_minor"], empty["verified"], empty["results"], empty["next"]) == (0, True, [], None)
    for number in range(1, 31):
        settle(community, ana, bo, number)
    checks.check(community)
    whole = api(bo).get(base, {"page_size": 20}).json()
    assert (whole["balance_minor"], whole["with_members_minor"], whole["currency"]) == (30 * 45, 30 * 45, "EUR")
    names = ("set_aside_minor", "held_minor", "owed_minor", "free_minor", "decided_minor", "payouts_minor")
    assert [whole[name] for name in names] == [0, 0, 0, 30 * 45, 0, 0]
    (flow,) = whole["flows"]
    assert (flow["kind"], flow["incoming"], flow["minor"], flow["entries"]) == ("fee", True, 30 * 45, 30)
    assert whole["entries"] == 120 and len(whole["results"]) == 20 and "Ana" in whole["results"][0]["source"]
    rest = api(bo).get(whole["next"]).json()
    assert len(rest["results"]) == 10 and rest["next"] is None
    assert api(zoe).get(base).status_code == 404 and APIClient().get(base).status_code == 401
    too_early = {"cursor": encode_cursor(["0001-01-01T00:00:00+14:00", 1])}
    cursors = {"cursor": "x"}, {"cursor": "WzEsMl0"}, too_early
    for bad in (*cursors, {"kind": "bribe"}, {"page_size": "0"}, {"direction": "up"}):
        answer = api(ana).get(base, bad)
        assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_from_proposal_to_ballot(cast):
    community, ana, bo, _cleo, zoe = cast
    base = f"/api/v1/communities/{community.slug}/proposals/"
    asked = {"kind": "spend", "title": "A bike", "terms": {"minor": 5000, "payee": "Shop"}}
    draft = api(ana).post(base, asked)
    assert draft.status_code == 201 and draft.json()["state"] == "draft"
    one = f"{base}{draft.json()['number']}/"
    assert api(bo).get(one).status_code == 404
    assert api(bo).post(f"{one}open/").status_code == 404
    assert api(ana).post(f"{one}open/").json()["state"] == "open"

    voted = api(bo).post(f"{one}ballot/", {"choice": "yes", "reason": "We need it."}).json()
    assert voted["choice"] == "yes" and voted["numbers"]["yes"] == 1 and voted["numbers"]["electors"] == 3
    assert api(bo).post(f"{one}ballot/", {"choice": "maybe"}).status_code == 400
    refused = api(bo).post(f"{one}ballot/", {"choice": "object", "reason": "x"})
    assert refused.status_code == 400 and "choice" in refused.json()["errors"]
    listed = api(bo).get(base).json()
    assert [row["number"] for row in listed["results"]] == [draft.json()["number"]] and listed["next"] is None
    for path in (base, one):
        assert api(zoe).get(path).status_code == 404
    assert api(zoe).post(f"{one}ballot/", {"choice": "yes"}).status_code == 404
    assert api(ana).post(f"{one}withdraw/").json()["state"] == "withdrawn"
    assert api(bo).post(f"{one}ballot/", {"choice": "no"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "x"}, "kind"), ({"title": ""}, "title"), ({"terms": {"minor": 0, "payee": "x"}}, "minor"),
     ({"terms": "x"}, "terms"), ({"quorum_bp": 5}, "quorum_bp"), ({"voting_days": 0}, "voting_days"),
     ({"terms": {"minor": 10**15, "payee": "x"}}, "minor")],
)
def test_wrong_input_is_named_at_its_field(cast, change, field):
    community, ana, *_ = cast
    asked = {"kind": "spend", "title": "A bike", "terms": {"minor": 5000, "payee": "Shop"}, "open": True} | change
    answer = api(ana).post(f"/api/v1/communities/{community.slug}/proposals/", asked)
    assert answer.status_code == 400 and field in answer.json()["errors"]


def test_what_cannot_open_is_not_kept(cast):
    community, ana, *_ = cast
    Membership.objects.filter(community=community).update(joined=timezone.now())
    Community.objects.filter(pk=community.pk).update(created=timezone.now() - timedelta(days=30))
    asked = {"kind": "advice", "title": "Shall we?", "open": True}
    base = f"/api/v1/communities/{community.slug}/proposals/"
    assert api(ana).post(base, asked).status_code == 409
    assert api(ana).get(base).json()["results"] == []


def test_my_payments_and_my_word_on_them(cast):
    community, ana, bo, _cleo, zoe = cast
    due = note(community, ana, bo, "booking:1")
    [row] = api(ana).get("/api/v1/payments/").json()["results"]
    assert (row["total_minor"], row["state"], row["community"]) == (945, "due", community.slug)
    confirmation = f"/api/v1/payments/{due.pk}/confirmation/"
    assert api(zoe).post(confirmation).status_code == api(zoe).get(f"/api/v1/payments/{due.pk}/").status_code == 404
    assert api(zoe).get("/api/v1/payments/").json()["results"] == []
    assert api(ana).post(confirmation).json()["state"] == "due"
    assert api(bo).post(confirmation).json()["state"] == "settled"


def test_the_schema_describes_them(client):
    schema = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    paths = schema["paths"]
    for path in ("communities/{slug}/books/", "communities/{slug}/proposals/", "communities/{slug}/proposals/{number}/",
                 "communities/{slug}/proposals/{number}/ballot/", "payments/"):
        assert f"/api/v1/{path}" in paths
    asked = schema["components"]["schemas"]["NewProposalRequest"]["properties"]
    assert asked["voting_days"]["minimum"] == actions.SHORTEST
