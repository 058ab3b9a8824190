"""What this room puts on the pages of lower rooms: the pool in a line, and two tabs."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from members import queries as members
from members.models import Community
from members.views.frame import standing

from . import books, care_queries, words
from .fees import current
from .models import OpenBooks, Proposal
from .states import ProposalState
from .treasury_forms import OpenBooksForm


def pool(request: HttpRequest, community: Community) -> str:
    """On a community's page: balance and fee to its members, the fee alone to those who look in."""
    mine = standing(request, community)
    inside = mine is not None and mine.is_active
    context = {
        "community": community, "inside": inside, "fee": words.fee(current(community), community.currency),
        "held": books.holdings(community) if inside else None, "open": _open(community) if inside else 0,
        "public": not inside and OpenBooks.objects.filter(community=community, public=True).exists(),
    }
    return render_to_string("cooperative/_pool.html", context, request=request)


def switch(request: HttpRequest, community: Community) -> str:
    """On the settings of a community: whether everyone may look into its books."""
    row = OpenBooks.objects.filter(community=community).first()
    context = {"community": community, "open_books": row, "form": OpenBooksForm(instance=row, auto_id="books-%s")}
    return render_to_string("cooperative/_open_books_switch.html", context, request=request)


def tabs(request: HttpRequest, community: Community, current: str = "") -> str:
    """Books and decisions among a community's tabs, for its members."""
    mine = standing(request, community)
    if mine is None or not mine.is_active:
        return ""
    return render_to_string("cooperative/_tabs.html", {"community": community, "current": current}, request=request)


def home(request: HttpRequest) -> str:
    """On the home page: the pool of the community one has belonged to the longest."""
    if not request.user.is_authenticated:
        return ""
    open_now = Proposal.objects.filter(community=OuterRef("community"), state=ProposalState.OPEN).order_by()
    counted = open_now.values("community").annotate(count=Count("pk")).values("count")
    pooled = books.balance(OuterRef("community"), OuterRef("community__currency"))
    first = members.own(request.user).annotate(
        open_now=Coalesce(Subquery(counted), 0), pooled=Coalesce(pooled, 0)
    ).first()
    if first is None:
        return ""
    context = {"community": first.community, "pooled": first.pooled, "open": first.open_now}
    return render_to_string("cooperative/_home_pool.html", context, request=request)


def care_waiting(request: HttpRequest) -> str:
    """On the home page: the care one has taken upon oneself for the coming days."""
    seats = care_queries.agenda(request.user, timezone.now()) if request.user.is_authenticated else []
    return render_to_string("cooperative/_care_waiting.html", {"seats": seats}, request=request) if seats else ""


def _open(community: Community) -> int:
    return Proposal.objects.filter(community=community, state=ProposalState.OPEN).count()
