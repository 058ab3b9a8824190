"""The tree of categories: 12 roots and their leaves, as data, with names in every language.

The table holds what others point at; the names live here, so that drawing one costs no query.
`seed` runs after every migrate and only ever adds or reorders.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .states import Kind


class Root(NamedTuple):
    slug: str
    kind: Kind
    icon: str
    name: str | Promise
    leaves: tuple[tuple[str, str | Promise], ...]


TREE: tuple[Root, ...] = (
    Root(
        "workshop",
        Kind.TOOL,
        "drill",
        _("Workshop and repairs"),
        (
            ("drills", _("Drills and screwdrivers")),
            ("saws", _("Saws")),
            ("sanders", _("Sanders and planes")),
            ("hand-tools", _("Hand tools")),
            ("measuring", _("Measuring and detecting")),
            ("ladders", _("Ladders and scaffolds")),
            ("painting", _("Painting and wallpaper")),
            ("tiling", _("Tiles and floors")),
            ("plumbing", _("Plumbing")),
            ("electrics", _("Electrics and soldering")),
            ("welding", _("Welding and metal")),
            ("clamps", _("Clamps and benches")),
        ),
    ),
    Root(
        "garden",
        Kind.TOOL,
        "sprout",
        _("Garden"),
        (
            ("mowers", _("Lawn mowers")),
            ("hedge-trimmers", _("Hedge trimmers")),
            ("chainsaws", _("Chainsaws and splitters")),
            ("shredders", _("Shredders")),
            ("digging", _("Digging and planting")),
            ("watering", _("Watering")),
            ("wheelbarrows", _("Wheelbarrows")),
            ("pruning", _("Pruning and harvesting")),
            ("presses", _("Fruit presses")),
            ("snow", _("Snow clearing")),
        ),
    ),
    Root(
        "home",
        Kind.TOOL,
        "washing-machine",
        _("Kitchen and household"),
        (
            ("cooking", _("Cooking for many")),
            ("baking", _("Baking")),
            ("preserving", _("Preserving and drying")),
            ("raclette", _("Raclette, fondue and waffles")),
            ("cleaning", _("Carpet and steam cleaners")),
            ("pressure-washers", _("Pressure washers")),
            ("sewing", _("Sewing and crafts")),
            ("moving", _("Moving house")),
            ("heating", _("Heaters, fans and driers")),
            ("care", _("Wheelchairs and care")),
        ),
    ),
    Root(
        "outdoors",
        Kind.TOOL,
        "tent",
        _("Camping and outdoors"),
        (
            ("tents", _("Tents")),
            ("sleeping-bags", _("Sleeping bags and mats")),
            ("backpacks", _("Backpacks")),
            ("stoves", _("Stoves and cool boxes")),
            ("climbing", _("Climbing")),
            ("snow-sports", _("Skis, sledges and snowshoes")),
            ("boats", _("Boats and boards")),
            ("fishing", _("Fishing")),
            ("binoculars", _("Binoculars and telescopes")),
            ("maps-navigation", _("Maps and navigation")),
        ),
    ),
    Root(
        "sport",
        Kind.TOOL,
        "dumbbell",
        _("Sport and play"),
        (
            ("fitness", _("Fitness")),
            ("balls", _("Balls and goals")),
            ("rackets", _("Rackets and nets")),
            ("skates", _("Skates and scooters")),
            ("board-games", _("Board games")),
            ("outdoor-games", _("Garden games")),
            ("instruments", _("Musical instruments")),
            ("riding", _("Riding")),
            ("winter-games", _("Ice skating and curling")),
        ),
    ),
    Root(
        "celebrating",
        Kind.TOOL,
        "party-popper",
        _("Celebrations and events"),
        (
            ("tables", _("Tables and benches")),
            ("pavilions", _("Pavilions and sunshades")),
            ("dishes", _("Dishes and glasses")),
            ("barbecues", _("Barbecues and fire bowls")),
            ("lights", _("Lights and decoration")),
            ("sound", _("Sound systems")),
            ("costumes", _("Costumes and clothes")),
            ("stalls", _("Stalls and stages")),
            ("games-for-all", _("Games for a crowd")),
        ),
    ),
    Root(
        "media",
        Kind.TOOL,
        "camera",
        _("Cameras and electronics"),
        (
            ("cameras", _("Cameras")),
            ("lenses", _("Lenses and tripods")),
            ("projectors", _("Projectors and screens")),
            ("computers", _("Computers and tablets")),
            ("printers", _("Printers and scanners")),
            ("games-consoles", _("Games consoles")),
            ("power", _("Power stations and solar")),
            ("digitising", _("Digitising old media")),
            ("books", _("Books and films")),
            ("microscopes", _("Microscopes and measuring")),
        ),
    ),
    Root(
        "children",
        Kind.TOOL,
        "baby",
        _("Babies and children"),
        (
            ("prams", _("Prams and carriers")),
            ("car-seats", _("Car seats")),
            ("cots", _("Cots and high chairs")),
            ("toys", _("Toys")),
            ("bouncy-castles", _("Bouncy castles")),
            ("children-clothes", _("Children's clothes")),
            ("children-bikes", _("Children's bikes")),
            ("children-books", _("Children's books")),
            ("school", _("School and learning")),
        ),
    ),
    Root(
        "wheels",
        Kind.TOOL,
        "bike",
        _("Bikes, trailers and vehicles"),
        (
            ("bikes", _("Bicycles")),
            ("cargo-bikes", _("Cargo bikes")),
            ("e-bikes", _("Electric bikes")),
            ("bike-trailers", _("Bicycle trailers")),
            ("bike-tools", _("Bicycle tools and bags")),
            ("trailers", _("Car trailers")),
            ("roof-boxes", _("Roof boxes and racks")),
            ("cars", _("Cars")),
            ("vans", _("Vans and campers")),
            ("hand-carts", _("Hand carts")),
        ),
    ),
    Root(
        "stays",
        Kind.ROOM,
        "bed-double",
        _("A place to sleep"),
        (
            ("guest-rooms", _("Guest rooms")),
            ("sofas", _("Sofas")),
            ("dormitories", _("Beds in a dormitory")),
            ("flats", _("Whole flats")),
            ("houses", _("Whole houses")),
            ("huts", _("Huts and cabins")),
            ("caravans", _("Caravans and tiny houses")),
            ("pitches", _("Pitches for a tent")),
            ("house-swaps", _("Places while one is away")),
        ),
    ),
    Root(
        "spaces",
        Kind.ROOM,
        "warehouse",
        _("A place to work or meet"),
        (
            ("meeting-rooms", _("Meeting rooms")),
            ("desks", _("Desks")),
            ("workshops", _("Workshops")),
            ("studios", _("Studios")),
            ("rehearsal-rooms", _("Rehearsal rooms")),
            ("halls", _("Halls")),
            ("kitchens", _("Kitchens")),
            ("gardens", _("Gardens")),
            ("storage", _("Storage and cellars")),
            ("parking", _("Parking")),
            ("darkrooms", _("Darkrooms and labs")),
            ("practice-rooms", _("Practice and treatment rooms")),
        ),
    ),
    Root(
        "rides",
        Kind.RIDE,
        "car-front",
        _("Rides"),
        (
            ("commutes", _("To work and school")),
            ("town-rides", _("Around town")),
            ("long-rides", _("Between towns")),
            ("airport-rides", _("To the airport or station")),
            ("event-rides", _("To an event")),
            ("shopping-rides", _("Shopping trips")),
            ("moving-rides", _("Room for a load")),
            ("doctor-rides", _("To the doctor")),
            ("mountain-rides", _("To the mountains or the lake")),
            ("holiday-rides", _("Into the holidays")),
        ),
    ),
)

NAMES: dict[str, str | Promise] = {root.slug: root.name for root in TREE} | {
    slug: name for root in TREE for slug, name in root.leaves
}
ROOT_OF: dict[str, Root] = {slug: root for root in TREE for slug, _name in ((root.slug, root.name), *root.leaves)}

_slugs: dict[int, str] = {}
_own: dict[str, "Own"] = {}
_OWN = re.compile(r"[\w-]+-\d+-\d+")  # as `actions.shelves` makes them: no slug of the tree ends so


class Own(NamedTuple):
    """A category that a community added for itself: named once and for good, so that memory may keep it."""

    slug: str
    kind: str
    name: str
    parent: str
    community: int


def name(slug: str) -> str:
    """The category's name in the active language, or as its community gave it; else the slug reads as itself."""
    known = NAMES.get(slug)
    if known is None and (added := own(slug)):
        known = added.name
    return str(known) if known is not None else slug.replace("-", " ").capitalize()


