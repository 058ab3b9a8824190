"""What a booking pools: class, kind, floor, cap, exemptions, and gifts that never pay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperative import actions, fees
from cooperative.models import FeePolicy
from members.states import Role
from sharing.web.refusals import Refusal
from tests import factories


def policy(**facts) -> FeePolicy:
    return FeePolicy(**{"enabled": True, "commoner_bp": 500, "commercial_bp": 1000} | facts)


def fee(rules: FeePolicy | None, price: int, kind="tool", terms="rent", member_class="commoner") -> int:
    return fees.fee_minor(rules, kind=kind, terms=terms, member_class=member_class, price_minor=price)


@pytest.mark.parametrize(
    ("rules", "asked", "expected"),
    [
        (None, {"price": 900}, 0),
        (policy(), {"price": 900}, 45),
        (policy(), {"price": 900, "member_class": "commercial"}, 90),
        (policy(), {"price": 0}, 0),
        (policy(), {"price": 900, "terms": "gift"}, 0),
        (policy(), {"price": 900, "terms": "cost_share"}, 45),
        (policy(enabled=False), {"price": 900}, 0),
        (policy(), {"price": 10}, 1),  # 0.5 is rounded half up
        (policy(), {"price": 9}, 0),
        (policy(), {"price": 29}, 1),
        (policy(), {"price": 30}, 2),
        (policy(floor_minor=20), {"price": 100}, 20),
        (policy(floor_minor=20), {"price": 15}, 15),  # never more than the price itself
        (policy(cap_minor=500), {"price": 100_000}, 500),
        (policy(commoner_bp=0, floor_minor=20), {"price": 900}, 0),  # free to the commons
        (policy(exempt_kinds=["ride"]), {"price": 900, "kind": "ride"}, 0),
        (policy(exempt_kinds=["ride"]), {"price": 900, "kind": "room"}, 45),
        (policy(rates={"room": {"commoner": 300}}), {"price": 900, "kind": "room"}, 27),
        (policy(rates={"room": {"commoner": 300}}), {"price": 900, "kind": "room", "member_class": "commercial"}, 90),
        (policy(rates={"room": {"commoner": 0}}), {"price": 900, "kind": "room"}, 0),
    ],
)
def test_the_fee_table(rules, asked, expected):
    assert fee(rules, **asked) == expected


@given(st.integers(0, 10**9), st.integers(0, 5000), st.integers(0, 1000), st.integers(0, 5000))
def test_a_fee_lies_within_its_bounds(price, rate, floor, cap):
    charged = fee(policy(commoner_bp=rate, floor_minor=floor, cap_minor=cap), price)
    assert 0 <= charged <= price and (not cap or charged <= cap)
    if rate and price and not cap:
        assert charged >= min(floor, price)


@pytest.mark.django_db
def test_the_first_fee_is_a_stewards_and_the_next_a_decision():
    community = factories.community()
    steward = factories.member("Cleo", of=community, role=Role.STEWARD)
    assert fees.current(community) is None
    with pytest.raises(Refusal, match="Only a steward"):
        actions.set_first_policy(community, by=factories.member(of=community), commoner_bp=500)
    first = actions.set_first_policy(community, by=steward, commoner_bp=500, exempt_kinds=["ride"])
    assert (first.version, first.enabled, fees.current(community)) == (1, True, first)
    with pytest.raises(Refusal, match="members decide"):
        actions.set_first_policy(community, by=steward, commoner_bp=100)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"commoner_bp": 5001}, "commoner_bp"), ({"commoner_bp": -1}, "commoner_bp"),
        ({"commoner_bp": "5"}, "commoner_bp"),
        ({"commoner_bp": True}, "commoner_bp"), ({"floor_minor": 20, "cap_minor": 10}, "cap_minor"),
        ({"exempt_kinds": ["boat"]}, "exempt_kinds"), ({"exempt_kinds": "ride"}, "exempt_kinds"),
        ({"rates": {"boat": {}}}, "rates"), ({"rates": {"room": {"rich": 1}}}, "rates"),
        ({"rates": {"room": {"commoner": 9999}}}, "commoner"), ({"enabled": "yes"}, "enabled"), ({"bonus": 1}, "terms"),
    ],
)
def test_a_fee_that_makes_no_sense_is_refused_at_its_field(facts, field):
    community = factories.community()
    steward = factories.member("Cleo", of=community, role=Role.STEWARD)
    with pytest.raises(Refusal) as refused:
        actions.set_first_policy(community, by=steward, **facts)
    assert refused.value.field == field and not FeePolicy.objects.exists()


@pytest.mark.django_db
def test_the_policy_is_read_once_per_request(django_assert_num_queries):
    community = factories.community()
    steward = factories.member("Cleo", of=community, role=Role.STEWARD)
    fees._begin()  # as at the start of a request
    try:
        with django_assert_num_queries(1):
            assert fees.current(community) is fees.current(community) is None
        first = actions.set_first_policy(community, by=steward)
        assert fees.current(community) == first
    finally:
        fees._forget()
    with django_assert_num_queries(2):
        fees.current(community)
        fees.current(community)
