"""Choosing a member where a list would be too long: found by a part of the name, namesakes told apart."""

import pytest
from django.urls import reverse

from cooperative.models import Delegation, Proposal
from members import naming
from members.models import Member, Membership
from members.states import Role
from payments.credit import actions as credit
from payments.models import Account
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(monkeypatch):
    """Four members, two of whom go by the same name, where a list holds two."""
    monkeypatch.setattr(naming, "MOST", 2)
    home = factories.community()
    ana, cleo, mia, other = (factories.member(name, of=home) for name in ("Ana", "Cleo", "Mia Berg", "Mia Berg"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD)
    factories.member("Mia Far", of=factories.community("Far away"))
    return home, ana, cleo, mia, other


def spend(client, home, member: str):
    return client.post(reverse("proposal_new", args=[home.slug]) + "?kind=spend", {
        "title": "Thanks", "amount": "5", "payee": "", "member": member, "method": "majority", "voting_days": 7,
        "quorum_bp": 3000, "threshold_bp": 5000,
    })


def test_a_spend_names_a_member_by_what_is_written(street, client):
    home, ana, cleo, mia, other = street
    client.force_login(ana)
    assert 'data-names="/api/v1/' in client.get(reverse("proposal_new", args=[home.slug]), {"kind": "spend"}
                                                ).content.decode()
    assert "More than one goes by this name" in spend(client, home, "mia berg").content.decode()
    assert "Do you mean one of these? Cleo" in spend(client, home, "cle").content.decode()
    assert "Nobody goes by this name here" in spend(client, home, "Mia Far").content.decode()
    assert not Proposal.objects.exists()
    assert spend(client, home, f"Mia Berg · {other.pk}").status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.terms["member"] == other.pk
    edit = client.get(reverse("proposal_edit", args=[home.slug, proposal.number])).content.decode()
    assert f'value="Mia Berg · {other.pk}"' in edit
    assert spend(client, home, f"Ana · {other.pk}").status_code == 422  # the number of somebody else


def test_suggestions_are_for_members_alone_and_few(street, client):
    home, ana, _cleo, mia, other = street
    address = f"/api/v1/communities/{home.slug}/names/"
    client.force_login(ana)
    found = client.get(address, {"q": "mia"}).json()["results"]
    assert [each["written"] for each in found] == [f"Mia Berg · {pk}" for pk in (mia.pk, other.pk)]
    assert client.get(address, {"q": ""}).json() == {"results": []}
    client.force_login(Member.objects.get(name="Mia Far"))
    assert client.get(address, {"q": "mia"}).status_code == 404


def test_a_vote_is_trusted_and_a_member_parted_with_by_name(street, client):
    home, ana, cleo, mia, _other = street
    client.force_login(ana)
    client.post(reverse("delegates", args=[home.slug]), {"to": f"Mia Berg · {mia.pk}", "topic": ""})
    assert Delegation.objects.get().delegate == mia
    body = {"title": "Go", "leaving": "Cleo", "member": "", "method": "majority", "voting_days": 7, "quorum_bp": 3000,
            "threshold_bp": 5000}
    address = reverse("proposal_new", args=[home.slug]) + "?kind=member"
    assert client.post(address, body | {"leaving": ""}).status_code == 422
    assert client.post(address, body).status_code == 302
    assert Proposal.objects.get().terms == {"member": cleo.pk, "deed": "remove", "name": "Cleo"}


def test_credit_is_given_and_limits_are_set_by_name(street, client):
    home, ana, cleo, mia, _other = street
    credit.plan(home, by=cleo, unit="hours", worth_minor=1000, limit_minor=200)
    client.force_login(ana)
    gift = {"to": f"Mia Berg · {mia.pk}", "amount": "1", "note": "Thanks", "key": "k"}
    assert client.post(reverse("credit", args=[home.slug]), gift | {"to": "Nobody"}).status_code == 422
    answer = client.post(reverse("credit", args=[home.slug]), gift)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Account.objects.get(member=mia, currency="XHR").balance_minor == 100
    client.force_login(cleo)
    page = client.get(reverse("credit_plan", args=[home.slug]), {"q": "mia"}).content.decode()
    assert page.count("Set the limit of Mia Berg") == 2 and "Set the limit of Ana" not in page
    assert "Nobody goes by this name here" in client.get(
        reverse("credit_plan", args=[home.slug]), {"q": "Zoe"}).content.decode()


def test_few_members_are_a_list_as_ever(street, client, monkeypatch):
    home, ana, *_rest = street
    monkeypatch.setattr(naming, "MOST", 200)
    client.force_login(ana)
    page = client.get(reverse("proposal_new", args=[home.slug]), {"kind": "spend"}).content.decode()
    assert "data-names" not in page and '<select name="member"' in page