def slug_of(category_id: int | None) -> str:
    """The slug of a row, from memory; "" for none."""
    if category_id is None:
        return ""
    if category_id not in _slugs:
        _read(pk=category_id)
    return _slugs.get(category_id, "")


def name_of(category_id: int | None) -> str:
    """The name of a listing's category without joining it: `name_of(listing.category_id)`."""
    slug = slug_of(category_id)
    return name(slug) if slug else ""


def own(slug: str) -> Own | None:
    """The category of a community's own, from memory; None for the tree's and for none."""
    if slug in ROOT_OF or not _OWN.fullmatch(slug):
        return None
    if slug not in _own:
        _read(slug=slug[:60])
    return _own.get(slug)


def lineage(slug: str) -> list[str]:
    """A category and what it lies below, up to its root; [] for none."""
    if not slug:
        return []
    if root := ROOT_OF.get(slug):
        return list(dict.fromkeys([slug, root.slug]))
    added = own(slug)
    return [slug, *lineage(added.parent)] if added else [slug]


SPACES = "spaces"
"""The root of what one works or meets in, rather than sleeps in."""


def of_the_tree(category_id: int | None) -> int | None:
    """The row of the tree that a category is or lies below: what is told where its community is not."""
    slug = slug_of(category_id)
    while added := own(slug):
        slug = added.parent
        category_id = next((pk for pk, known in _slugs.items() if known == slug), None)
    return category_id


