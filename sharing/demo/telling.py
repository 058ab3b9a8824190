"""Telling the demo: everything from the first sign-up to this minute, into an empty database."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from listings.models import Photo
from listings.search import index
from members.models import Member, Portrait

from . import (
    commons,
    commute,
    credit,
    deciding,
    details,
    dialect,
    doors,
    gatherings,
    keeping,
    letters,
    seats,
    settling,
    times,
    treasury,
    turns,
    voting,
    wishes,
    year,
)
from .album import Album, Shot
from .clock import StoryClock
from .communities import HOMES
from .lending import Lending
from .offers import OFFERS
from .settling import MAIL, Town
from .story import Story
from .tales import NOW

PASSWORD = "commonshare"  # noqa: S105
SIGN_INS = (
    ("ana", "a neighbour who borrows"),
    ("bo", "lends tools, a room and a ride"),
    ("cleo", "steward and treasurer of Elm Street"),
    ("zoe", "from another community, Bristol"),
)


def is_told() -> bool:
    """Whether the demo is there, to its end: the passwords are its last sentence."""
    ana = Member.objects.filter(email=f"ana@{MAIL}").first()
    return ana is not None and ana.has_usable_password()


def is_broken_off() -> bool:
    """Whether a run was interrupted: only members of the demo, and no passwords yet."""
    members = Member.objects.all()
    return members.exists() and not members.exclude(email__endswith=f"@{MAIL}").exists() and not is_told()


def tell(
    *, pixels: int = 1600, processes: int | None = None, share: float = 1.0, now: datetime | None = None
) -> Town:
    """Fill the empty database. `pixels`: width of the photos; `share`: how much of the year in the background."""
    album = Album(processes=processes)
    try:
        album.take(_shots(pixels))
        return _tell(album, share, now or timezone.now())
    finally:
        album.close()


def plan(story: Story, town: Town, album: Album, share: float) -> None:
    """Everything that will happen, each at its moment; nothing has happened yet."""
    settling.arrivals(story, town, album)
    settling.goods(story, town, album)
    voting.decisions(story, town)
    voting.treasury(story, town)
    for number, tale in enumerate(NOW):
        zone = next(home.time_zone for home in HOMES if any(o.key == tale.offer and o.home == home.slug for o in OFFERS))
        Lending(story, town, album, tale, number).plan(zone)
    year.background(story, town, album, share=share)
    letters.talks(story, town)
    gatherings.gatherings(story, town)
    wishes.wishes(story, town)
    doors.doors(story, town)
    turns.turns(story, town)
    times.times(story, town)
    keeping.kept(story, town)
    commute.commute(story, town)
    commons.commons(story, town)
    deciding.deciding(story, town)
    credit.credit(story, town)
    treasury.treasury(story, town)
    seats.seats(story, town)


def _tell(album: Album, share: float, now: datetime) -> Town:
    clock, town = StoryClock(now), Town()
    story = Story(clock)
    plan(story, town, album, share)
    with _unhurried(), clock.running():
        story.tell()
    with transaction.atomic():
        letters.settle_inboxes(town, story)
        details.details(town)
        dialect.dialect(town)
    for model in (Photo, Portrait):
        model.objects.update(created=now)  # else the photo workers would find them long overdue, all at once
    index.rebuild()
    Member.objects.filter(email__endswith=f"@{MAIL}").update(password=make_password(PASSWORD))
    return town


def _shots(pixels: int) -> list[Shot]:
    """In the order in which they will be wanted."""
    faces = [Shot(f"face:{person.key}", "portraits", min(480, pixels)) for home in HOMES for person in home.people]
    photos = [
        Shot(name, f"listings/{offer.key}", pixels if place == 0 else min(1200, pixels))
        for offer in sorted(OFFERS, key=lambda each: -(each.age or 4))
        for place, name in enumerate(offer.photos)
    ]
    handovers = [
        Shot(name, f"handovers/{number}-{phase}", min(1200, pixels))
        for number, tale in enumerate(NOW)
        for phase, names in (("pickup", tale.photos), ("return", tale.photos_back))
        for name in names
    ]
    return [*faces, *photos, *handovers]


class _unhurried:
    """While the demo is told, an embedded database need not reach the disk after every deed."""

    def __enter__(self) -> None:
        self._set("OFF")

    def __exit__(self, *_error: object) -> None:
        self._set("FULL")

    def _set(self, mode: str) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={mode}")


def forget_files() -> None:
    """Delete every stored photo."""
    for folder in ("listings", "portraits", "handovers", "documents"):
        _empty(folder)


def _empty(folder: str) -> None:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    for name in folders:
        _empty(f"{folder}/{name}")
    default_storage.delete(folder)
