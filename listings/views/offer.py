"""Offering: begin, three short steps, look, publish; and the same pages for changing it later."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings import actions, belongings, promises
from listings.actions.beginning import LOOK
from listings.actions.desk import StillPromised
from listings.actions.life import missing
from listings.driving import amounts
from listings.forms import STEPS, BeginForm, forms_of
from listings.forms.base import facts_of, saved
from listings.models import Listing
from listings.states import Kind, ListingState, life_steps
from sharing.web.refusals import Refusal

from .pictures import take, taken_out

STEP_OF = {
    "title": "start", "stops": "about", "departures": "about", "place": "about", "attributes": "about",
    "price_minor": "terms",
}  # fmt: skip

NOT_WITHOUT = {"start": (), "about": ("stops", "departures"), "terms": ("price_minor",)}  # what a step is for
SIZES = ("capacity", "beds", "whole")  # how many there are, in a form's words


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose what it is; a draft is made, and the steps follow."""
    form = BeginForm(request.POST or None, member=request.user, initial={"kind": request.GET.get("kind")})
    if request.method == "POST" and form.is_valid():
        try:
            draft = _untouched(request.user, form.facts()) or actions.begin(by=request.user, facts=form.facts())
            return redirect("listing_step", draft.pk, STEPS[0])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    status = 422 if form.is_bound else 200
    return render(request, "listings/new.html", {"form": form, "kinds": Kind}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step: what is said is saved at once; in a draft the next step follows."""
    if step not in STEPS:
        raise Http404
    shown = get_object_or_404(_mine(request), pk=pk)
    sent = forms_of(shown, step, request.user, request.POST if request.method == "POST" else None)
    trouble = take(request, pk) if request.method == "POST" and step == "start" else []
    for sentence in trouble:
        messages.error(request, sentence)
    sound = [form.is_valid() for form in sent]  # each of them, so that every error shows at once
    if all(sound):
        try:
            if saved(sent, shown, request.user, facts_of(sent)) and not _lacks(request, shown, step, sent):
                return _onward(request, shown, step, sent, stay=bool(trouble))
        except StillPromised:
            if url := _saved_but_for_the_number(request, shown, sent):
                return redirect(url)
    context = {
        "listing": shown,
        "step": step,
        "steps": _steps(step),
        "forms": sent,
        "form": sent[0],
        "template": f"listings/steps/{step}_{shown.kind}.html" if step != "start" else "listings/steps/start.html",
        "draft": shown.state == ListingState.DRAFT,
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
        "bin": taken_out(pk) if step == "start" else [],
        "most_bytes": settings.PHOTO_MAX_BYTES,
        "most_megabytes": settings.PHOTO_MAX_BYTES // 1024**2,
    }
    return render(request, "listings/step.html", context, status=422 if sent[0].is_bound else 200)


@require_safe
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All of a listing at a glance, for those who look after it: each part leads to its step."""
    shown = get_object_or_404(_mine(request), pk=pk)
    lacks = [(STEP_OF.get(field, "terms"), sentence) for field, sentence in missing(shown)]
    context = {
        "listing": shown,
        "photos": list(shown.photos.all()),
        "documents": belongings.documents(shown, cared=True),
        "missing": lacks if not shown.is_published else [],
        "steps": life_steps(shown.state, ever_published=shown.published is not None),
        "promises": promises.coming(shown),
    }
    return render(request, "listings/edit.html", context)


@require_POST
@login_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """publish, pause, archive, restore, delete, duplicate."""
    if verb not in _DEEDS:
        raise Http404
    shown = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    try:
        done = _DEEDS[verb](pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if refusal.field in STEP_OF:
            return redirect("listing_step", pk, STEP_OF[refusal.field])
        return redirect("listing_edit", pk)
    messages.success(request, _said(verb, shown))
    if verb == "duplicate":
        return redirect("listing_step", done.pk, STEPS[0])
    return redirect("listing", pk) if verb == "publish" else redirect("my_listings")


_DEEDS = {
    "publish": actions.publish,
    "pause": actions.pause,
    "archive": actions.archive,
    "restore": actions.restore,
    "delete": actions.delete,
    "duplicate": actions.duplicate,
}


def _said(verb: str, shown: Listing) -> str:
    title = {"title": shown.title or _("Untitled")}
    return {
        "publish": _("“%(title)s” is on the board."),
        "pause": _("“%(title)s” is taken down for a while. What is agreed stays agreed."),
        "archive": _("“%(title)s” is in the archive."),
        "restore": _("“%(title)s” is back from the archive. Publish it when you like."),
        "delete": _("The draft is gone."),
        "duplicate": _("Here is a copy of “%(title)s”, as a draft."),
    }[verb] % title


def _mine(request: HttpRequest):
    return Listing.objects.looked_after_by(request.user).for_pages()


def _untouched(member, facts: dict) -> Listing | None:
    """A draft of this sort that was begun and never written in; begun again, it is taken up."""
    owner = None if facts["commons"] else member
    drafts = Listing.objects.looked_after_by(member).filter(
        owner=owner, state=ListingState.DRAFT, title="", version=1, kind=facts["kind"], community=facts["community"]
    )
    return drafts.order_by("-pk").first()


def _steps(current: str) -> list[tuple[str, str, str]]:
    names = {"start": _("What it is"), "about": _("What to know"), "terms": _("Terms")}
    at = STEPS.index(current)
    return [(step, names[step], "done" if n < at else "now" if n == at else "") for n, step in enumerate(STEPS)]


def _saved_but_for_the_number(request: HttpRequest, shown: Listing, sent: list) -> str:
    """Fewer than is promised: the rest is saved, and one sees first which bookings no longer fit; "" when it is not."""
    facts = facts_of(sent)
    wanted = facts.get("capacity") or facts.get("beds") or 1
    others = {name: value for name, value in facts.items() if name not in SIZES}
    return promises.review(shown, wanted) if saved(sent, shown, request.user, others) else ""


def _lacks(request: HttpRequest, shown: Listing, step: str, sent: list) -> bool:
    """Whether this step of a draft, gone on from, was left without what it is for; said where it is asked for."""
    if shown.state != ListingState.DRAFT or request.POST.get("then") in ("later", "stay"):
        return False
    lacking = [pair for pair in missing(_mine(request).get(pk=shown.pk)) if pair[0] in NOT_WITHOUT[step]]
    for field, sentence in lacking:
        any(form.blame(field, sentence) for form in sent)
    return bool(lacking)


def _hint(request: HttpRequest, shown: Listing, step: str, sent: list) -> None:
    """Where a place lies that was only typed; and that nobody has checked a price in a ride's description."""
    for place in [place for form in sent for place in form.looked_up()]:
        words = {"place": place.name, "where": place.detail}
        messages.info(request, _("“%(place)s” is taken for the one in %(where)s. Is it another one? Choose it from "
                                 "the list while you type.") % words)
    if shown.kind != Kind.RIDE or step != "about":
        return
    found = amounts.named(Listing.objects.values_list("description", flat=True).get(pk=shown.pk))
    if found:
        messages.info(request, amounts.hint(found))


def _onward(request: HttpRequest, shown: Listing, step: str, sent: list, *, stay: bool) -> HttpResponse:
    then = request.POST.get("then", "")
    following = dict(zip(STEPS, (*STEPS[1:], LOOK), strict=True))[step]
    actions.come_to(shown.pk, step if stay else following, by=request.user)
    _hint(request, shown, step, sent)
    if stay or then == "stay":
        return redirect("listing_step", shown.pk, step)
    if shown.state != ListingState.DRAFT or then == "later":
        messages.success(request, _("Saved."))
        return redirect("my_listings") if then == "later" else redirect("listing_edit", shown.pk)
    return redirect("listing", shown.pk) if following == LOOK else redirect("listing_step", shown.pk, following)
