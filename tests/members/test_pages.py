"""Who sees which page, what a form says about bad input, and how many statements a list takes."""

import io
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from members import actions, closing, geo, holdings
from members.models import Community, Member, Membership
from members.states import Joining, Role, Standing
from sharing.values.place import Point
from tests import factories as make
from tests.members.cast import rules, signed_in

pytestmark = pytest.mark.django_db

# page → who may: s(teward), n(eighbour), o(utsider), a(nonymous); the others get 404, or are asked to sign in
PAGES = {
    "community": "snoa", "community_rules": "snoa", "community_members": "sn", "community_join": "o",
    "community_leave": "sn", "community_settings": "s", "community_applications": "s", "community_invitations": "s",
    "community_rules_write": "s",
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_a_community_is_for_those_it_is_for(cast, name):
    url = reverse(name, args=[cast.community.slug])
    for letter, member in zip("snoa", (cast.steward, cast.neighbour, cast.outsider, None), strict=True):
        status = signed_in(member).get(url).status_code
        refused = 302 if member is None or (name == "community_join" and letter in "sn") else 404
        assert status == (200 if letter in PAGES[name] else refused), letter


@pytest.mark.parametrize("name", PAGES)
def test_an_unlisted_community_answers_strangers_as_if_it_were_not_there(cast, name):
    Community.objects.update(listed=False)
    url = reverse(name, args=[cast.community.slug])
    assert signed_in(cast.outsider).get(url).status_code == 404
    assert signed_in(None).get(url).status_code in (302, 404)
    assert cast.community.name not in signed_in(cast.outsider).get("/communities/?q=elm").content.decode()
    assert cast.community.name in signed_in(cast.neighbour).get("/communities/").content.decode()


def test_only_stewards_change_roles_and_end_memberships(cast):
    row = cast.neighbour.memberships.get()
    role, end = (reverse(f"community_{name}", args=[cast.community.slug, row.pk]) for name in ("membership", "remove"))
    facts = {"role": "treasurer", "member_class": "commoner"}
    for member in (cast.neighbour, cast.outsider):
        assert signed_in(member).post(role, facts).status_code == 404
        assert signed_in(member).post(end).status_code == 404
    steward = signed_in(cast.steward)
    assert steward.post(role, {**facts, "role": "queen"}).status_code == 422
    assert steward.post(role, facts).status_code == 302
    row.refresh_from_db()
    assert row.role == Role.TREASURER
    steward.post(end)
    row.refresh_from_db()
    assert row.standing == Standing.REMOVED
    assert signed_in(cast.neighbour).get(reverse("community_members", args=[cast.community.slug])).status_code == 404


def test_a_membership_of_another_community_is_not_there(cast):
    other = make.member("Bo", of=make.community("Mill")).memberships.get()
    for name in ("community_membership", "community_remove"):
        url = reverse(name, args=[cast.community.slug, other.pk])
        assert signed_in(cast.steward).post(url, {"role": "member"}).status_code == 404


def test_rules_are_changed_in_a_field_that_holds_nothing_but_them(cast):
    rules(cast.community, "Bring things back clean.")
    html = signed_in(cast.steward).get(f"/c/{cast.community.slug}/rules/write/").content.decode()
    assert "Bring things back clean.</textarea>" in html and 'class="unit"' not in html


def test_joining_shows_the_rules_and_takes_a_yes(cast):
    rules(cast.community, "Bring things back clean.")
    client, url = signed_in(cast.outsider), reverse("community_join", args=[cast.community.slug])
    assert "Bring things back clean." in client.get(url).content.decode()
    assert client.post(url, {"rules_version": 1}).status_code == 422
    rules(cast.community, "And dry.")
    assert client.post(url, {"rules_version": 1, "accept": "on"}).status_code == 422
    assert client.post(url, {"rules_version": 2, "accept": "on"}).url == cast.community.get_absolute_url()
    assert cast.outsider.memberships.get().rules_accepted == 2


def test_an_application_goes_to_the_stewards_and_comes_back(cast):
    Community.objects.update(joining=Joining.APPLICATION, questions=["Where do you live?"])
    url = reverse("community_join", args=[cast.community.slug])
    applicant, steward = signed_in(cast.outsider), signed_in(cast.steward)
    assert applicant.post(url, {"answer_0": " "}).status_code == 422
    assert applicant.post(url, {"answer_0": "x" * 2001}).status_code == 422
    assert applicant.post(url, {"answer_0": "In the mill.\r\nBehind it."}).status_code == 302
    row = cast.outsider.memberships.get()
    page = steward.get(reverse("community_applications", args=[cast.community.slug])).content.decode()
    assert "In the mill." in page
    answer = reverse("application_answer", args=[cast.community.slug, row.pk])
    assert signed_in(cast.neighbour).post(answer, {"answer": "admit"}).status_code == 404
    steward.post(answer, {"answer": "perhaps"})
    steward.post(answer, {"answer": "admit", "word": "Welcome!"})
    row.refresh_from_db()
    assert (row.standing, row.word) == (Standing.ACTIVE, "Welcome!")


def test_an_invitation_link_leads_a_stranger_in(cast):
    Community.objects.update(listed=False, joining=Joining.INVITATION)
    steward = signed_in(cast.steward)
    steward.post(reverse("community_invitations", args=[cast.community.slug]), {"uses": 1, "days": 7, "email": ""})
    invitation = cast.community.invitations.get()
    assert cast.community.name in signed_in(None).get(invitation.get_absolute_url()).content.decode()
    guest, url = signed_in(cast.outsider), reverse("community_join", args=[cast.community.slug])
    assert guest.get(url).status_code == 404
    assert guest.get(f"{url}?invitation={invitation.key}").status_code == 200
    assert guest.post(url, {"invitation": invitation.key}).status_code == 302
    assert signed_in(None).get(invitation.get_absolute_url()).status_code == 410
    assert signed_in(None).get(reverse("invitation", args=["no-such-key"])).status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""}, {"name": "x" * 81}, {"name": "\x00"}, {"about": "x" * 4001}, {"place": ""}, {"lat": "north"},
        {"lat": "91"}, {"lat": "nan"}, {"lon": "1e999"}, {"joining": "by force"}, {"questions": "q\n" * 7},
        {"questions": "x" * 201}, {"rules": "x" * 20_001},
    ],
)
def test_founding_says_what_is_wrong_and_founds_nothing(cast, bad):
    facts = {"name": "Old Mill", "place": "Denzlingen", "lat": "48.05", "lon": "7.9", "joining": "open"}
    response = signed_in(cast.outsider).post("/communities/new/", facts | bad)
    assert response.status_code == 422 and response.context["form"].errors
    assert Community.objects.count() == 1


