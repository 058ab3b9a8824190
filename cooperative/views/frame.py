"""What the pages of one community's money have in common: members only, and its tabs."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cooperative import books
from members.models import Membership
from members.views import frame as members_frame
from sharing.web.api.pagination import decode_cursor, keyset


def inside(request: HttpRequest, slug: str, *related: str, holdings: bool = False) -> Membership:
    """The viewer's membership of this community, with `related` brought along; others get 404."""
    mine = Membership.objects.active().filter(member=request.user).select_related("community", *related)
    membership = get_object_or_404(books.with_holdings(mine) if holdings else mine, community__slug=slug)
    membership.member = request.user  # who they are is known already
    request.__dict__.setdefault("_standings", {})[membership.community_id] = membership  # the tabs ask again
    return membership


def treasurer(request: HttpRequest, slug: str) -> Membership:
    """For treasurers of the community: others get 404."""
    membership = inside(request, slug, "community__books_check")
    if not membership.is_treasurer:
        raise Http404
    return membership


def more(request: HttpRequest, cursor: str | None) -> str:
    """The address of the next page of a list, "" at its end."""
    return members_frame.more(request, cursor)


def after(request: HttpRequest, length: int, name: str = "after") -> list | None:
    """The cursor's values from the query; what is no cursor of ours gets 404."""
    try:
        return decode_cursor(request.GET[name], length) if request.GET.get(name) else None
    except ValueError as error:
        raise Http404 from error


def listed(
    request: HttpRequest, rows: QuerySet, ordering: tuple[str, ...], size: int, name: str = "after"
) -> tuple[list, str | None]:
    """One page of a list and the cursor of the next; `name` is what its cursor is called where a page has several."""
    try:
        return keyset(rows, ordering, after(request, len(ordering), name), size)
    except (ValueError, TypeError) as error:  # the cursor of another list
        raise Http404 from error