def root_of(slug: str) -> Root | None:
    """The root that a category lies below, of the tree's or of a community's own."""
    return ROOT_OF.get(lineage(slug)[-1]) if slug else None


def choices(kind: str, added: Sequence[Own] = ()) -> list:
    """For a select: a group per root, its leaves, those a community added, last the root for the rest."""
    return [
        (str(root.name), [
            *((slug, str(name)) for slug, name in root.leaves),
            *((one.slug, one.name) for one in added if lineage(one.parent)[-1] == root.slug),
            (root.slug, _other(root)),
        ])
        for root in TREE
        if root.kind == kind
    ]  # fmt: skip


def own_of(community: int) -> list[Own]:
    """What a community added and still offers, by name; one statement."""
    from .models import Category

    rows = Category.objects.filter(community=community, retired=False).order_by("name", "pk")
    return [Own(*row) for row in rows.values_list("slug", "kind", "name", "parent__slug", "community_id")]


def forget() -> None:
    """Read all of it anew when next asked."""
    _slugs.clear()
    _own.clear()


def _read(**which: object) -> None:
    """The whole tree when nothing is known yet, and the row asked for."""
    from .models import Category

    if not _slugs:
        _slugs.update(Category.objects.filter(community=None).values_list("pk", "slug"))
    rows = Category.objects.filter(**which, community__isnull=False)
    for pk, *facts in rows.values_list("pk", "slug", "kind", "name", "parent__slug", "community_id"):
        own = Own._make(facts)
        _slugs[pk], _own[own.slug] = own.slug, own


def slugs(kind: str | None = None) -> Iterable[str]:
    return (slug for slug, root in ROOT_OF.items() if kind is None or root.kind == kind)


def seed(**_signal: object) -> None:
    """Bring the table up to the tree; run twice, it changes nothing."""
    from .models import Category

    forget()
    standing = {category.slug: category for category in Category.objects.filter(community=None)}
    for place, root in enumerate(TREE):
        parent = _stand(standing, root.slug, root.kind, place, None)
        for position, (slug, _name) in enumerate(root.leaves):
            _stand(standing, slug, root.kind, position, parent)


def _stand(standing: dict, slug: str, kind: str, position: int, parent):
    from .models import Category

    facts = {"kind": kind, "position": position, "parent_id": parent.pk if parent else None}
    category = standing.get(slug)
    if category is None:
        return Category.objects.create(slug=slug, **facts)
    if any(getattr(category, key) != value for key, value in facts.items()):
        Category.objects.filter(pk=category.pk).update(**facts)
    return category


def _other(root: Root) -> str:
    return gettext("%(category)s: other") % {"category": root.name}