def test_a_place_is_looked_up_where_there_is_no_script(cast, monkeypatch):
    client = signed_in(cast.outsider)
    facts = {"name": "Old Mill", "place": "Denzlingen", "joining": "open"}
    monkeypatch.setattr(geo, "_find", [])
    assert "place" in client.post("/communities/new/", facts).context["form"].errors
    spot = geo.Spot("Denzlingen", geo.Point(48.0686, 7.8731), "Europe/Berlin", "DE")
    found = type("Found", (), {"name": spot.name, "lat": 48.0686, "lon": 7.8731, "time_zone": spot.time_zone,
                               "country": spot.country})
    monkeypatch.setattr(geo, "_find", [lambda text, *, language, limit: [found]])
    assert client.post("/communities/new/", facts).status_code == 302
    made = Community.objects.get(name="Old Mill")
    assert (made.lat, made.lon, made.time_zone, made.currency) == (48.069, 7.873, "Europe/Berlin", "EUR")


def test_new_words_without_script_do_not_keep_the_old_point(cast, monkeypatch):
    monkeypatch.setattr(geo, "_find", [])
    actions.update_profile(cast.outsider, place="Wiehre", point=geo.Point(47.98, 7.85))
    facts = {"name": "Zoe", "place": "Somewhere else", "lat": "47.98", "lon": "7.85"}
    assert signed_in(cast.outsider).post("/settings/", facts).status_code == 302
    cast.outsider.refresh_from_db()
    assert (cast.outsider.place, cast.outsider.lat, cast.outsider.public_lat) == ("Somewhere else", None, None)


