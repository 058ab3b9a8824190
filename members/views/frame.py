"""What the pages of one community have in common: who may know of it, and how the viewer stands to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from members import queries
from members.models import Community, Membership
from sharing.web.refusals import Refusal


def standing(request: HttpRequest, community: Community) -> Membership | None:
    """How the viewer stands to the community; asked once a request."""
    known = request.__dict__.setdefault("_standings", {})
    if community.pk not in known:
        known[community.pk] = queries.standing(request.user, community)
    return known[community.pk]


def known(request: HttpRequest, slug: str) -> Community:
    """The community if the viewer may know of it, else 404."""
    return get_object_or_404(Community.objects.known_to(request.user), slug=slug)


def inside(request: HttpRequest, slug: str) -> tuple[Community, Membership]:
    """For members only: others get 404."""
    mine = Membership.objects.active().filter(member=request.user)
    membership = get_object_or_404(mine.select_related("community"), community__slug=slug)
    request.__dict__.setdefault("_standings", {})[membership.community_id] = membership
    return membership.community, membership


def looked_after(request: HttpRequest, slug: str) -> Community:
    """For its stewards only: others get 404."""
    return get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)


def refused_at(form, refusal: Refusal, names: dict[str, str] | None = None) -> None:
    """Put the action's no where the form shows it: at its field, or above."""
    field = (names or {}).get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, str(refusal))


def said(request: HttpRequest, refusal: Refusal, *to) -> HttpResponse:
    """Say the action's no in a flash on the page one came from."""
    messages.error(request, str(refusal))
    return redirect(*to)


def more(request: HttpRequest, cursor: str | None) -> str:
    """The address of the next page of a list, "" at its end."""
    if not cursor:
        return ""
    params = request.GET.copy()
    params["after"] = cursor
    return f"{request.path}?{params.urlencode()}"


def page(request: HttpRequest, template: str, context: dict, form=None, status: int = 200) -> HttpResponse:
    """The page; 422 when its form came back with errors."""
    if form is not None and form.is_bound and form.errors:
        status = 422
    return render(request, template, context, status=status)
