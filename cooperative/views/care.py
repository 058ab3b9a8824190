"""Care for the commons: what is to do, a task with its places, writing one down."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import care, care_queries, charter
from cooperative.care_forms import MinutesForm, TaskForm, WordForm
from cooperative.models import CareTask
from cooperative.states import TaskState
from members.models import Membership
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from . import frame

PAGE = 24

# What one may do with a task, and what one reads when it is done.
STEPS: dict[str, Any] = {
    "agree": care.agree, "cancel": care.cancel, "take": care.take, "give-up": care.give_up, "confirm": care.confirm,
    "not-yet": care.not_yet, "thank": care.thank, "done": care.say_done,
}


def _said(step: str) -> str:
    return {
        "agree": _("Agreed. Everyone can take it now."), "cancel": _("Called off."), "take": _("You are in."),
        "give-up": _("Your place is free again."), "confirm": _("Confirmed. Thank you for looking."),
        "not-yet": _("They are told."), "thank": _("Your thanks are on their way."),
        "done": _("Noted. Somebody else has a look and confirms it."),
    }[step]


@login_required
@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    membership = frame.inside(request, slug)
    community = membership.community
    past = care_queries.seen_by(community, request.user).filter(state=TaskState.CONFIRMED)
    try:
        rows, cursor = keyset(past, ("-confirmed", "-pk"), frame.after(request, 2), PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    context = {"community": community, "membership": membership, "past": rows, "cursor": cursor}
    if request.htmx and request.GET.get("after"):
        return render(request, "cooperative/_care_past.html", context)
    return render(request, "cooperative/care.html", context | care_queries.current(community, request.user))


@login_required
@require_safe
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    return _page(request, membership, _task(request, membership, pk))


@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A steward writes a task down; a member suggests one."""
    membership = frame.inside(request, slug)
    form = TaskForm(_typed(request), community=membership.community, steward=membership.is_steward)
    if request.method == "POST" and form.is_valid():
        try:
            task = care.create(membership.community, by=request.user, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("Written down.") if membership.is_steward else _("Suggested. The stewards are told.")
            )
            return redirect(task)
    return _form(request, membership, form)


@login_required
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = frame.inside(request, slug)
    task = _task(request, membership, pk)
    if not _may_change(task, membership):
        raise Http404
    form = TaskForm(_typed(request), community=membership.community, steward=membership.is_steward, task=task)
    if request.method == "POST" and form.is_valid():
        try:
            care.change(task.pk, by=request.user, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Changed."))
            return redirect(task)
    return _form(request, membership, form, task=task)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, pk: int, step: str) -> HttpResponse:
    """Take it, say that it is done, confirm it, and so on."""
    membership = frame.inside(request, slug)
    task = _task(request, membership, pk)
    if step not in STEPS:
        raise Http404
    form = _step_form(step, request)
    if form is not None and not form.is_valid():
        return _page(request, membership, task, step_form=form, status=422)
    facts = dict(form.cleaned_data) if form else {}
    seen = request.POST.get("seen", "")
    if step == "confirm" and seen.isascii() and seen.isdigit() and len(seen) < 12:
        facts["seen"] = int(seen)
    try:
        answer = STEPS[step](task.pk, by=request.user, **facts)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(task)
    waits = step == "take" and answer.waits
    messages.success(request, _("All places are taken. You are in line.") if waits else _said(step))
    return redirect(task)


def _step_form(step: str, request: HttpRequest) -> MinutesForm | WordForm | None:
    if step == "done":
        return MinutesForm(request.POST)
    if step == "thank":
        return WordForm(request.POST)
    return None


def _typed(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _task(request: HttpRequest, membership: Membership, pk: int) -> CareTask:
    return get_object_or_404(care_queries.seen_by(membership.community, request.user), pk=pk)


def _may_change(task: CareTask, mine: Membership) -> bool:
    if task.state == TaskState.SUGGESTED and task.author_id == mine.member_id:
        return True
    return mine.is_steward and task.state in (TaskState.SUGGESTED, TaskState.OPEN)


def _form(request: HttpRequest, membership: Membership, form: TaskForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    whole = {"community": membership.community, "membership": membership, "form": form} | context
    whole["budget"] = charter.current(membership.community).care_minor if membership.is_steward else 0
    return render(request, "cooperative/care_form.html", whole, status=status)


def _page(
    request: HttpRequest, membership: Membership, task: CareTask, *, step_form=None, status: int = 200
) -> HttpResponse:
    community = membership.community
    care_queries.with_things(community, [task])
    seats = list(task.seats.all())
    in_it = any(seat.member_id == request.user.pk and not seat.waits for seat in seats)
    trusted, doers = membership.is_officer, [seat for seat in seats if not seat.waits]
    over = task.state == TaskState.CONFIRMED
    context = {
        "community": community, "membership": membership, "task": task, "in_it": in_it, "now": timezone.now(),
        "doers": doers, "seen": care.minutes_of(task, doers), "line": [seat for seat in seats if seat.waits],
        "thanks": list(task.thanks.select_related("member").order_by("pk")[:60]),
        "may_change": _may_change(task, membership), "may_cancel": _may_change(task, membership)
        or (membership.is_steward and task.state == TaskState.DONE),
        "may_confirm": task.state == TaskState.DONE and not in_it and (trusted or not task.credit_minor),
        "may_thank": task.state in (TaskState.DONE, TaskState.CONFIRMED) and not in_it and bool(seats),
        "minutes_form": step_form if isinstance(step_form, MinutesForm) else MinutesForm(
            initial={"minutes": task.minutes}
        ),
        "word_form": step_form if isinstance(step_form, WordForm) else WordForm(),
        "booked": task.transfers.order_by("sequence")[:20] if over and task.credit_minor else [],
    }
    return render(request, "cooperative/care_task.html", context, status=status)
