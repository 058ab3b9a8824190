"""Facts per kind and prices by who uses: what goes together, what is refused, where it is shown."""

from datetime import time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from listings import actions, registration
from listings.actions.desk import ListingRefused
from listings.actions.pricing import usual_deposit
from listings.models import Listing, RoomFacts, ToolFacts
from listings.states import Terms, Unit
from tests.factories import community, join, member
from tests.listings.offering import make as draft
from tests.listings.test_api import client_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/"
TIERS = [{"from_units": 3, "price_minor": 900}, {"from_units": 7, "price_minor": 800}]


@pytest.fixture
def street(db):
    return community()


@pytest.fixture
def bo(street):
    return member("Bo", of=street)


@pytest.fixture
def api(bo):
    return client_of(bo)


def tool(bo, **facts):
    return actions.create(by=bo, facts={"kind": "tool", "title": "Mower", "price_minor": 1000} | facts)


def room(bo, **facts):
    return actions.create(by=bo, facts={"kind": "room", "title": "Room", "price_minor": 1000} | facts)


def refused(deed, *args, **facts) -> str | None:
    with pytest.raises(ListingRefused) as caught:
        deed(*args, **facts)
    return caught.value.field


# --- facts ----------------------------------------------------------------------------------------


def test_words_on_approval_mean_that_it_is_needed_and_go_with_it(bo):
    saw = tool(bo, approval_note="Show that you know the brake.")
    assert saw.tool.approval_needed
    actions.update(saw.pk, by=bo, facts={"approval_needed": False})
    assert ToolFacts.objects.get(pk=saw.pk).approval_note == ""


def test_quiet_hours_have_both_ends(bo):
    assert refused(room, bo, quiet_from=time(22)) == "quiet_until"
    assert refused(room, bo, quiet_until=time(7)) == "quiet_from"
    assert refused(room, bo, quiet_from=time(7), quiet_until=time(7)) == "quiet_until"
    quiet = room(bo, quiet_from=time(22), quiet_until=time(7))
    assert actions.update(quiet.pk, by=bo, facts={"quiet_from": None, "quiet_until": None}).room.quiet_from is None


def test_where_there_are_steps_it_is_not_step_free(bo):
    assert refused(room, bo, step_free=True, steps=3) == "steps"
    high = room(bo, steps=3, door_cm=80)
    assert actions.update(high.pk, by=bo, facts={"step_free": True}).room.steps == 0
    assert actions.update(high.pk, by=bo, facts={"steps": 2}).room.step_free is False
    assert refused(room, bo, door_cm=12) == "door_cm"


def test_a_registration_number_and_none_needed_exclude_each_other(bo):
    assert refused(room, bo, registration="DE-1", registration_not_needed=True) == "registration_not_needed"
    here = room(bo, registration_not_needed=True)
    assert not actions.update(here.pk, by=bo, facts={"registration": "DE-1"}).room.registration_not_needed


@pytest.mark.parametrize(
    "country, facts, asked",
    [("DE", {}, True), ("de", {}, True), ("CH", {}, False), ("DE", {"terms": "gift", "price_minor": 0}, False),
     ("DE", {"price_unit": "hour"}, False)],
)  # fmt: skip
def test_a_number_is_asked_for_nights_against_payment_in_the_union(bo, street, country, facts, asked):
    """G30: EU 2024/1028."""
    street.country = country
    street.save()
    bo.refresh_from_db()
    here = room(bo, registration="DE-79-1", **facts)
    assert registration.asked_for(here) is asked
    browser = Client()
    browser.force_login(bo)
    page = browser.get(here.get_absolute_url()).content.decode()
    assert ("DE-79-1" in page) is asked


@pytest.mark.parametrize(
    "model, facts",
    [(RoomFacts, {"quiet_from": time(22)}), (RoomFacts, {"step_free": True, "steps": 2}),
     (RoomFacts, {"registration": "X", "registration_not_needed": True}),
     (ToolFacts, {"approval_note": "Ask."}),
     (Listing, {"price_minor": 5, "commercial_price_minor": 4, "terms": "rent"})],
)  # fmt: skip
def test_the_database_holds_to_it_by_itself(bo, model, facts):
    made = tool(bo) if model is not RoomFacts else room(bo)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=made.pk).update(**facts)


