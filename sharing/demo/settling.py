"""People come, found their communities, and put up what they offer: the first part of the story."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from math import atan2, hypot
from zoneinfo import ZoneInfo

from bookings import actions as booking_actions
from cooperative import actions as cooperative_actions
from listings import actions as listing_actions
from listings.actions.rides import weekly
from listings.models import Listing, Photo
from listings.states import MAX_DEPARTURES, Kind
from members import actions as member_actions
from members.models import Community, Member, Portrait
from members.states import Joining, Role
from sharing.values.place import Point, offset

from .album import Album
from .cast import Person
from .communities import ELM_STREET, HARBOUR_CIRCLE, HOMES, VEREDA_COOP, Home
from .offers import OFFERS, Offer
from .pictures import scenes
from .story import Story

MAIL = "demo.example"
STEWARDS_LATER = {"elm-street": ("jonas", 200), "harbour-sharing-circle": ("idris", 120), "vereda-co-op": ("lucia", 90)}
TREASURERS_LATER = {"elm-street": ("mia", 260)}
FIRST_FEES: dict[str, dict] = {
    "elm-street": {"enabled": True, "commoner_bp": 300, "commercial_bp": 600, "cap_minor": 1000},
    "harbour-sharing-circle": {"enabled": True, "commoner_bp": 400, "commercial_bp": 800},
    "vereda-co-op": {"enabled": True, "commoner_bp": 500, "commercial_bp": 500, "exempt_kinds": ["ride"]},
}
COMMERCIAL = {"winston", "emeka"}


class Town:
    """Everyone and everything by key, as rows, once they are there."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.homes: dict[str, Community] = {}
        self.listings: dict[str, Listing] = {}

    def steward_of(self, slug: str) -> Member:
        return self.members[next(home for home in HOMES if home.slug == slug).people[0].key]


def arrivals(story: Story, town: Town, album: Album) -> None:
    """Everybody signs up, the founders found, the others join; then fees and roles."""
    clock = story.clock
    for home in HOMES:
        founder = home.people[0]
        story.at(clock.at(-home.founded, "10:00", home.time_zone), partial(_found, town, album, home, founder))
        for person in home.people[1:]:
            moment = clock.at(-min(person.since, home.founded - 1), "18:30", home.time_zone)
            story.at(moment + timedelta(minutes=len(person.name)), partial(_arrive, town, album, home, person))
    for slug, facts in FIRST_FEES.items():
        home = next(each for each in HOMES if each.slug == slug)
        story.at(clock.at(-home.founded, "11:00", home.time_zone), partial(_first_fee, town, slug, facts))
    _roles(story, town)
    story.at(clock.at(-152, "12:00", "Europe/Madrid"), partial(_join_by_invitation, town, VEREDA_COOP, "ana"))


def goods(story: Story, town: Town, album: Album) -> None:
    """Every offer is written, photographed and published on its day."""
    for offer in OFFERS:
        home = next(each for each in HOMES if each.slug == offer.home)
        age = offer.age if offer.age is not None else 4
        age = min(age, home.founded - 1, _since(home, offer) - 1)
        story.at(story.clock.at(-age, "19:20", home.time_zone), partial(_offer, story, town, album, home, offer))
        if offer.kind == Kind.RIDE:
            story.at(story.clock.at(-min(8, age), "19:45", home.time_zone), partial(_departures, story, town, offer))
        if offer.state == "paused":
            story.at(story.clock.at(-9, "20:00", home.time_zone), partial(_pause, town, offer))


def _since(home: Home, offer: Offer) -> int:
    return next((person.since for person in home.people if person.key == offer.owner), home.founded)


def _sign_up(town: Town, album: Album, home: Home, person: Person) -> Member:
    point = offset(Point(home.lat, home.lon), hypot(person.east, person.north), atan2(person.east, person.north))
    member = member_actions.register(f"{person.key}@{MAIL}", person.name, None, time_zone=home.time_zone)
    member_actions.update_profile(
        member, point=point, about=person.about, spoken=person.spoken, place=person.place, language="en"
    )
    Portrait.objects.bulk_create([Portrait(member=member, alt=person.name, **album.fields(f"face:{person.key}", "portraits"))])
    town.members[person.key] = member
    return member


def _found(town: Town, album: Album, home: Home, person: Person) -> None:
    founder = _sign_up(town, album, home, person)
    community = town.homes[home.slug] = member_actions.found(
        by=founder, name=home.name, lat=home.lat, lon=home.lon, rules=home.rules, about=home.about, place=home.place,
        country=home.country, currency=home.currency, time_zone=home.time_zone, language=home.language,
        joining=home.joining, questions=list(home.questions),
    )
    community.slug = home.slug  # shorter than the name would give
    community.save(update_fields=["slug"])


