"""What this room puts on other rooms' pages, through slots: always some cards, never more than a few."""

from typing import cast

from django.db.models import F, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from members.models import Community, Member
from members.views.frame import standing
from sharing.values.place import Point
from sharing.web import slots

from .models import Listing, Want
from .models.photos import faces
from .states import Kind
from .wants import matching

A_FEW, A_FEW_WANTS = 8, 4
AROUND_M = 30_000.0


def fill() -> None:
    slots.fill("profile.listings", of_member)
    slots.fill("community.listings", of_community)
    slots.fill("home.listings", newest)
    slots.fill("community.tabs", tab, order=120)
    slots.fill("settings.news", saved_searches)
    slots.fill("community.settings", words_of_community)
    slots.fill("community.settings", shelves_of_community)
    slots.fill("home.wants", looked_for)


def of_member(request: HttpRequest, *, member: Member, **_more: object) -> SafeString | str:
    """What a neighbour offers, as far as the viewer may see it."""
    seen = _seen(request).filter(owner=member)
    rows = _both_ways(list(seen[: A_FEW * 3]), seen)
    own = request.user.pk == member.pk
    context = {"listings": rows, "member": member, "own": own}
    return _cards(request, "listings/_of_member.html", context, always=own)


def of_community(request: HttpRequest, *, community: Community, **_more: object) -> SafeString | str:
    """The newest in a community."""
    seen = _seen(request).filter(community=community)
    context = {"listings": _both_ways(list(seen[:A_FEW]), seen)[:A_FEW], "community": community}
    return _cards(request, "listings/_of_community.html", context)


def words_of_community(request: HttpRequest, *, community: Community, **_more: object) -> SafeString:
    """The way to what its stewards say of words."""
    return cast(SafeString, render_to_string("listings/_words_link.html", {"community": community}, request))


def shelves_of_community(request: HttpRequest, *, community: Community, **_more: object) -> SafeString:
    """The way to its own categories and questions."""
    return cast(SafeString, render_to_string("listings/_shelves_link.html", {"community": community}, request))


def tab(request: HttpRequest, *, community: Community, current: str = "") -> SafeString | str:
    """The inventory among a community's tabs, for its stewards."""
    mine = standing(request, community)
    if mine is None or not (mine.is_active and mine.is_steward):
        return ""
    return render_to_string("listings/_tab.html", {"community": community, "current": current}, request)


def newest(request: HttpRequest, **_more: object) -> SafeString | str:
    """The newest on the board: a member's own communities first, strangers' public ones when those are few.

    A ride that runs both ways shows both, the way there first: the way back is often the newer one by far.
    """
    seen = _seen(request, with_faces=False)
    rows = list(_of_mine(seen, request.user)[:A_FEW]) if request.user.is_authenticated else []
    if len(rows) < A_FEW:
        known = {row.pk for row in rows}
        rows += [row for row in seen[:A_FEW] if row.pk not in known][: A_FEW - len(rows)]
    rows = _both_ways(rows, seen)[:A_FEW]
    prefetch_related_objects(rows, faces())  # of both at once
    return _cards(request, "listings/_newest.html", {"listings": rows})


def looked_for(request: HttpRequest, **_more: object) -> SafeString | str:
    """What neighbours look for: around the member's place, else anywhere."""
    rows: QuerySet = Want.objects.visible_to(request.user).open().select_related("member").order_by("-id")
    if request.user.is_authenticated:
        rows = rows.exclude(member=request.user)
        if request.user.lat is not None and request.user.lon is not None:
            rows = matching.near(Point(request.user.lat, request.user.lon), AROUND_M, rows)
    wants = list(rows[:A_FEW_WANTS])
    return render_to_string("listings/_looked_for.html", {"wants": wants}, request) if wants else ""


def _seen(request: HttpRequest, *, with_faces: bool = True) -> QuerySet:
    """Published listings the viewer may see, newest first."""
    rows = Listing.objects.published().visible_to(request.user).order_by("-published", "-id")
    return rows.for_cards() if with_faces else rows


def _both_ways(rows: list[Listing], seen: QuerySet) -> list[Listing]:
    """The same rows, each way back behind the way there it belongs to, as far as that is seen as well."""
    rides = [row.pk for row in rows if row.kind == Kind.RIDE]
    ways = seen.filter(way_back__back__in=rides).annotate(leads_back=F("way_back__back")) if rides else ()
    there = {way.leads_back: way for way in ways}
    moved = {way.pk for way in there.values()}
    pairs = [[there[row.pk], row] if row.pk in there else [row] for row in rows if row.pk not in moved]
    return [row for pair in pairs for row in pair]


def _of_mine(rows: QuerySet, member: Member) -> QuerySet:
    return rows.filter(community__in=Community.objects.of(member).values("pk"))


def _cards(request: HttpRequest, template: str, context: dict, *, always: bool = False) -> SafeString | str:
    context["listings"] = list(context["listings"])
    return render_to_string(template, context, request) if context["listings"] or always else ""


def saved_searches(request: HttpRequest, **_more: object) -> SafeString:
    """A link in the menu of settings."""
    return render_to_string("listings/saved/_menu.html", {}, request)