def test_facts_go_in_and_out_by_the_api_each_refused_at_its_name(api):
    sent = {
        "kind": "room", "title": "Room", "bathrooms": 1, "step_free": True, "door_cm": 90, "steps": 0,
        "quiet_from": "22:00:00", "quiet_until": "07:00:00", "work_space": True, "registration": "DE-1",
    }  # fmt: skip
    made = api.post(URL, sent)
    assert made.status_code == 201, made.content
    facts = made.json()["facts"]
    assert {name: facts[name] for name in sent if name not in ("kind", "title")} == {
        name: value for name, value in sent.items() if name not in ("kind", "title")
    }
    wrong = api.post(URL, {"kind": "room", "door_cm": 10, "bathrooms": -1, "quiet_from": "late"})
    assert wrong.status_code == 400 and set(wrong.json()["errors"]) == {"door_cm", "bathrooms", "quiet_from"}
    assert api.post(URL, {"kind": "tool", "bathrooms": 2}).json()["errors"].keys() == {"bathrooms"}


def test_what_a_tool_is_worth_is_told_to_its_owner_alone(api, bo):
    made = api.post(URL, {"kind": "tool", "title": "Mower", "value_minor": 12000, "publish": True}).json()
    assert made["value_minor"] == 12000
    assert "12000" not in client_of().get(f"{URL}{made['id']}/").content.decode()
    assert "value" not in str(client_of(bo).get(f"{URL}{made['id']}/").json()["facts"])


@pytest.mark.parametrize("worth, usual", [(12000, 2000), (50000, 10000), (700, 100), (100, 100), (1_000_000, 200_000)])
def test_worth_suggests_a_round_deposit(worth, usual):
    assert usual_deposit(worth, "EUR") == usual


def test_tags_have_one_form(bo):
    assert tool(bo, tags=["#Garden", "garden ", "Lawn   Care", "ÉTÉ"]).tags == ["garden", "lawn care", "été"]


# --- prices ---------------------------------------------------------------------------------------


def test_tiers_are_kept_in_order(bo):
    assert tool(bo, price_tiers=TIERS[::-1]).price_tiers == TIERS


@pytest.mark.parametrize(
    "tiers",
    [
        [{"from_units": 1, "price_minor": 900}],
        [{"from_units": 3, "price_minor": 1000}],
        [{"from_units": 3, "price_minor": 0}],
        [{"from_units": 3, "price_minor": 900}, {"from_units": 3, "price_minor": 800}],
        [{"from_units": 3, "price_minor": 800}, {"from_units": 7, "price_minor": 900}],
        [{"from_units": 15, "price_minor": 900}],  # beyond the longest stay
        [{"from_units": 3}],
        [{"from_units": True, "price_minor": 900}],
        [{"from_units": n, "price_minor": 900 - n} for n in range(2, 8)],
        "cheap",
    ],
)
def test_tiers_that_make_no_sense_are_refused_at_their_field(bo, tiers):
    assert refused(tool, bo, price_tiers=tiers) == "price_tiers"


def test_a_gift_a_ride_and_a_price_for_each_use_have_no_tiers(bo):
    assert refused(tool, bo, price_tiers=TIERS, price_unit=Unit.USE) == "price_tiers"
    assert refused(tool, bo, price_tiers=TIERS, terms=Terms.GIFT, price_minor=0) == "price_tiers"
    assert refused(actions.create, by=bo, facts={"kind": "ride", "price_tiers": TIERS}) == "price_tiers"
    assert (
        refused(actions.create, by=bo, facts={"kind": "ride", "commercial_price_minor": 9}) == "commercial_price_minor"
    )
    mower = tool(bo, price_tiers=TIERS)
    assert actions.update(mower.pk, by=bo, facts={"terms": Terms.GIFT}).price_tiers == []


