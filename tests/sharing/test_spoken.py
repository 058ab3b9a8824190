"""What a page says goes through gettext: with every translation marked, nothing that is said stands unmarked.

The data of these pages is written in Greek, so whatever Latin word is left between the marks is one that
nobody can translate.
"""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import translation

from bookings import actions as bookings
from listings.templatetags import cards
from members.models import Membership
from members.states import Role
from messaging import actions as messaging
from sharing.web.templatetags import kept
from tests import factories
from tests.bookings import cast as make

pytestmark = pytest.mark.django_db
BEGIN, END = "⟦", "⟧"
SPOKEN = {"title", "alt", "aria-label", "placeholder"}
VOID = {"br", "img", "input", "meta", "link", "hr", "source", "path", "circle", "rect", "line", "polyline", "ellipse"}
# Names, figures and dates, which are not gettext's: names of months, days and currencies are Babel's.
UNSAID = re.compile(
    r"\S+@\S+|Commonshare|English|Deutsch|Español|Français|Italiano|CSV|JSON|EUR|Euro\b|UTC|Europe/Berlin|iCal|https://\S*|"
    r"iPhone|iPad|Mac|Google Calendar|Outlook|Berlin|testserver\S*|"
    r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b|(?:in )?\b\d+ (?:second|minute|hour|day)s?(?: ago)?\b|"
    r"(?:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun|Wed|Thu|Sat)(?:day)?\b|"
    r"(?:Jan|Febr|January|February|March|April|May|June|July|August|September|October|November|December)(?:uary)?\b|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Oct|Nov|Dec)\b"
)


class Unmarked(HTMLParser):
    """Gathers the words of a page that stand outside of all marks."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.within: list[str] = []
        self.depth, self.found = 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [
            f"{tag} {name}={value}" for name, value in attrs
            if name in SPOKEN and value and BEGIN not in value and _latin(value)
        ]  # fmt: skip
        if tag not in VOID:
            self.within.append(tag)

    def handle_endtag(self, tag):
        while tag in self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        free = []
        for sign in data:
            self.depth += (sign == BEGIN) - (sign == END)
            free.append(sign if self.depth == 0 and sign != END else " ")
        text = "".join(free)
        if _latin(text) and not {"script", "style", "option"} & set(self.within):
            self.found.append(text.strip())


def _latin(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2,}", UNSAID.sub(" ", text)))


@pytest.fixture
def marked(monkeypatch):
    """Every translation between marks."""
    translation.gettext("")  # the catalogue is chosen at the first call
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        say = getattr(translation._trans, name)
        monkeypatch.setattr(translation._trans, name, lambda *words, say=say: f"{BEGIN}{say(*words)}{END}")
    _forget()
    yield
    _forget()


def _forget() -> None:
    cards._kept.clear()
    kept._kept.clear()


@pytest.fixture
def street():
    """A steward, a neighbour, a thing of each kind, a request and a conversation about it."""
    community = factories.community("Λόφος", slug="hill")
    steward, neighbour = (factories.member(name, of=community) for name in ("Άννα", "Νίκος"))
    Membership.objects.filter(member=steward).update(role=Role.STEWARD, treasurer=True)
    drill = make.drill(steward, title="Τρυπάνι", place="Κέντρο", instant=False)
    room = make.room(steward, title="Δωμάτιο", place="Κέντρο")
    ride = make.ride(steward, title="Ταξίδι", place="Κέντρο")
    ride.stops.all().update(place="Στάση")
    booking = bookings.request(drill.pk, by=neighbour, note="Γεια", **factories.days(2, 4))
    talk = messaging.direct(steward, neighbour)
    messaging.post(talk.pk, by=neighbour, body="Γεια", client_id="1")
    return {
        "steward": steward, "neighbour": neighbour, "drill": drill, "room": room, "ride": ride,
        "booking": booking, "talk": talk,
    }  # fmt: skip


def _unsaid(client, addresses) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert BEGIN in page, address
        if words := Unmarked(page).found:
            found[address] = words
    return found


def test_what_strangers_meet_is_translatable(client, marked, street):
    names = ("home", "search", "communities", "account_login", "account_signup", "account_reset_password", "wants")
    addresses = [
        *map(reverse, names), "/search/?q=zzzz&near=", "/c/hill/",
        *(reverse("listing", args=[street[one].pk]) for one in ("drill", "room", "ride")),
    ]  # fmt: skip
    assert _unsaid(client, addresses) == {}


def test_what_members_meet_is_translatable(client, marked, street):
    client.force_login(street["steward"])
    names = (
        "home", "bookings", "messages", "notifications", "my_listings", "listing_new", "settings", "approvals",
        "saved_searches", "want_new",
    )  # fmt: skip
    inside = (
        "members", "rules", "rules/write", "books", "decisions", "decisions/new", "care", "desk", "fee", "settings",
    )  # fmt: skip
    addresses = [
        *map(reverse, names),
        *(f"/c/hill/{page}/" for page in inside),
        "/c/hill/decisions/new/?kind=spend",
        reverse("conversation", args=[street["talk"].pk]),
        reverse("booking", args=[street["booking"].pk]),
        *(reverse("listing_edit", args=[street[one].pk]) for one in ("drill", "room", "ride")),
        reverse("listing", args=[street["drill"].pk]),
        reverse("profile", args=[street["neighbour"].pk]),
    ]
    assert _unsaid(client, addresses) == {}


def test_a_page_is_german_for_those_who_read_german(client, street):
    page = client.get("/search/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    text = page.content.decode()

    assert page["Content-Language"] == "de" and '<html lang="de"' in text
    assert "Werkzeug" in text and "Eingrenzen" in text and "Tools" not in text
    street["neighbour"].language = "de"
    street["neighbour"].save()
    client.force_login(street["neighbour"])
    address = reverse("booking", args=[street["booking"].pk])
    text = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Anfrage zurückziehen" in text and "Take back" not in text


def test_the_api_answers_in_the_language_it_is_asked_in(client):
    answer = client.get("/api/v1/bookings/", headers={"accept-language": "de"})

    assert answer.status_code == 401 and answer.json()["title"] == "Melde dich erst an"
    assert client.get("/api/v1/bookings/", headers={"accept-language": "pt"}).json()["title"] == "Sign in first"


def test_a_language_that_is_not_offered_is_not_spoken(client, street, settings):
    settings.LANGUAGES = [("en", "English")]
    street["neighbour"].language = "de"  # offered once, and withdrawn
    street["neighbour"].save()
    client.force_login(street["neighbour"])

    assert '<html lang="en"' in client.get("/").content.decode()
