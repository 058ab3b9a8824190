"""What is shown: one listing to those who may see it, its photos, and to a member what they offer."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from listings import belongings, discretion, words
from listings.actions.life import missing
from listings.driving.drawing import drawn
from listings.models import Listing, coming_departures
from listings.states import Kind, ListingState, life_steps
from members.queries import membership
from sharing.values.place import BLUR_FARTHEST_M, Point, metres_between
from sharing.web.api.pagination import decode_cursor, keyset

from .pictures import add

PAGE = 24
TABS = (ListingState.PUBLISHED, ListingState.DRAFT, ListingState.PAUSED, ListingState.ARCHIVED)


@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing, as everybody sees it; those who look after it see its state and what to do besides."""
    shown = get_object_or_404(_for_page(request.user), pk=pk)
    if shown.kind == Kind.RIDE:
        prefetch_related_objects([shown], "stops", coming_departures())
    belongs = membership(request.user, shown.community_id) if shown.is_commons else None
    cared = belongs is not None and belongs.is_steward if shown.is_commons else looks_after(request.user, shown)
    discretion.veil(shown, request.user, cared=cared)
    parts, kits = belongings.kit(shown, request.user)
    way = shown.kind == Kind.RIDE and list(shown.stops.all())
    context = {
        "listing": shown,
        "photos": list(shown.photos.all()),
        "documents": belongings.documents(shown, cared=cared),
        "parts": parts,
        "kits": kits,
        "cared": cared,
        "reads_history": belongs is not None,
        "missing": missing(shown) if cared and not shown.is_published else [],
        "way": way,
        "way_drawn": drawn(way) if way else None,
        "distance_m": None if cared else _from(request.user, shown),
        "radius": round(BLUR_FARTHEST_M) + 120,
        "price": words.price(shown),
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
    }
    return render(request, "listings/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """All photos of a listing on one page; a POST adds some."""
    if request.method == "POST":
        return add(request, pk)
    shown = get_object_or_404(Listing.objects.visible_to(request.user).prefetch_related("photos"), pk=pk)
    return render(request, "listings/photos.html", {"listing": shown})


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What the member offers, and the commons they look after, by state, each with its next step."""
    all_of_it = Listing.objects.looked_after_by(request.user)
    standing = set(all_of_it.order_by().values_list("state", flat=True).distinct())
    state = request.GET.get("state", "")
    if state not in ListingState.values:
        state = next((tab for tab in TABS if tab in standing), ListingState.PUBLISHED)
    rows = all_of_it.filter(state=state).for_cards().select_related("community").with_way()
    after = cursor_of(request.GET.get("after", ""))
    page, following = keyset(rows, ("-id",), after, PAGE)
    for row in page:
        row.missing = missing(row) if row.state != ListingState.PUBLISHED else []
        row.steps = life_steps(row.state, ever_published=row.published is not None)
    context = {"tabs": TABS, "state": state, "page": page, "after": following, "any": bool(standing)}
    return render(request, "listings/mine.html", context)


def cursor_of(text: str) -> list[int] | None:
    """The id after which to go on; whatever is no cursor of ours begins at the beginning."""
    try:
        after = [int(value) for value in decode_cursor(text[:200], 1)] if text else None
    except (ValueError, TypeError):
        return None
    return after if after is None or abs(after[0]) < 2**63 else None


def looks_after(member, shown: Listing) -> bool:
    """Whether the member may change it; asks the database only about commons."""
    if not member.is_authenticated:
        return False
    if not shown.is_commons:
        return shown.owner_id == member.pk
    belongs = membership(member, shown.community_id)
    return belongs is not None and belongs.is_steward


def _for_page(member):
    return belongings.marked(Listing.objects.visible_to(member).for_pages())


def _from(member, shown: Listing) -> float | None:
    """Metres from the member's own place to the public point; to where it is exactly, nobody is told."""
    if not member.is_authenticated or member.lat is None or shown.public_lat is None:
        return None
    return metres_between(Point(member.lat, member.lon), Point(shown.public_lat, shown.public_lon))
