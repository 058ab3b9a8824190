"""Communities: find one, found one, see one, join one, leave one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import actions, geo, queries
from members.forms import FoundForm, JoinForm
from members.models import Community, Invitation, Membership
from members.states import Joining, Standing
from sharing.values.place import Point, metres_between
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE, NEAREST = 24, 6
_NEAR_DEGREES = 0.35


@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """One's own, those nearby, and all that show themselves; `q` looks in names and places."""
    words = request.GET.get("q", "").strip()[:80]
    found, beside = Community.objects.filter(listed=True), {}
    if request.user.is_authenticated and not words:
        mine = list(queries.communities_of(request.user))
        beside = {"mine": mine, "near": _near(_home(request.user), {community.pk for community in mine})}
        found = found.exclude(pk__in=[community.pk for part in beside.values() for community in part])
    if words:
        found = Community.objects.known_to(request.user).called(words)
    try:
        after = decode_cursor(request.GET["after"], 2) if request.GET.get("after") else None
        rows, cursor = keyset(found, ("-people", "-id"), after, PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    if words and not rows and not after:  # "valencia" is València, the one in Spain where the neighbours are there
        beside["near"] = next(filter(None, (_near(spot.point, set()) for spot in geo.namesakes(words))), [])
    context = {"rows": rows, "more": frame.more(request, cursor), "words": words}
    if request.htmx and after:
        return render(request, "members/_communities.html", context)
    return render(request, "members/communities.html", context | beside)


@login_required
def found(request: HttpRequest) -> HttpResponse:
    initial = {"place": request.user.place, "lat": request.user.public_lat, "lon": request.user.public_lon}
    form = FoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            community = actions.found(by=request.user, **form.facts())
        except Refusal as refusal:
            frame.refused_at(form, refusal)
        else:
            messages.success(request, _("There it is. Now invite the first neighbours."))
            return redirect("community_invitations", community.slug)
    return frame.page(request, "members/community_new.html", {"form": form}, form)


@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    community = frame.known(request, slug)
    standing = frame.standing(request, community)
    rules = queries.current_rules(community)
    context = {
        "community": community,
        "standing": standing,
        "rules": rules,
        "stale": bool(rules and standing and standing.is_active and standing.rules_accepted < rules.version),
        "stewards": queries.stewards(community),
        "asks": community.joining == Joining.APPLICATION or rules,
    }
    return render(request, "members/community.html", context)


@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """House rules, questions, and one button; whoever holds an invitation finds an unlisted community too."""
    key = (request.POST or request.GET).get("invitation", "")[:40]
    community = _invited(slug, key) or frame.known(request, slug)
    standing = frame.standing(request, community)
    if standing and standing.is_active:
        return redirect(community)
    asked = community.joining == Joining.APPLICATION and not actions.invitations.usable(community, key, request.user)
    rules = queries.current_rules(community)
    form = JoinForm(request.POST or None, community=community, rules=rules, asked=asked, initial={"invitation": key})
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data.get("rules_version") or 0
            row = actions.join(
                community, by=request.user, answers=form.answers, invitation_key=key, rules_version=version
            )
        except Refusal as refusal:
            frame.refused_at(form, refusal, {"rules_version": "accept"})
        except Community.DoesNotExist as gone:  # somebody else has used the last of the invitation this moment
            raise Http404 from gone
        else:
            return _welcome(request, community, row)
    context = {"community": community, "rules": rules, "form": form, "asked": asked, "standing": standing, "key": key}
    status = 409 if form.is_bound and form.non_field_errors() else 200
    return frame.page(request, "members/community_join.html", context, form if status == 200 else None, status)


@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    community = frame.known(request, slug)
    rows = Membership.objects.filter(member=request.user, standing__in=(Standing.ACTIVE, Standing.APPLIED))
    row = get_object_or_404(rows, community=community)
    if request.method == "POST":
        try:
            actions.leave(community, by=request.user)
        except Refusal as refusal:
            return frame.said(request, refusal, community)
        except Membership.DoesNotExist as gone:  # in another tab, this moment
            raise Http404 from gone
        messages.success(request, _("You have left %(community)s.") % {"community": community.name})
        return redirect("communities")
    return render(request, "members/community_leave.html", {"community": community, "row": row})


@require_safe
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Where an invitation link leads: what one is invited to, and the way in."""
    invitation = get_object_or_404(Invitation.objects.select_related("community", "invited_by"), key=key)
    usable = Invitation.objects.usable().filter(pk=invitation.pk).exists()
    context = {"invitation": invitation, "community": invitation.community, "usable": usable}
    return render(request, "members/invitation.html", context, status=200 if usable else 410)


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The house rules, this version or an earlier one (`?version=`)."""
    community = frame.known(request, slug)
    versions = list(community.rules.order_by("-version").select_related("written_by")[:50])
    wanted = request.GET.get("version", "")
    if wanted and wanted not in [str(row.version) for row in versions]:
        raise Http404
    shown = next((row for row in versions if not wanted or str(row.version) == wanted), None)
    standing = frame.standing(request, community)
    pending = bool(
        shown and shown is versions[0] and standing and standing.is_active and standing.rules_accepted < shown.version
    )
    context = {"community": community, "standing": standing, "rules": shown, "versions": versions, "pending": pending}
    return render(request, "members/community_rules.html", context)


@require_POST
@login_required
def accept_rules(request: HttpRequest, slug: str) -> HttpResponse:
    community, _membership = frame.inside(request, slug)
    version = request.POST.get("version", "")
    try:
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 8 else 0
        actions.accept_rules(community, number, by=request.user)
    except Refusal as refusal:
        return frame.said(request, refusal, "community_rules", slug)
    messages.success(request, _("Thank you. You have accepted the house rules."))
    return redirect("community_rules", slug)


def _home(member) -> Point | None:
    """The member's blurred point."""
    return None if member.public_lat is None else Point(member.public_lat, member.public_lon)


def _near(here: Point | None, but: set[int]) -> list[Community]:
    """Listed communities around a point, the nearest first."""
    if here is None:
        return []
    box = Community.objects.filter(
        listed=True, lat__range=(here.lat - _NEAR_DEGREES, here.lat + _NEAR_DEGREES),
        lon__range=(here.lon - 2 * _NEAR_DEGREES, here.lon + 2 * _NEAR_DEGREES),
    ).exclude(pk__in=but)
    rows = list(box.order_by("-people", "-id")[:60])
    for row in rows:
        row.distance_m = metres_between(here, Point(row.lat, row.lon))
    return sorted(rows, key=lambda row: row.distance_m)[:NEAREST]


def _invited(slug: str, key: str) -> Community | None:
    if not key:
        return None
    usable = Invitation.objects.usable().filter(key=key)
    return Community.objects.filter(slug=slug, pk__in=usable.values("community")).first()


def _welcome(request: HttpRequest, community: Community, row: Membership) -> HttpResponse:
    if row.is_active:
        messages.success(request, _("Welcome to %(community)s!") % {"community": community.name})
    else:
        messages.success(request, _("Your application is with the stewards. They usually answer within a few days."))
    return redirect(community)
