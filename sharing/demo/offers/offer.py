"""One offer of the demo as data: what `listings.actions.create` is told, and its photos by name."""

from typing import Any, NamedTuple


class Offer(NamedTuple):
    """`owner` is a key of the cast; "" is the community itself. `age`: days ago it was published; None: a draft."""

    key: str
    owner: str
    kind: str
    title: str
    description: str
    category: str
    photos: tuple[str, ...]
    facts: dict[str, Any]
    age: int | None = 200
    home: str = "elm-street"
    state: str = "published"
    week: tuple[tuple[int, str, str], ...] = ()  # opening windows: weekday (Monday 0), from, until
    leaves: tuple[int, str, int] = (0, "", 0)  # rides: weekday, local time, so many weeks ahead


def tool(key: str, owner: str, title: str, description: str, category: str, *photos: str, price: int = 0, unit: str = "day", **facts) -> Offer:
    return _offer(key, owner, "tool", title, description, category, photos, price, unit, facts)


def room(key: str, owner: str, title: str, description: str, category: str, *photos: str, price: int = 0, unit: str = "night", **facts) -> Offer:
    return _offer(key, owner, "room", title, description, category, photos, price, unit, facts)


def ride(key: str, owner: str, title: str, description: str, category: str, *photos: str, stops: list[tuple], leaves: tuple, **facts) -> Offer:
    """`stops`: (place, lat, lon, minutes, price from the start)."""
    names = ("place", "lat", "lon", "minutes", "price_minor")
    facts["stops"] = [dict(zip(names, stop, strict=True)) for stop in stops]
    facts.setdefault("terms", "cost_share" if stops[-1][4] else "gift")
    return _offer(key, owner, "ride", title, description, category, photos, stops[-1][4], "seat", facts)._replace(leaves=leaves)


def _offer(key, owner, kind, title, description, category, photos, price, unit, facts) -> Offer:
    own = {name: facts.pop(name) for name in ("age", "home", "state", "week") if name in facts}
    facts.setdefault("terms", "rent" if price else "gift")
    facts |= {"price_minor": price, "price_unit": unit}
    return Offer(key, owner, kind, title, description, category, photos, facts, **own)


EVENINGS = tuple((day, "17:00", "20:00") for day in range(5)) + ((5, "10:00", "18:00"), (6, "10:00", "19:00"))
"""When somebody with work is at home."""