def test_a_profile_keeps_the_exact_place_to_itself(cast):
    facts = {"name": "Zoe", "place": "Wiehre", "lat": "47.987654", "lon": "7.854321", "about": "Hello\r\nthere"}
    signed_in(cast.outsider).post("/settings/", facts)
    cast.outsider.refresh_from_db()
    zoe = cast.outsider
    assert (zoe.lat, zoe.about) == (47.987654, "Hello\nthere") and zoe.public_lat not in (None, zoe.lat)
    page = signed_in(cast.neighbour).get(zoe.get_absolute_url()).content.decode()
    assert "Wiehre" in page and "47.98" not in page and "7.85" not in page


def test_me_is_marked_on_my_own_page_alone(cast):
    client = signed_in(cast.neighbour)
    both = (reverse("profile", args=[who.pk]) for who in (cast.neighbour, cast.steward))
    own, other = (client.get(page).content.decode() for page in both)
    marked = f'<a href="{reverse("profile", args=[cast.neighbour.pk])}" aria-current="page">'
    assert (marked in own, marked in other) == (True, False)


def test_a_profile_shows_only_communities_that_both_belong_to(cast):
    secret = make.community("Secret Garden")
    make.join(cast.neighbour, secret)
    page = signed_in(cast.steward).get(cast.neighbour.get_absolute_url()).content.decode()
    assert "Elm Street" in page and "Secret Garden" not in page
    assert "Secret Garden" in signed_in(cast.neighbour).get(cast.neighbour.get_absolute_url()).content.decode()
    assert signed_in(None).get(cast.neighbour.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("pk", [0, 99_999, 10**19, 10**40])
def test_a_member_who_is_not_there_is_not_found(cast, pk):
    assert signed_in(cast.neighbour).get(f"/members/{pk}/").status_code == 404


def test_a_portrait_is_rewritten_and_the_one_before_goes(cast):
    client = signed_in(cast.neighbour)
    for _ in range(2):
        picture = io.BytesIO()
        Image.new("RGB", (400, 300), "green").save(picture, "JPEG")
        picture.seek(0)
        picture.name = "me.jpg"
        assert client.post("/settings/", {"name": "Ana", "photo": picture}).status_code == 302
    assert cast.neighbour.portraits.count() == 1
    client.post(reverse("portrait_remove"))
    assert cast.neighbour.portraits.count() == 0


def test_what_is_no_photo_is_refused_at_the_field_and_nothing_is_saved(cast):
    wrong = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    wrong.name = "me.jpg"
    response = signed_in(cast.neighbour).post("/settings/", {"name": "Someone else", "photo": wrong})
    assert response.status_code == 422 and "photo" in response.context["form"].errors
    cast.neighbour.refresh_from_db()
    assert cast.neighbour.name == "Ana"


@pytest.mark.parametrize(
    "bad", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"language": ""}, {"time_zone": "\x00"}]
)
def test_a_language_and_a_zone_must_be_real(cast, bad):
    facts = {"language": "en", "time_zone": "Europe/Berlin"}
    client = signed_in(cast.neighbour)
    assert client.post("/settings/language/", facts | bad).status_code == 422
    assert client.post("/settings/language/", facts).status_code == 302
    cast.neighbour.refresh_from_db()
    assert (cast.neighbour.language, cast.neighbour.time_zone) == ("en", "Europe/Berlin")


