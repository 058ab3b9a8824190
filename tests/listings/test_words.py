"""Words: phrases stand as quoted, one typing error is forgiven, communities have words of their own."""

import pytest
from django.http import Http404
from django.urls import reverse

from listings import actions
from listings.models import Synonym, TermFrequency
from listings.search import index, phrases, query, spelling, suggestions, synonyms, terms
from listings.search.criteria import Criteria
from listings.states import ListingState, Visibility
from members.states import Role
from tests import factories
from tests.listings import searching
from tests.listings.offering import refused

pytestmark = pytest.mark.django_db
HERE = factories.HERE


@pytest.fixture(autouse=True)
def _fresh():
    synonyms._kept.clear()


def here(title: str, **facts):
    return searching.listing(HERE.lat, HERE.lon, title=title, **facts)


def found(q: str, viewer=None, **facts) -> list[int]:
    return [hit.listing.pk for hit in query.search(Criteria(q=q, **facts), viewer).hits]


@pytest.mark.parametrize(
    ("title", "language", "q"),
    [("Naehmaschine", "de", "Nähmaschine"), ("Nähmaschine", "de", "naehmaschinen"), ("Grüße", "de", "gruesse"),
     ("Weißer Ofen", "de", "weisser"), ("Máquina de coser", "es", "maquinas"), ("Œuvre", "fr", "oeuvre")],
)  # fmt: skip
def test_umlauts_accents_and_ligatures_are_met_however_they_are_spelled(title, language, q):
    one = here(title, language=language)
    here("Something else")
    assert found(q) == [one.pk]


def test_a_phrase_stands_side_by_side_in_its_order_and_beside_other_words():
    bike = here("Red cargo bike", description="For two children")
    here("Cargo box for a bike")
    here("Bike, cargo trailer")
    said = here("Bakfiets", description="A CARGO-bike, really.")
    assert sorted(found('"cargo bike"')) == [bike.pk, said.pk] == sorted(found("“Cargo Bike”"))
    assert found('"cargo bike" red') == [bike.pk] == found('children "cargo bike"', here=HERE)
    assert found('"bike cargo trailer"') != [] and found('"cargo red"') == []
    assert len(found("cargo bike")) == 4, "without quotes the order says nothing"
    assert found('"cargo') == found("cargo"), "a quote that never closes is no phrase"


@pytest.mark.parametrize("facts", [{"here": HERE}, {"sort": "price"}, {}], ids=["near", "price", "new"])
def test_pages_of_a_phrase_have_no_hole_and_no_double(facts, monkeypatch):
    monkeypatch.setattr(phrases, "READ_AT_ONCE", 3)
    wanted = {here(f"Cargo bike {n}").pk for n in range(7)}
    for n in range(9):
        here(f"Bike with cargo {n}")
    met, after = [], None
    for _page in range(9):
        page = query.search(Criteria(q='"cargo bike"', **facts), None, after, 2)
        met += [hit.listing.pk for hit in page.hits]
        after = page.next
        if after is None:
            break
    assert after is None and len(met) == len(set(met)) and set(met) == wanted


def test_a_long_sift_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(phrases, "READ_AT_ONCE", 3)
    monkeypatch.setattr(phrases, "MOST_READ", 3)
    for n in range(5):
        here(f"Bike with cargo {n}")
    last = searching.listing(HERE.lat + 0.1, HERE.lon, title="Cargo bike")
    met, after = [], None
    for _page in range(6):
        page = query.search(Criteria(q='"cargo bike"', here=HERE), None, after)
        met += [hit.listing.pk for hit in page.hits]
        after = page.next
        if after is None:
            break
    assert met == [last.pk] and after is None


@pytest.mark.parametrize("typed", ["lader", "laddder", "ladedr", "lavder", "Laddre"])
def test_one_typing_error_is_forgiven_when_nothing_else_is_found(typed):
    one = here("Ladder")
    page = query.search(Criteria(q=typed), None)
    assert [hit.listing.pk for hit in page.hits] == [one.pk] and page.did_you_mean.lower() == "ladder"


def test_what_is_found_is_never_corrected_nor_two_errors_nor_short_words():
    here("Ladder")
    lader = here("Lader")
    page = query.search(Criteria(q="lader"), None)
    assert [hit.listing.pk for hit in page.hits] == [lader.pk] and page.did_you_mean == ""
    for typed in ("lxdxer", "ldr", "ladder zzzz"):
        assert query.search(Criteria(q=typed), None).hits == []
    far = query.search(Criteria(q="ladder", here=factories.HERE, radius_m=1.0, max_price=0.0, terms=("rent",)), None)
    assert far.did_you_mean == "", "a known word that is not around here is no typing error"


def test_the_nearest_word_is_meant_before_a_commoner_one_whose_stem_is_as_near():
    hammer = here("Hammer drill", language="en")
    for _ in range(3):
        here("Hambre", language="es")
    page = query.search(Criteria(q="hammr drill"), None)
    assert page.did_you_mean == "hammer drill" and [hit.listing.pk for hit in page.hits] == [hammer.pk]


def test_only_the_wrong_word_of_several_is_replaced():
    one = here("Wooden ladder")
    page = query.search(Criteria(q='Wooden "lader"'), None)
    assert page.did_you_mean == 'Wooden "ladder"' and [hit.listing.pk for hit in page.hits] == [one.pk]


