"""The dullest valid rows, for tests that say only what matters to them.

The cast: `member()` makes a neighbour, `community()` a place with its pool, `listing()` a published
drill with its owner in the community. Places are near the middle of Freiburg unless said otherwise.

Days are counted where the community is: `tests.bookings.cast.today(3)`, or `timezone.localdate(timezone=...)`. The
date of UTC is yesterday's there for an hour or two every night, and an hour from now may be tomorrow.
"""

import itertools
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from listings.models import Listing
from listings.states import Kind, ListingState, Terms, Unit
from members.models import Community, Member, Membership
from members.states import Role, Standing
from sharing.values.place import Point

_n = itertools.count(1)
HERE = Point(47.9959, 7.8522)
PASSWORD = "commonshare"


def member(name: str = "Ana", *, of: Community | None = None, role: str = Role.MEMBER, **facts) -> Member:
    """A member with a usable password; `of` makes them an active member of that community."""
    number = next(_n)
    facts.setdefault("email", f"{name.lower().replace(' ', '-')}-{number}@test.example")
    person = Member(name=name, **facts)
    person.set_password(PASSWORD)
    person.save()
    if of is not None:
        join(person, of, role=role)
    return person


def join(person: Member, community: Community, *, role: str = Role.MEMBER, **facts) -> Membership:
    facts.setdefault("joined", timezone.now())
    return Membership.objects.create(
        member=person, community=community, role=role, standing=Standing.ACTIVE, rules_accepted=1, **facts
    )


def community(name: str = "Elm Street", **facts) -> Community:
    number = next(_n)
    facts.setdefault("slug", f"{name.lower().replace(' ', '-')}-{number}")
    facts.setdefault("lat", HERE.lat)
    facts.setdefault("lon", HERE.lon)
    return Community.objects.create(name=name, **facts)


def listing(owner: Member | None = None, *, of: Community | None = None, commons: bool = False, **facts) -> Listing:
    """A published tool at €3 a day, written straight to the table (not indexed for search)."""
    home = of or (owner.memberships.first().community if owner else None) or community()
    if owner is None and not commons:
        owner = member("Bo", of=home)
    point = Point(facts.pop("lat", HERE.lat), facts.pop("lon", HERE.lon))
    x, y, z = point.xyz
    facts = {
        "kind": Kind.TOOL, "title": "Hammer drill", "terms": Terms.RENT, "price_minor": 300,
        "price_unit": Unit.DAY, "currency": home.currency, "time_zone": home.time_zone,
        "state": ListingState.PUBLISHED, "published": timezone.now(), "tile": 0,
    } | facts
    return Listing.objects.create(
        owner=owner, community=home, lat=point.lat, lon=point.lon, public_lat=point.lat, public_lon=point.lon,
        x=x, y=y, z=z, **facts,
    )


def days(first: int, after_last: int) -> dict[str, datetime]:
    """Two instants of one fixed week that lies a month ahead: midnight UTC of day 0, 1, 2 …"""
    monday = (timezone.now() + timedelta(days=30)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"starts": monday + timedelta(days=first), "ends": monday + timedelta(days=after_last)}