def test_a_token_is_shown_once_and_can_be_revoked(cast):
    client = signed_in(cast.neighbour)
    secret = client.post("/settings/tokens/", {"label": "laptop"}).context["secret"]
    assert secret and secret not in client.get("/settings/tokens/").content.decode()
    api = signed_in(None)
    assert api.get("/api/v1/members/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    token = cast.neighbour.tokens.get()
    assert signed_in(cast.outsider).post(reverse("token_revoke", args=[token.pk])).status_code == 404
    client.post(reverse("token_revoke", args=[token.pk]))
    assert api.get("/api/v1/members/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_member_takes_all_their_data_along(cast, monkeypatch):
    monkeypatch.setitem(holdings._parts, "test", lambda member: {"of": member.name})
    response = signed_in(cast.neighbour).get("/settings/data/download/")
    document = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert document["member"]["email"] == cast.neighbour.email and document["test"] == {"of": "Ana"}
    assert [row["community_slug"] for row in document["member"]["memberships"]] == [cast.community.slug]
    assert "password" not in response.content.decode() and cast.steward.email not in response.content.decode()


def test_closing_an_account_leaves_no_name_behind(cast, django_capture_on_commit_callbacks, mailoutbox):
    actions.update_profile(cast.neighbour, about="I fix bicycles.", place="Wiehre", point=geo.Point(47.98, 7.85))
    address, client = cast.neighbour.email, signed_in(cast.neighbour)
    assert client.post("/settings/close/", {"password": "wrong"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/settings/close/", {"password": make.PASSWORD}).status_code == 302
    gone = Member.objects.get(pk=cast.neighbour.pk)
    assert (gone.name, gone.is_active, gone.about, gone.place, gone.lat, gone.public_lat) == (
        "Former neighbour", False, "", "", None, None,
    )
    assert gone.email != address and not gone.has_usable_password() and gone.closed
    assert gone.memberships.get().standing == Standing.LEFT
    assert [letter.to for letter in mailoutbox] == [[address]]
    assert client.get("/settings/").status_code == 302
    assert signed_in(cast.steward).get(gone.get_absolute_url()).status_code == 410


def test_closing_waits_while_somebody_counts_on_the_member(cast, monkeypatch):
    monkeypatch.setattr(closing, "_checks", [lambda member: "You still have a drill from Bo."])
    client = signed_in(cast.neighbour)
    page = client.get("/settings/close/").content.decode()
    own = page[page.index("a drill from Bo"):]
    assert f'href="{reverse("bookings")}">Bookings' in own and f'href="{reverse("wallet")}">Payments' in own
    response = client.post("/settings/close/", {"password": make.PASSWORD})
    assert response.status_code == 409 and "a drill from Bo" in response.content.decode()
    cast.neighbour.refresh_from_db()
    assert cast.neighbour.is_active


def test_the_last_steward_cannot_slip_away_by_closing(cast):
    response = signed_in(cast.steward).post("/settings/close/", {"password": make.PASSWORD})
    assert response.status_code == 409 and cast.steward.memberships.get().is_active


def test_new_rules_are_announced_until_accepted(cast):
    rules(cast.community)
    Membership.objects.update(rules_accepted=0)
    client, page = signed_in(cast.neighbour), cast.community.get_absolute_url()
    assert client.get(page).context["stale"]
    accept = reverse("community_rules_accept", args=[cast.community.slug])
    for version in ("0", "x", "9" * 30, ""):
        client.post(accept, {"version": version})
    assert cast.neighbour.memberships.get().rules_accepted == 0
    client.post(accept, {"version": "1"})
    assert not client.get(page).context["stale"]
    assert signed_in(cast.outsider).post(accept, {"version": "1"}).status_code == 404


@pytest.mark.parametrize("after", ["x", "W10", "WzEsMl0", "bnVsbA", "WyJhIiwiYiJd", "%F0"])
def test_a_cursor_of_ones_own_making_is_no_page(cast, after):
    assert signed_in(cast.neighbour).get(f"/communities/?after={after}").status_code in (200, 404)
    url = reverse("community_members", args=[cast.community.slug])
    assert signed_in(cast.neighbour).get(f"{url}?after={after}").status_code in (200, 404)


def test_the_directory_is_paged_by_name_and_searched(cast):
    for number in range(40):
        make.member(f"Neighbour {number:02}", of=cast.community)
    client, url = signed_in(cast.neighbour), reverse("community_members", args=[cast.community.slug])
    first = client.get(url)
    rest = client.get(first.context["more"], headers={"HX-Request": "true"})
    names = [row.member.name for page in (first, rest) for row in page.context["people"]]
    assert names == ["Ana", "Cleo", *(f"Neighbour {number:02}" for number in range(40))]
    assert b"<html" not in rest.content and not rest.context["more"]
    found = client.get(url, {"q": "NEIGHBOUR 07"}).context["people"]
    assert [row.member.name for row in found] == ["Neighbour 07"]
    assert [row.member.name for row in client.get(url, {"role": "steward"}).context["people"]] == ["Cleo"]


@pytest.mark.parametrize("page", ["directory", "communities"])
def test_a_list_takes_as_many_statements_for_many_rows_as_for_one(page, cast):
    community = make.community("Mill")
    viewer = make.member("Ana", of=community)
    url = reverse("community_members", args=[community.slug]) if page == "directory" else "/communities/"
    client, counts = signed_in(viewer), []
    client.get(url)
    for rows in (1, 3, 24):
        while community.memberships.count() < rows:
            make.member("M", of=community)
            make.community("Near", lat=0, lon=0)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 10, counts


def test_a_word_found_nowhere_is_looked_up_as_a_town(cast, monkeypatch):
    here = geo.Spot("València", Point(cast.community.lat + 0.01, cast.community.lon))
    larger = geo.Spot("Valencia", Point(10.16, -68.0))
    monkeypatch.setattr(geo, "namesakes", lambda text: iter([larger, here] if text == "valencia" else []))
    page = signed_in(None).get("/communities/?q=valencia").content.decode()
    assert cast.community.name in page and "Near you" not in page
    page = signed_in(None).get("/communities/?q=nowhere").content.decode()
    assert cast.community.name not in page and "No community has this in its name or place." in page
    assert "Three neighbours and a ladder" not in page


@pytest.mark.parametrize("words", ["valencia", "VALÈNCIA", "Vale\u0300ncia", "ruzafa", "Straße", "STRASSE 4", "œuvre"])
def test_a_community_is_found_whatever_the_accents(words, cast):
    for name, place in (("Vereda", "Ruzafa,  València"), ("Strasse 4", "Œuvres"), ("Straße 4", "oeuvre")):
        actions.found(by=cast.steward, name=name, lat=0, lon=0, place=place)
    expected = {"Vereda"} if words.lower().startswith(("v", "r")) else {"Strasse 4", "Straße 4"}

    page = signed_in(None).get("/communities/", {"q": words})
    told = signed_in(None).get("/api/v1/communities/", {"q": words}).json()["results"]

    assert {row.name for row in page.context["rows"]} == {row["name"] for row in told} == expected


def test_what_a_community_is_found_by_follows_its_name(cast):
    community = actions.found(by=cast.steward, name="Vereda", lat=0, lon=0, place="València")
    actions.edit(community, by=cast.steward, name="Árbol")
    actions.edit(community, by=cast.steward, about="Nothing to do with Oslo")

    found = [words for words in ("arbol", "vereda", "arbol valencia", "oslo", "%") if Community.objects.called(words)]

    assert found == ["arbol"]


def test_communities_that_were_there_before_get_their_letters(cast):
    Community.objects.update(sought="")
    moved = import_module("members.migrations.0007_letters_of_communities")
    moved.write_letters(apps, None)

    assert Community.objects.get(pk=cast.community.pk).sought == cast.community.sought != ""


def test_who_belongs_nowhere_is_greeted_among_the_communities(cast):
    assert "Welcome, Zoe." in signed_in(cast.outsider).get("/communities/").content.decode()
    for member in (cast.neighbour, None):
        assert "Welcome, " not in signed_in(member).get("/communities/").content.decode()


def test_joining_is_at_the_thumb_for_those_who_may(cast):
    """On the phone the panel with the button comes after all that the board shows."""
    address = cast.community.get_absolute_url()
    for viewer, offered in ((None, True), (cast.outsider, True), (cast.neighbour, False)):
        assert ("bottom-action" in signed_in(viewer).get(address).content.decode()) is offered
    Community.objects.update(joining=Joining.INVITATION)
    assert "bottom-action" not in signed_in(None).get(address).content.decode()


def test_all_pages_of_a_community_open_from_its_strip_without_script(cast):
    page = signed_in(cast.steward).get(reverse("community_rules", args=[cast.community.slug])).content.decode()
    assert 'id="community-pages" popover' in page and 'popovertarget="community-pages"' in page
    assert page.count(f'href="{reverse("community_settings", args=[cast.community.slug])}"') == 1


def test_a_refusal_to_join_has_one_sign_after_the_sentence(cast):
    actions.write_rules(cast.community, "Be kind.", by=cast.steward)
    url = reverse("community_join", args=[cast.community.slug])
    page = signed_in(cast.outsider).post(url, {"rules_version": 1}).content.decode()
    assert "keep to them:</a> Please say" in page and ".:" not in page
