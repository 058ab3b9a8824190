"""The treasury for programs: what the pages can do, under the same rules; nothing for strangers."""

import pytest

from cooperative import actions as decisions
from cooperative.models import OpenBooks, Payout, Project, Statement
from tests.cooperative.test_treasury import cast, earlier, years  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def send(client, member, address: str, body=None, method="post"):
    client.force_login(member)
    return getattr(client, method)(address, body or {}, content_type="application/json")


def test_a_payout_from_asking_to_the_entry(cast, client):  # noqa: F811
    community, ana, cleo, tim, zoe = cast
    address = f"/api/v1/communities/{community.slug}/payouts/"
    asked = send(client, ana, address, {"key": "k", "minor": 2000})
    assert asked.status_code == 201 and asked.json()["state"] == "waiting"
    assert send(client, ana, address, {"key": "k", "minor": 2000}).json()["id"] == asked.json()["id"]
    for who, other in ((ana, {"minor": 1999}), (cleo, {"minor": 2000, "member": ana.pk})):
        reused = send(client, who, address, {"key": "k"} | other)
        assert reused.status_code == 409 and reused.json()["code"] == "key_reused"
    assert send(client, ana, address, {"key": "x", "minor": 2000, "member": tim.pk}).status_code == 409
    too_much = send(client, ana, address, {"key": "x", "minor": 99_999})
    assert too_much.status_code == 400 and list(too_much.json()["errors"]) == ["minor"]
    approve = f"{address}{asked.json()['id']}/approve/"
    assert send(client, ana, approve).status_code == 409
    assert send(client, zoe, approve).status_code == send(client, zoe, address, method="get").status_code == 404
    done = send(client, cleo, approve).json()
    assert (done["state"], done["decided_by"]) == ("paid", "Cleo") and done["entry"]
    assert [row["id"] for row in send(client, ana, address, method="get").json()] == [Payout.objects.get().pk]
    assert send(client, tim, f"{address}{done['id']}/refuse/").status_code == 409


def test_projects_previews_openness_and_checks(cast, client):  # noqa: F811
    community, ana, cleo, _tim, zoe = cast
    root = f"/api/v1/communities/{community.slug}/"
    assert send(client, ana, f"{root}projects/", {"name": "A boat"}).status_code == 409
    assert send(client, cleo, f"{root}projects/", {"name": "A boat", "goal_minor": 5}).status_code == 201
    assert send(client, ana, f"{root}projects/", method="get").json()[0]["saved_minor"] == 0
    assert send(client, cleo, f"{root}projects/{Project.objects.get().pk}/close/").json()["state"] == "closed"
    preview = send(client, ana, f"{root}fee/preview/", {"terms": {"commoner_bp": 100, "commercial_bp": 100}})
    assert preview.status_code == 200 and len(preview.json()["months"]) == 12
    assert send(client, ana, f"{root}fee/preview/", {"terms": {"commoner_bp": 9000}}).status_code == 400
    assert send(client, ana, f"{root}books/openness/", {"public": True}, "put").status_code == 404
    assert send(client, cleo, f"{root}books/openness/", {"public": True}, "put").json()["public"] is True
    assert OpenBooks.objects.get().public
    assert send(client, ana, f"{root}books/check/").json()["sound"] is True
    for name in ("projects/", "fee/preview/", "books/check/"):
        assert send(client, zoe, root + name).status_code == 404


def test_statements_and_budget(years, client):  # noqa: F811
    community, cleo, tim, ana = years
    root = f"/api/v1/communities/{community.slug}/"
    until = {"until": str(earlier(1).date())}
    assert send(client, ana, f"{root}statements/", until).status_code == 409
    assert send(client, cleo, f"{root}statements/", until).status_code == 201
    assert send(client, ana, f"{root}statements/1/sign/").status_code == 409
    assert send(client, tim, f"{root}statements/1/sign/").json()["signed_by"] == ["Cleo", "Tim"]
    assert send(client, ana, f"{root}statements/", method="get").json()[0]["seal"] == Statement.objects.get().seal
    line = {"year": 2026, "label": "Fees", "kind": "fee", "incoming": True, "minor": 1000}
    assert send(client, ana, f"{root}budget/", line).status_code == 409
    assert send(client, cleo, f"{root}budget/", line).status_code == 201
    assert send(client, ana, f"{root}budget/?year=2026", method="get").json()[0]["label"] == "Fees"
    assert send(client, ana, f"{root}budget/?year=1", method="get").status_code == 400


def test_a_fee_cannot_be_set_twice_by_anyone(cast):  # noqa: F811
    community, _ana, cleo, *_ = cast
    decisions.set_first_policy(community, by=cleo, commoner_bp=500)
    with pytest.raises(decisions.DecisionError):
        decisions.set_first_policy(community, by=cleo, commoner_bp=0)