def test_no_word_is_offered_that_only_hidden_listings_have():
    home = factories.community()
    bo = factories.member("Bo", of=home)
    here("Zeppelin", owner=bo, of=home, visibility=Visibility.COMMUNITY)
    gone = here("Balalaika")
    assert suggestions.words("bala") == ["balalaika"]
    gone.state = ListingState.PAUSED
    gone.save()
    index.rewrite(gone)
    assert TermFrequency.objects.filter(word="balalaika", n__gt=0).exists(), "counted out only later"
    for typed in ("zepelin", "balalika"):
        for viewer in (None, bo):
            assert query.search(Criteria(q=typed), viewer).did_you_mean == ""
    assert suggestions.words("bala") == [] == suggestions.words("zep")
    assert spelling.known(["zeppelin", "balalaika"]) == set()


def test_the_page_and_the_api_say_what_they_took_it_for(client):
    for n in range(3):
        here(f"Ladder {n}")
    page = client.get(reverse("search"), {"q": "lader", "sort": "new"})
    assert "Did you mean" in page.content.decode() and "q=ladder" in page.content.decode()
    answer = client.get("/api/v1/listings/", {"q": "lader", "page_size": 2}).json()
    assert answer["did_you_mean"] == "ladder" and len(answer["results"]) == 2 and "q=ladder" in answer["next"]
    following = client.get(answer["next"]).json()
    assert len(following["results"]) == 1 and following["did_you_mean"] is None
    assert client.get("/api/v1/listings/", {"q": "ladder"}).json()["did_you_mean"] is None


# --- synonyms -----------------------------------------------------------------------------------------


def a_community():
    home = factories.community("Home")
    cleo = factories.member("Cleo", of=home)
    cleo.memberships.update(role=Role.STEWARD)
    return home, cleo, factories.member("Ana", of=home)


def test_a_communitys_word_finds_what_it_means_for_its_members_and_within_it():
    home, cleo, ana = a_community()
    zoe = factories.member("Zoe", of=factories.community("Away"))
    grinder = here("Angle grinder", owner=ana, of=home)
    assert found("Flex", ana) == []
    actions.add_synonym(home, by=cleo, word="Flex", means="Grinders")
    synonyms.forget(home.pk)
    assert found("flex", ana) == [grinder.pk] == found("FLEX", None, community=home.pk)
    assert found("flex", zoe) == [] == found("flex"), "elsewhere the word means nothing"
    assert found("grinder flex", ana) == [grinder.pk] and found("flex saw", ana) == []
    assert set(terms.variants("grind")) & set(terms.variants("flex")) == set()


def test_some_words_find_each_other_everywhere():
    one = here("Old bicycle")
    assert found("bike") == [one.pk]


def test_only_stewards_say_what_words_mean_and_each_says_one_word(client):
    home, cleo, ana = a_community()
    assert refused("word", actions.add_synonym, home, by=cleo, word="two words", means="grinder")
    assert refused("means", actions.add_synonym, home, by=cleo, word="drill", means="Drills")
    with pytest.raises(Http404):
        actions.add_synonym(home, by=ana, word="flex", means="grinder")
    assert not Synonym.objects.exists()
    for viewer, status in ((ana, 404), (cleo, 200)):
        client.force_login(viewer)
        assert client.get(reverse("community_words", args=[home.slug])).status_code == status
        assert client.get(f"/api/v1/communities/{home.slug}/synonyms/").status_code == status


def test_the_page_adds_refuses_and_takes_away(client):
    home, cleo, _ana = a_community()
    client.force_login(cleo)
    page = reverse("community_words", args=[home.slug])
    assert page in client.get(reverse("community_settings", args=[home.slug])).content.decode()
    assert client.post(page, {"word": "Flex", "means": "two words"}).status_code == 422
    for _twice in range(2):
        assert client.post(page, {"word": "Flex", "means": "grinder"}).status_code == 302
    row = Synonym.objects.get()
    assert "<strong>flex</strong> also finds" in client.get(page).content.decode()
    assert client.post(reverse("community_word_remove", args=[home.slug, row.pk])).status_code == 302
    assert not Synonym.objects.exists()


def test_the_api_adds_refuses_and_takes_away(client):
    home, cleo, _ana = a_community()
    client.force_login(cleo)
    url = f"/api/v1/communities/{home.slug}/synonyms/"
    made = client.post(url, {"word": "Flex", "means": "grinder"}, content_type="application/json")
    assert made.status_code == 201 and made.json()["word"] == "flex"
    assert client.post(url, {"word": "a b c d", "means": "x"}, content_type="application/json").status_code == 400
    assert [row["means"] for row in client.get(url).json()["results"]] == ["grinder"]
    assert client.delete(f"{url}{made.json()['id']}/").status_code == 204
    assert client.get(url).json()["results"] == []


def test_there_are_only_so_many(monkeypatch):
    home, cleo, _ana = a_community()
    monkeypatch.setattr("listings.actions.synonyms.MOST", 1)
    actions.add_synonym(home, by=cleo, word="flex", means="grinder")
    assert refused(None, actions.add_synonym, home, by=cleo, word="ratsche", means="spanner")
