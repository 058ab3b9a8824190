"""What the API and a card tell of a listing, read and written once: a page of hits is put together from ready text.

Its JSON and its card are kept beside the row that they were made of, as the engine gave it. So nothing has to be told
when an owner edits, a photo goes first or a community changes its address: another row is another text, and what is
kept can never be out of date. How far away it is, when it is free and how one would ride are put in for each answer.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.urls import reverse
from django.utils.translation import get_language
from rest_framework.utils.encoders import JSONEncoder

from members.models import Member
from sharing.db import prepared
from sharing.db.rows import reader
from sharing.web.memory import Memory

from .. import categories
from ..models import Listing, Photo
from .statements import marks

_ON_A_CARD = (
    "pk", "kind", "category_id", "title", "terms", "price_minor", "price_unit", "currency", "place",
)  # fmt: skip
_SQL = """select l.id, l.kind, l.public_lat, l.public_lon, l.category_id, l.state, l.title, l.terms, l.price_minor,
 l.price_unit, l.currency, l.deposit_minor, l.capacity, l.instant, l.visibility, l.place, l.time_zone, l.published,
 c.slug, c.listed, o.id, o.name, o.closed is not null, p.key, p.width, p.height, p.widths, p.alt, p.formats, p.colour
 from listings_listing l
 left join members_member o on o.id = l.owner_id
 join members_community c on c.id = l.community_id
 left join listings_photo p on p.id = (
  select f.id from listings_photo f where f.listing_id = l.id and f.removed is null order by f.position, f.id limit 1
 )
 where l.id in"""
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Brief(NamedTuple):
    """A listing with owner, community and face, in the engine's own values; stands for a Listing in a hit."""

    pk: int
    kind: str
    public_lat: float
    public_lon: float
    category_id: int | None
    state: str
    title: str
    terms: str
    price_minor: int
    price_unit: str
    currency: str
    deposit_minor: int
    capacity: int
    instant: Any
    visibility: str
    place: str
    time_zone: str
    published: Any
    community: str | None  # its slug
    listed: Any  # whether it shows itself to everyone
    owner_id: int | None
    owner: Any
    owner_closed: Any
    photo: str | None
    width: Any
    height: Any
    widths: Any
    alt: Any
    formats: Any
    colour: Any

    @classmethod
    def of(cls, listing: Listing) -> "Brief":
        """The same from a listing that is at hand."""
        owner, face = listing.owner, listing.face
        return cls._make((
            listing.pk, *(getattr(listing, name) for name in cls._fields[1:18]), listing.community.slug,
            listing.community.listed,
            *((owner.pk, owner.name, owner.closed is not None) if owner else (None, None, False)),
            *(
                (face.key, face.width, face.height, json.dumps(face.widths), face.alt, json.dumps(face.formats),
                 face.colour)
                if face else (None,) * 7
            ),
        ))  # fmt: skip

    @property
    def face(self) -> Photo | None:
        """The photo that stands for it."""
        if self.photo is None:
            return None
        return Photo(
            key=self.photo, width=self.width, height=self.height, widths=_read(self.widths), alt=self.alt,
            formats=_read(self.formats), colour=self.colour,
        )  # fmt: skip

    @property
    def listing(self) -> Listing:
        """As much of the model as a card says, for templates and words; it knows nothing else and saves nothing."""
        made = Listing(**{name: getattr(self, name) for name in _ON_A_CARD}, instant=bool(self.instant))
        made.faces = [face] if (face := self.face) else []
        return made


def read(ids: Sequence[int]) -> dict[int, Brief]:
    """By id, in one statement."""
    if not ids:
        return {}
    return {row[0]: Brief._make(row) for row in prepared.rows(_of(len(ids)), list(ids))}


@lru_cache(maxsize=128)
def _of(many: int) -> str:
    return f"{_SQL} ({marks(range(many))})"


class _Written(NamedTuple):
    """The row as it was, and what was made of it: before and after the distance. Comparing costs less than hashing."""

    brief: Brief
    before: str
    after: str


_Key = tuple[int, str, str | None]  # which listing, for which host, in which language
_kept: Memory[_Key, _Written] = Memory(8192)  # about a kilobyte each


class Writer:
    """Writes hits for one request: for its host, in its language, and for who belongs to `communities` (slugs)."""

    def __init__(self, base: str, communities: Collection[str] = ()) -> None:
        self.base, self.language, self.communities = base, get_language(), communities

    def hit(self, brief: Brief, distance_m: float | None, times: Sequence = (), ride: dict | None = None) -> str:
        if not brief.listed and brief.community not in self.communities:
            brief = brief._replace(community=None, category_id=categories.of_the_tree(brief.category_id))
        key = brief[0], self.base, self.language
        kept = _kept.get(key)
        if kept is None or kept[0] != brief:
            kept = _kept.keep(key, _Written(brief, *_written(brief, self.base)))
        _row, before, after = kept
        distance = "null" if distance_m is None else round(distance_m)
        if not times and ride is None:
            return f'{before}{distance}{after}"free_times":[],"ride":null}}'
        free = _encode([{"from": first, "to": last} for first, last in times])
        return f'{before}{distance}{after}"free_times":{free},"ride":{_encode(ride)}}}'


def page(hits: Sequence[str], following: str | None, did_you_mean: str | None) -> bytes:
    last, meant = ("null" if text is None else _encode(text) for text in (following, did_you_mean))
    return f'{{"results":[{",".join(hits)}],"next":{last},"did_you_mean":{meant}}}'.encode()


def _written(brief: Brief, base: str) -> tuple[str, str]:
    """What stands before and after the distance."""
    owner = None
    if brief.owner_id is not None:
        member = Member(pk=brief.owner_id, name=brief.owner, closed=brief.owner_closed or None)
        owner = {"id": brief.owner_id, "name": str(member)}
    before = {
        "id": brief.pk,
        "kind": brief.kind,
        "state": brief.state,
        "url": base + reverse("listing", args=[brief.pk]),
        "title": brief.title,
        "category": categories.slug_of(brief.category_id) or None,  # a row's slug stays
        "terms": brief.terms,
        "price_minor": brief.price_minor,
        "price_unit": brief.price_unit,
        "currency": brief.currency,
        "deposit_minor": brief.deposit_minor,
        "capacity": brief.capacity,
        "instant": bool(brief.instant),
        "visibility": brief.visibility,
        "community": brief.community,
        "owner": owner,
        "place": brief.place,
        "lat": brief.public_lat,
        "lon": brief.public_lon,
        "time_zone": brief.time_zone,
    }
    after = {"photo": _photo(brief, base), "published": _moment(brief.published)}
    return _text(before)[:-1] + ',"distance_m":', "," + _text(after)[1:-1] + ","


def _photo(brief: Brief, base: str) -> dict | None:
    photo = brief.face
    if photo is None:
        return None
    return {
        "src": urljoin(f"{base}/", photo.src),
        "srcset": photo.webp_srcset,
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
    }


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    """An instant as the model would have it, whichever engine it came from."""
    if isinstance(value, datetime) and value.tzinfo:
        return value
    read = reader(Listing._meta.get_field("published"))
    return read(value) if read else value


def _text(facts: dict) -> str:
    """As the API's renderer writes it; two separators that end a line in JavaScript go out as escapes."""
    return _encode(facts).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
