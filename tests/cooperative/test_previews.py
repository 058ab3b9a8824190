"""What another fee would have brought: reckoned as quotes are, in one statement, shown before anyone votes on it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cooperative import actions, fees, previews
from cooperative.models import FeePolicy
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments.credit import actions as credit
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"enabled": "on", "commoner": "5", "commercial": "10", "floor": "", "cap": ""}


@pytest.fixture
def cast():
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    return community, ana, bo, cleo, factories.member("Zoe", of=factories.community("Far away"))


def agreed(cast, number: int, price: int, *, kind="tool", payer_class="commoner", days_ago=1, fee=0) -> None:
    community, ana, bo, *_ = cast
    payments.due(
        about=f"booking:{number}", title="Drill", community=community, payer=ana, payee=bo, price_minor=price,
        fee_minor=fee, kind=kind, payer_class=payer_class, now=timezone.now() - timedelta(days=days_ago),
    )


def test_a_preview_is_the_sum_of_what_quotes_would_have_said(cast, django_assert_num_queries):
    community = cast[0]
    policy = FeePolicy(
        community=community, enabled=True, commoner_bp=333, commercial_bp=1000, rates={"room": {"commoner": 100}},
        floor_minor=20, cap_minor=400, exempt_kinds=["ride"],
    )
    bookings = [
        (price, kind, member_class)
        for price in (1, 19, 300, 999, 12_345)
        for kind in ("tool", "room", "ride", "")
        for member_class in ("commoner", "commercial")
    ]
    for number, (price, kind, member_class) in enumerate(bookings * 2):
        agreed(cast, number, price, kind=kind, payer_class=member_class, fee=7, days_ago=number * 4)
    with django_assert_num_queries(1):
        preview = previews.last_year(community, policy)
    expected = 2 * sum(
        fees.fee_minor(policy, kind=kind, terms="rent", member_class=member_class, price_minor=price)
        for price, kind, member_class in bookings
    )
    assert (preview.would_minor, preview.was_minor, preview.bookings) == (expected, 80 * 7, 80)
    assert len(preview.months) == 12 and preview.highest > 0


def test_what_was_called_off_before_it_was_paid_and_what_is_older_does_not_count(cast):
    policy = FeePolicy(community=cast[0], enabled=True, commoner_bp=1000, commercial_bp=1000)
    agreed(cast, 1, 1000)
    agreed(cast, 2, 1000)
    payments.cancel("booking:2")
    agreed(cast, 3, 1000, days_ago=400)
    assert previews.last_year(cast[0], policy).would_minor == 100


def test_what_is_paid_in_community_credit_brings_no_money(cast):
    community, ana, bo, cleo, _zoe = cast
    credit.plan(community, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)
    payments.due(
        about="booking:1", title="Drill", community=community, payer=ana, payee=bo, price_minor=2000, fee_minor=100,
        kind="tool", gateway="credit",
    )
    agreed(cast, 2, 1000, fee=30)
    found = previews.last_year(community, FeePolicy(community=community, enabled=True, commoner_bp=500))
    assert (found.would_minor, found.was_minor, found.bookings) == (50, 30, 1)


def test_the_form_tries_a_fee_before_it_is_proposed(cast, client):
    community, ana, *_rest, zoe = cast
    agreed(cast, 1, 1000, fee=30)
    address = reverse("fee_preview", args=[community.slug])
    client.force_login(ana)
    html = client.get(reverse("proposal_new", args=[community.slug]) + "?kind=fee").content.decode()
    assert f'formaction="{address}"' in html and f'hx-post="{address}"' in html
    part = client.post(address, FORM, headers={"HX-Request": "true"}).content.decode()
    assert "€0.50 of it; it was €0.30" in part and "<table" in part and "<html" not in part
    assert "<html" in client.post(address, FORM).content.decode()
    wrong = client.post(address, FORM | {"commoner": "80"})
    assert wrong.status_code == 422 and "From 0 to 50 per cent." in wrong.content.decode()
    assert client.get(address).status_code == client.get(address + "?proposal=9").status_code == 404
    client.force_login(zoe)
    assert client.post(address, FORM).status_code == 404


def test_a_proposed_fee_is_tried_by_everyone_who_decides(cast, client):
    community, ana, bo, *_ = cast
    agreed(cast, 1, 1000, fee=30)
    facts = {"enabled": True, "commoner_bp": 200, "commercial_bp": 200}
    draft = actions.propose(community, by=ana, kind="fee", title="Two per cent", terms=facts)
    actions.open(draft.pk, by=ana)
    client.force_login(bo)
    address = reverse("fee_preview", args=[community.slug]) + f"?proposal={draft.number}"
    assert address in client.get(draft.get_absolute_url()).content.decode()
    assert "€0.20 of it" in client.get(address).content.decode()


def test_the_fee_page_says_who_gets_it_back_and_what_may_be_directed(cast, client):
    community, ana, _bo, cleo, _zoe = cast
    client.force_login(cleo)
    fee = reverse("fee_policy", args=[community.slug])
    assert client.post(fee, FORM | {"fee_back": "never", "earmark": "101"}).status_code == 422
    assert client.post(fee, FORM | {"fee_back": "somebody"}).status_code == 422
    assert client.post(fee, FORM | {"fee_back": "never", "earmark": "20"}).status_code == 302
    policy = FeePolicy.objects.get()
    assert (policy.fee_back, policy.earmark_bp) == ("never", 2000)
    agreed(cast, 1, 1000)
    client.force_login(ana)
    html = client.get(fee).content.decode()
    assert "the fee stays in the pool" in html and "direct 20% of it to a project" in html
    assert "the pool would have had €0.50" in html and html.count('id="preview"') == 1
