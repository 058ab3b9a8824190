"""A community's people: the directory, and what its stewards do for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from members import actions, letters, queries
from members.forms import CommunityForm, DecisionForm, InvitationForm, RoleForm, RulesForm
from members.models import Community, Invitation, Membership
from members.states import Role, Standing
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE = 24
_FACTS = ("name", "about", "place", "lat", "lon", "joining", "listed", "language", "time_zone")


@require_safe
@login_required
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who belongs, by name; for members only."""
    community, standing = frame.inside(request, slug)
    words = " ".join(request.GET.get("q", "").split())[:80]
    role = request.GET.get("role", "")
    rows = Membership.objects.active().filter(community=community)
    if words:
        rows = rows.filter(sort_key__contains=words.lower())
    if role in Role.values:
        rows = rows.filter(role=role)
    rows = rows.select_related("member").prefetch_related("member__portraits")
    try:
        after = decode_cursor(request.GET["after"], 2) if request.GET.get("after") else None
        people, cursor = keyset(rows, ("sort_key", "id"), after, PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    context = {
        "community": community, "standing": standing, "people": people, "words": words, "role": role,
        "more": frame.more(request, cursor), "roles": Role.choices,
    }
    if request.htmx and after:
        return render(request, "members/_people.html", context)
    return render(request, "members/community_members.html", context)


@login_required
def membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What one member is trusted with; for stewards."""
    community = frame.looked_after(request, slug)
    row = get_object_or_404(_rows(community, Standing.ACTIVE), pk=pk)
    initial = {"role": row.role, "treasurer": row.treasurer, "member_class": row.member_class}
    form = RoleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.set_role(row.pk, facts.pop("role"), by=request.user, **facts)
        except Refusal as refusal:
            frame.refused_at(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("community_members", slug)
    context = {"community": community, "row": row, "form": form}
    return frame.page(request, "members/community_membership.html", context, form)


@require_POST
@login_required
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = frame.looked_after(request, slug)
    row = get_object_or_404(_rows(community, Standing.ACTIVE), pk=pk)
    try:
        actions.remove(row.pk, by=request.user)
    except Refusal as refusal:
        return frame.said(request, refusal, "community_membership", slug, pk)
    messages.success(request, _("%(name)s no longer belongs to this community.") % {"name": row.member})
    return redirect("community_members", slug)


@require_safe
@login_required
def applications(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to join, the longest-waiting first, with their answers; for stewards."""
    community = frame.looked_after(request, slug)
    rows = list(_rows(community, Standing.APPLIED).prefetch_related("member__portraits").order_by("pk")[:50])
    for row in rows:
        row.said = list(zip(community.questions, row.answers, strict=False))
    return render(request, "members/community_applications.html", {"community": community, "rows": rows})


@require_POST
@login_required
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Admit or decline, with a word."""
    community = frame.looked_after(request, slug)
    row = get_object_or_404(_rows(community), pk=pk)
    form = DecisionForm(request.POST)
    answers = {"admit": actions.admit_application, "decline": actions.decline_application}
    decide = answers.get(request.POST.get("answer", ""))
    if decide is None or not form.is_valid():
        messages.error(request, _("Say yes or no, with at most 500 characters."))
        return redirect("community_applications", slug)
    try:
        decide(row.pk, by=request.user, word=form.cleaned_data["word"])
    except Refusal as refusal:
        return frame.said(request, refusal, "community_applications", slug)
    messages.success(request, _("%(name)s has your answer.") % {"name": row.member})
    return redirect("community_applications", slug)


@login_required
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Links that lead in: make one, pass it on, take it back; for stewards."""
    community = frame.looked_after(request, slug)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(community, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            frame.refused_at(form, refusal)
        else:
            if made.email:
                _send(request, community, made)
            said = _("The invitation is on its way.") if made.email else _("Here is the link. Pass it on.")
            messages.success(request, said)
            return redirect("community_invitations", slug)
    rows = list(Invitation.objects.usable().filter(community=community).select_related("invited_by").order_by("-pk"))
    for row in rows:
        row.link = request.build_absolute_uri(row.get_absolute_url())
    context = {"community": community, "rows": rows, "form": form}
    return frame.page(request, "members/community_invitations.html", context, form)


@require_POST
@login_required
def revoke_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = frame.looked_after(request, slug)
    invitation = get_object_or_404(Invitation, pk=pk, community=community)
    actions.revoke_invitation(invitation.pk, by=request.user)
    messages.success(request, _("Revoked. The link leads nowhere now."))
    return redirect("community_invitations", slug)


@login_required
def write_rules(request: HttpRequest, slug: str) -> HttpResponse:
    community = frame.looked_after(request, slug)
    before = queries.current_rules(community)
    form = RulesForm(request.POST or None, initial={"text": before.text if before else ""})
    if request.method == "POST" and form.is_valid():
        rules = actions.write_rules(community, form.cleaned_data["text"], by=request.user)
        messages.success(request, _("These are the house rules now, version %(n)s.") % {"n": rules.version})
        return redirect("community_rules", slug)
    context = {"community": community, "form": form, "rules": before}
    return frame.page(request, "members/community_rules_edit.html", context, form)


@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What the community says of itself and how one joins it; for stewards."""
    community = frame.looked_after(request, slug)
    initial = {name: getattr(community, name) for name in _FACTS} | {"questions": "\n".join(community.questions)}
    form = CommunityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(community, by=request.user, **form.facts())
        except Refusal as refusal:
            frame.refused_at(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(community)
    return frame.page(request, "members/community_settings.html", {"community": community, "form": form}, form)


def _rows(community: Community, *standings: str):
    rows = Membership.objects.filter(community=community).select_related("member")
    return rows.filter(standing__in=standings) if standings else rows


def _send(request: HttpRequest, community: Community, invitation: Invitation) -> None:
    with override(community.language):
        text = _(
            "Hello,\n\n%(name)s invites you to %(community)s: neighbours who share tools, rooms and rides "
            "and keep the fee in a pool of their own.\n\nThis link is for you:\n\n%(link)s"
        ) % {
            "name": request.user, "community": community.name,
            "link": request.build_absolute_uri(invitation.get_absolute_url()),
        }
        subject = _("%(name)s invites you to %(community)s") % {"name": request.user, "community": community.name}
        letters.send(invitation.email, subject, text, button=_("See the invitation"))