def _arrive(town: Town, album: Album, home: Home, person: Person) -> None:
    _sign_up(town, album, home, person)
    joins: dict[str, Callable] = {
        Joining.OPEN: _join, Joining.APPLICATION: _apply, Joining.INVITATION: _join_by_invitation,
    }
    joins[home.joining](town, home, person.key)


def _join(town: Town, home: Home, key: str) -> None:
    member_actions.join(town.homes[home.slug], by=town.members[key], rules_version=1)


def _apply(town: Town, home: Home, key: str) -> None:
    """The stewards say yes at once, but to the latest, who still waits."""
    person = next(each for each in home.people if each.key == key)
    answers = [person.about or "A trailer, and two strong arms.", "I met Martha at the slipway."]
    row = member_actions.join(town.homes[home.slug], by=town.members[key], answers=answers, rules_version=1)
    if person.since > 7:
        member_actions.admit_application(row.pk, by=town.steward_of(home.slug), word="Welcome! The kettle is on.")


def _join_by_invitation(town: Town, home: Home, key: str) -> None:
    member, community = town.members[key], town.homes[home.slug]
    member_actions.invite(community, by=town.steward_of(home.slug), email=member.email)
    member_actions.join(community, by=member, rules_version=1)


def _first_fee(town: Town, slug: str, facts: dict) -> None:
    cooperative_actions.set_first_policy(town.homes[slug], by=town.steward_of(slug), **facts)


def _roles(story: Story, town: Town) -> None:
    def give(slug: str, key: str, role: str) -> None:
        row = town.members[key].memberships.get(community=town.homes[slug])
        member_actions.set_role(row.pk, role, by=town.steward_of(slug))

    def trade(slug: str, key: str) -> None:
        row = town.members[key].memberships.get(community=town.homes[slug])
        member_actions.set_role(row.pk, row.role, by=town.steward_of(slug), member_class="commercial")

    for later, role in ((STEWARDS_LATER, Role.STEWARD), (TREASURERS_LATER, Role.TREASURER)):
        for slug, (key, days) in later.items():
            story.at(story.clock.at(-days, "12:00", _zone(slug)), partial(give, slug, key, role))
    for home in (ELM_STREET, HARBOUR_CIRCLE):
        for person in home.people:
            if person.key in COMMERCIAL:
                day = story.clock.at(-person.since + 1, "12:00", home.time_zone)  # the day after they came, as days go there
                story.at(day, partial(trade, home.slug, person.key))


def _zone(slug: str) -> str:
    return next(home.time_zone for home in HOMES if home.slug == slug)


# --- what they offer --------------------------------------------------------------------------------


def _offer(story: Story, town: Town, album: Album, home: Home, offer: Offer) -> None:
    by = town.members[offer.owner] if offer.owner else town.steward_of(home.slug)
    facts = {"community": town.homes[home.slug], "language": "en", "category": offer.category, **offer.facts}
    facts |= {"kind": offer.kind, "title": offer.title, "description": offer.description, "commons": not offer.owner}
    listing = listing_actions.create(by=by, facts=facts)
    if offer.week:
        windows = [(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in offer.week]
        booking_actions.set_weekly(listing.pk, windows, by=by)
    photos = [
        Photo(listing=listing, position=position, alt=scenes.alt(name), **album.fields(name, f"listings/{offer.key}"))
        for position, name in enumerate(offer.photos)
    ]
    Photo.objects.bulk_create(photos)
    if offer.kind == Kind.RIDE:
        _set_departures(story, listing, offer, by, until=story.clock.day(13, home.time_zone))
    if offer.age is not None:
        listing = listing_actions.publish(listing.pk, by=by)
    town.listings[offer.key] = Listing.objects.select_related("owner", "community").get(pk=listing.pk)


def _set_departures(story: Story, listing: Listing, offer: Offer, by: Member, until: date) -> None:
    weekday, clock, _weeks = offer.leaves
    first = story.clock.now.astimezone(ZoneInfo(listing.time_zone)).date() + timedelta(days=1)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    until = min(until, first + timedelta(days=390))
    weeks = max(1, (until - first).days // 7 + 1)
    moments = list(weekly(first, time.fromisoformat(clock), listing.time_zone, weeks))[-MAX_DEPARTURES:]
    listing_actions.set_departures(listing.pk, moments, by=by)


def _departures(story: Story, town: Town, offer: Offer) -> None:
    listing = town.listings[offer.key]
    by = town.members[offer.owner]
    until = story.clock.day(7 * offer.leaves[2], listing.time_zone)
    _set_departures(story, listing, offer, by, until)


def _pause(town: Town, offer: Offer) -> None:
    listing_actions.pause(town.listings[offer.key].pk, by=town.members[offer.owner])
