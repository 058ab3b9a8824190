"""A community's own categories and questions: who may add them, where they show, how searches find by them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from listings import actions, categories, shelf
from listings.models import AttributeValue, Category
from listings.search import params, query
from listings.search.asking import Viewer
from members.states import Role
from sharing.web.refusals import Refusal
from tests.factories import community, join, member
from tests.listings.offering import refused
from tests.listings.test_api import client_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/"


@pytest.fixture(autouse=True)
def fresh():
    """Rows of a test are rolled back; what memory kept of them goes too."""
    categories.forget()
    shelf.forget()
    yield
    categories.forget()
    shelf.forget()


@pytest.fixture
def street(db):
    return community()


@pytest.fixture
def cleo(street):
    return member("Cleo", of=street, role=Role.STEWARD)


@pytest.fixture
def bo(street):
    return member("Bo", of=street)


def drill(bo, **facts):
    made = actions.create(by=bo, facts={"kind": "tool", "title": "Drill", "lat": 47.99, "lon": 7.85} | facts)
    return actions.publish(made.pk, by=bo)


def found(street, viewer=None, **asked) -> set[int]:
    given = {name.replace("__", "["): value for name, value in asked.items()}
    parsed = params.parse({"community": street.slug, **given}, Viewer.of(viewer))
    assert not parsed.errors, parsed.errors
    return {hit.listing.pk for hit in query.search(parsed.criteria, viewer).hits}


# --- categories -----------------------------------------------------------------------------------


def test_stewards_alone_add_categories_and_others_find_nothing(street, cleo, bo):
    with pytest.raises(Http404):
        actions.add_category(street, by=bo, name="Beekeeping", parent="garden")
    bees = actions.add_category(street, by=cleo, name=" Beekeeping ", parent="garden")
    assert (bees.name, bees.kind, categories.name(bees.slug)) == ("Beekeeping", "tool", "Beekeeping")
    assert categories.lineage(bees.slug) == [bees.slug, "garden"]
    assert actions.add_category(street, by=cleo, name="beekeeping", parent="garden") == bees


def test_categories_lie_three_deep_at_most(street, cleo):
    leaf = actions.add_category(street, by=cleo, name="Mitre saws", parent="saws")
    assert categories.lineage(leaf.slug) == [leaf.slug, "saws", "workshop"]
    refused("parent", actions.add_category, street, by=cleo, name="Small ones", parent=leaf.slug)
    refused("parent", actions.add_category, street, by=cleo, name="Lost", parent="nowhere")
    refused("name", actions.add_category, street, by=cleo, name="SAWS", parent="workshop")
    refused("name", actions.add_category, street, by=cleo, name="  ", parent="workshop")


def test_another_communitys_category_is_none_of_ours(street, cleo, bo):
    other = community("Harbour")
    join(cleo, other, role=Role.STEWARD)
    theirs = actions.add_category(other, by=cleo, name="Ropes", parent="outdoors")
    refused("category", drill, bo, category=theirs.slug)
    refused("parent", actions.add_category, street, by=cleo, name="Thin ones", parent=theirs.slug)


def test_a_category_that_is_used_is_retired_and_an_unused_one_is_gone(street, cleo, bo):
    bees = actions.add_category(street, by=cleo, name="Beekeeping", parent="garden")
    hive = drill(bo, category=bees.slug)
    assert not actions.remove_category(bees.pk, by=cleo)
    assert categories.own_of(street.pk) == [] and categories.name_of(bees.pk) == "Beekeeping"
    refused("category", drill, bo, category=bees.slug)
    assert actions.update(hive.pk, by=bo, facts={"category": bees.slug}).category_id == bees.pk
    actions.update(hive.pk, by=bo, facts={"category": "garden"})
    assert actions.remove_category(bees.pk, by=cleo) and not Category.objects.filter(pk=bees.pk).exists()


def test_a_search_finds_by_it_by_what_it_lies_below_and_by_its_name(street, cleo, bo):
    bees = actions.add_category(street, by=cleo, name="Beekeeping", parent="garden")
    hive, saw = drill(bo, category=bees.slug, title="Box"), drill(bo, category="saws")
    assert found(street, category=bees.slug) == {hive.pk} == found(street, category="garden")
    assert found(street, q="beekeeping") == {hive.pk} and found(street, category="workshop") == {saw.pk}
    page = Client().get(f"/search/?community={street.slug}&kind=tool").content.decode()
    assert f'<option value="{bees.slug}">Beekeeping</option>' in page
    assert "Beekeeping" not in Client().get("/search/?kind=tool").content.decode().replace(hive.title, "")


def test_an_unlisted_communitys_category_is_unknown_to_strangers(street, cleo, bo):
    bees = actions.add_category(street, by=cleo, name="Beekeeping", parent="garden")
    street.listed = False
    street.save()
    asked = {"category": bees.slug}
    assert "category" in params.parse(asked, Viewer()).errors
    assert not params.parse(asked, Viewer.of(bo)).errors


def test_the_database_wants_a_name_and_a_parent(street):
    for facts in ({"name": ""}, {"name": "Lost", "parent": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.create(
                **{"slug": "x", "kind": "tool", "community": street, "parent": Category.objects.get(slug="garden")}
                | facts
            )


# --- questions ------------------------------------------------------------------------------------


@pytest.fixture
def asked(street, cleo):
    """Four questions about drills, one of each sort."""
    add = {"by": cleo, "category": "drills"}
    return [
        actions.add_attribute(street, **add, name="Cordless?", type="yes_no"),
        actions.add_attribute(street, **add, name="Chuck", type="choice", options=["SDS plus", "Keyless"]),
        actions.add_attribute(street, **add, name="Power", type="number", unit="W"),
        actions.add_attribute(street, **add, name="Battery", type="text"),
    ]


def test_answers_are_kept_told_on_the_page_and_given_by_the_api(street, bo, asked):
    made = drill(bo, category="drills")
    said = {"cordless": True, "chuck": "sds-plus", "power": 18.5, "battery": "5 Ah"}
    api = client_of(bo)
    assert api.patch(f"{URL}{made.pk}/", {"attributes": said}, format="json").json()["attributes"] == said
    page = Client().get(made.get_absolute_url()).content.decode()
    for words in ("Cordless?", "SDS plus", "18.5 W", "5 Ah"):
        assert words in page
    left = api.patch(f"{URL}{made.pk}/", {"attributes": {"power": None}}, format="json").json()["attributes"]
    assert left == {name: said[name] for name in ("cordless", "chuck", "battery")}
    assert actions.duplicate(made.pk, by=bo).attribute_values.count() == 3


@pytest.mark.parametrize(
    "slug, answer",
    [("cordless", "maybe"), ("chuck", "other"), ("power", "much"), ("power", 1.2345), ("power", True),
     ("power", "9" * 40), ("battery", "x" * 121), ("battery", 7), ("height", 3)],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused_at_its_question(bo, asked, slug, answer):
    made = drill(bo, category="drills")
    wrong = client_of(bo).patch(f"{URL}{made.pk}/", {"attributes": {slug: answer}}, format="json")
    assert wrong.status_code == 400 and set(wrong.json()["errors"]) == {f"attributes.{slug}"}
    assert not AttributeValue.objects.exists()


def test_searches_find_by_answers_exactly(street, bo, asked):
    rows = [
        drill(bo, category="drills", attributes={"cordless": True, "chuck": "keyless", "power": 500}),
        drill(bo, category="drills", attributes={"cordless": False, "chuck": "sds-plus", "power": 800.5}),
        drill(bo, category="drills", attributes={"chuck": "keyless", "power": 1200}),
        drill(bo, category="drills"),
    ]
    one, two, three, _none = (row.pk for row in rows)
    for name, value, wanted in (
        ("cordless", "yes", {one}), ("cordless", "no", {two}), ("chuck", "keyless", {one, three}),
        ("chuck", "keyless,sds-plus", {one, two, three}), ("power", "800..", {two, three}),
        ("power", "..800.5", {one, two}), ("power", "800.5", {two}), ("power", "600..900", {two}),
    ):  # fmt: skip
        assert found(street, **{f"attribute__{name}]": value}) == wanted, (name, value)
    assert found(street, **{"attribute__power][least]": "600", "attribute__power][most]": "900"}) == {two}
    assert found(street, **{"attribute__chuck]": "keyless", "attribute__power]": "900.."}) == {three}
    assert found(street, q="drill", sort="price", **{"attribute__cordless]": "yes"}) == {one}


def test_facets_count_the_answers_to_questions_each_without_its_own_choice(street, bo, asked):
    drill(bo, category="drills", attributes={"cordless": True, "chuck": "keyless"})
    drill(bo, category="drills", attributes={"cordless": False, "chuck": "sds-plus"})
    drill(bo, category="drills", attributes={"chuck": "keyless"})
    url = f"{URL}facets/?community={street.slug}&category=drills"
    counts = client_of().get(url).json()["counts"]
    assert counts["attribute[cordless]"] == {"yes": 1, "no": 1}
    assert counts["attribute[chuck]"] == {"keyless": 2, "sds-plus": 1}
    chosen = client_of().get(f"{url}&attribute[chuck]=keyless&attribute[power]=..9").json()["counts"]
    assert chosen["attribute[chuck]"] == {"keyless": 0, "sds-plus": 0}  # none of them says how strong it is
    chosen = client_of().get(f"{url}&attribute[chuck]=keyless").json()["counts"]
    assert chosen["attribute[chuck]"] == {"keyless": 2, "sds-plus": 1}
    assert chosen["attribute[cordless]"] == {"yes": 1, "no": 0}
    part = Client().get(f"/search/facets/?community={street.slug}&category=drills").content.decode()
    assert 'Keyless <span class="chip__count">2</span>' in part
    elsewhere = client_of().get(f"{URL}facets/?community={street.slug}&category=saws").json()["counts"]
    assert not [group for group in elsewhere if group.startswith("attribute")]


def test_answers_follow_a_change_and_go_with_the_category(street, bo, asked):
    made = drill(bo, category="drills", attributes={"cordless": True})
    actions.update(made.pk, by=bo, facts={"attributes": {"cordless": False}})
    assert found(street, **{"attribute__cordless]": "yes"}) == set()
    assert found(street, **{"attribute__cordless]": "no"}) == {made.pk}
    actions.update(made.pk, by=bo, facts={"category": "saws"})
    assert not made.attribute_values.exists() and found(street, **{"attribute__cordless]": "no"}) == set()


def test_questions_belong_to_a_search_of_their_community(street, asked):
    errors = client_of().get(f"{URL}?attribute[cordless]=yes").json()["errors"]
    assert set(errors) == {"attribute[cordless]"}
    url = f"{URL}?community={street.slug}"
    for wrong in ("attribute[height]=3", "attribute[power]=much", "attribute[power]=9..1", "attribute[battery]=5"):
        answer = client_of().get(f"{url}&{wrong}")
        assert answer.status_code == 400 and set(answer.json()["errors"]) == {wrong.partition("=")[0]}
    assert client_of().get(f"{url}&attribute[power]=5..").status_code == 200


def test_what_must_be_answered_is_asked_before_others_see_it(street, cleo, bo):
    actions.add_attribute(street, by=cleo, category="workshop", name="Weight", type="number", unit="kg", required=True)
    draft = actions.create(by=bo, facts={"kind": "tool", "title": "Saw", "category": "saws"})
    refused("attributes", actions.publish, draft.pk, by=bo)
    actions.update(draft.pk, by=bo, facts={"attributes": {"weight": 4}})
    assert actions.publish(draft.pk, by=bo).is_published
    refused("attributes.weight", actions.update, draft.pk, by=bo, facts={"attributes": {"weight": None}})


def test_a_question_that_was_answered_is_retired_and_its_answers_stay(street, cleo, bo, asked):
    made = drill(bo, category="drills", attributes={"power": 500})
    assert not actions.remove_attribute(asked[2].pk, by=cleo) and actions.remove_attribute(asked[3].pk, by=cleo)
    assert "500 W" in Client().get(made.get_absolute_url()).content.decode()
    refused("attributes.power", actions.update, made.pk, by=bo, facts={"attributes": {"power": 600}})


def test_choices_need_two_answers_and_questions_a_name(street, cleo):
    ask = {"by": cleo, "category": "drills", "type": "choice"}
    for options in ([], ["one"], ["one", "one "], [str(n) for n in range(30)]):
        refused("options", actions.add_attribute, street, **ask, name="Chuck", options=options)
    refused("name", actions.add_attribute, street, **ask, name=" ", options=["a", "b"])
    refused("type", actions.add_attribute, street, **ask | {"type": "song"}, name="Chuck")
    again = [actions.add_attribute(street, **ask, name="Chuck", options=["A b", "a-b"]) for _ in range(2)]
    assert [one.slug for one in again] == ["chuck", "chuck-2"]
    assert [option["key"] for option in again[0].options] == ["a-b", "a-b-2"]


def test_the_step_asks_and_says_at_the_field_what_is_wrong(bo, asked):
    draft = actions.create(by=bo, facts={"kind": "tool", "title": "Drill", "category": "drills"})
    browser = Client()
    browser.force_login(bo)
    url = f"/listings/{draft.pk}/edit/about/"
    page = browser.get(url).content.decode()
    assert "Cordless?" in page and "SDS plus" in page
    about = {"description": "", "where": "community", "asked-cordless": "yes", "asked-chuck": "", "asked-battery": ""}
    wrong = browser.post(url, about | {"asked-power": "lots"})
    assert wrong.status_code == 422 and "This is no number." in wrong.content.decode()
    assert browser.post(url, about | {"asked-power": "18,5"}).status_code == 302
    rows = {value.attribute.slug: (value.text, value.thousandths) for value in draft.attribute_values.all()}
    assert rows == {"cordless": ("yes", None), "power": ("", 18500)}
    assert 'value="18.5"' in browser.get(url).content.decode()


def test_the_filters_offer_the_questions_of_the_community_and_category(street, bo, asked):
    drill(bo, category="drills", attributes={"cordless": True, "power": 500})
    url = f"/search/?community={street.slug}&category=drills"
    page = Client().get(url).content.decode()
    assert 'name="attribute[cordless]"' in page and 'name="attribute[power][least]"' in page
    assert "attribute[battery]" not in page
    chosen = Client().get(f"{url}&attribute[cordless]=yes&attribute[power][least]=400").content.decode()
    assert "Without Cordless?: Yes" in chosen and "Without Power: from 400 W" in chosen


def test_the_page_of_search_takes_eight_statements_within_a_community_too(street, bo, asked):
    drill(bo, category="drills", attributes={"cordless": True})
    browser = Client()
    browser.force_login(bo)
    url = f"/search/?community={street.slug}&category=drills&attribute[cordless]=yes"
    browser.get(url)
    with CaptureQueriesContext(connection) as statements:
        assert browser.get(url).status_code == 200
    assert len(statements) <= 8, [query["sql"][:90] for query in statements]


# --- the stewards' page and the API ---------------------------------------------------------------


def test_the_page_adds_and_takes_away(street, cleo, bo):
    url = f"/c/{street.slug}/categories/"
    browser = Client()
    for person, status in ((bo, 404), (cleo, 200)):
        browser.force_login(person)
        assert browser.get(url).status_code == status
    assert browser.post(url, {"add": "category", "c-parent": "garden", "c-name": "Beekeeping"}).status_code == 302
    assert browser.post(url, {"add": "category", "c-parent": "garden", "c-name": ""}).status_code == 422
    ask = {"add": "question", "q-category": "drills", "q-name": "Chuck", "q-type": "choice", "q-unit": ""}
    assert browser.post(url, ask | {"q-options": "one"}).status_code == 422
    assert browser.post(url, ask | {"q-options": "one\ntwo"}).status_code == 302
    page = browser.get(url).content.decode()
    assert "Beekeeping" in page and "one, two" in page
    bees, chuck = street.own_categories.get(), street.attributes.get()
    assert browser.post(f"{url}{bees.pk}/remove/").status_code == 302
    assert browser.post(f"/c/{street.slug}/questions/{chuck.pk}/remove/").status_code == 302
    assert not street.own_categories.exists() and not street.attributes.exists()


def test_the_api_does_what_the_page_does(street, cleo, bo):
    base = f"/api/v1/communities/{street.slug}/"
    body = {"name": "Beekeeping", "parent": "garden"}
    assert client_of(bo).post(f"{base}categories/", body).status_code == 404
    api = client_of(cleo)
    made = api.post(f"{base}categories/", body)
    assert made.status_code == 201 and made.json()["kind"] == "tool"
    assert client_of().get(f"{base}categories/").json()["results"] == [made.json()]
    question = {"category": made.json()["slug"], "name": "Frames", "type": "number", "unit": "pieces"}
    asked = api.post(f"{base}attributes/", question)
    assert asked.status_code == 201 and asked.json()["slug"] == "frames"
    assert client_of().get(f"{base}attributes/").json()["results"] == [asked.json()]
    wrong = api.post(f"{base}attributes/", question | {"type": "choice"})
    assert wrong.status_code == 400 and set(wrong.json()["errors"]) == {"options"}
    assert api.delete(f"{base}attributes/frames/").status_code == 204
    assert api.delete(f"{base}categories/{made.json()['slug']}/").status_code == 204
    assert client_of().get(f"{base}categories/").json()["results"] == []
    street.listed = False
    street.save()
    assert client_of().get(f"{base}categories/").status_code == 404
    assert client_of(bo).get(f"{base}categories/").status_code == 200


def test_a_community_has_so_many_at_most(street, cleo, monkeypatch):
    monkeypatch.setattr("listings.actions.shelves.MOST_CATEGORIES", 1)
    actions.add_category(street, by=cleo, name="One", parent="garden")
    with pytest.raises(Refusal):
        actions.add_category(street, by=cleo, name="Two", parent="garden")