def test_another_unit_or_a_lower_price_asks_for_new_tiers(bo):
    mower = tool(bo, price_tiers=TIERS)
    assert refused(actions.update, mower.pk, by=bo, facts={"price_unit": Unit.HOUR}) == "price_tiers"
    assert refused(actions.update, mower.pk, by=bo, facts={"price_minor": 850}) == "price_tiers"
    assert actions.update(mower.pk, by=bo, facts={"price_unit": Unit.HOUR, "price_tiers": TIERS}).price_tiers == TIERS


def test_commercial_use_is_never_cheaper(bo):
    assert refused(tool, bo, commercial_price_minor=900) == "commercial_price_minor"
    mower = tool(bo, commercial_price_minor=1600)
    assert refused(actions.update, mower.pk, by=bo, facts={"price_minor": 2000}) == "commercial_price_minor"
    assert actions.update(mower.pk, by=bo, facts={"commercial_price_minor": None}).commercial_price_minor is None


def test_it_is_free_to_communities_of_ones_own_only(bo, street):
    choir, club = community("Choir"), community("Club")
    join(bo, choir)
    mower = tool(bo, free_to=[choir.slug, str(street.pk)])
    assert set(mower.free_to.all()) == {choir, street}
    assert refused(tool, bo, free_to=[club.slug]) == "free_to"
    bo.memberships.get(community=choir).delete()
    actions.update(mower.pk, by=bo, facts={"free_to": [choir.slug]})  # a word once given may stay
    assert list(mower.free_to.all()) == [choir]
    assert list(actions.duplicate(mower.pk, by=bo).free_to.all()) == [choir]


def test_prices_go_in_and_out_by_the_api_and_stand_on_the_page(api, street):
    made = api.post(
        URL,
        {"kind": "tool", "title": "Mower", "price_minor": 1000, "price_tiers": TIERS, "commercial_price_minor": 1600,
         "free_to": [street.slug], "publish": True},
    ).json()  # fmt: skip
    assert (made["price_tiers"], made["commercial_price_minor"], made["free_to"]) == (TIERS, 1600, [street.slug])
    page = Client().get(f"/listings/{made['id']}/").content.decode()
    for words in ("From 3 days on", "€9 a day", "For commercial use", "€16 a day", f"For members of {street.name}"):
        assert words in page
    wrong = api.post(URL, {"kind": "tool", "price_tiers": [{"from_units": 3, "price_minor": 5, "why": "x"}]})
    assert wrong.status_code == 400 and "price_tiers.0.why" in wrong.json()["errors"]


def test_the_form_takes_prices_and_says_at_the_field_what_is_missing(client, bo, street):
    mower = draft(bo, title="Mower")
    client.force_login(bo)
    url = f"/listings/{mower.pk}/edit/terms/"
    terms = {
        "terms": "rent", "price": "10", "price_unit": "day", "capacity": "1", "cancellation": "flexible",
        "visibility": "public", "min_units": "1", "max_units": "14", "notice_hours": "0", "horizon_days": "90",
        "buffer_after": "0",
    }  # fmt: skip
    page = client.post(url, terms | {"tier_units_1": "3", "tier_units_2": "", "tier_price_2": "5"})
    assert page.status_code == 422
    assert {"tier_price_1", "tier_units_2"} <= set(page.context["forms"][1].errors)
    page = client.post(url, terms | {"tier_units_1": "3", "tier_price_1": "12"})
    assert page.status_code == 422 and "tier_price_1" in page.context["forms"][1].errors
    more = {"tier_units_1": "3", "tier_price_1": "9", "commercial_price": "16", "free_to": [street.slug]}
    assert client.post(url, terms | more).status_code == 302
    mower.refresh_from_db()
    assert mower.price_tiers == TIERS[:1] and mower.commercial_price_minor == 1600
    assert list(mower.free_to.all()) == [street]
    assert client.post(url, terms | {"terms": "gift"}).status_code == 302
    mower.refresh_from_db()
    assert (mower.price_tiers, mower.commercial_price_minor, mower.price_minor) == ([], None, 0)
