"""Where and when one is told: the table in the settings, and the one press that ends a kind of letter."""

from django.conf import settings as configuration
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from members.models import Member
from sharing.web.refusals import Refusal

from ..notices import addresses, choices, push, sending
from ..notices.forms import HoursForm
from ..notices.table import rows_of, save
from ..notices.topics import TOPICS, Way


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """The table; a POST carries all that is switched on, so it works without script and at each touch with htmx."""
    if request.method == "POST":
        save(request.user, set(request.POST.getlist("on")))
        if request.htmx:
            return _said(request, _("Saved."))
        flash.success(request, _("Saved."))
        return redirect("settings_notifications")
    return _page(request)


def _page(request: HttpRequest, form: HoursForm | None = None) -> HttpResponse:
    member, box = request.user, choices.letterbox(request.user)
    context = {
        "rows": rows_of(member), "form": form or HoursForm(instance=box), "box": box,
        "trouble": box.trouble if box.parked and box.address == member.email else "",
        "parked": bool(box.parked and box.address == member.email),
        "push_key": push.public_key(), "answers": bool(configuration.REPLY_ADDRESS),
        "devices": member.push_devices.order_by("-pk") if push.offered() else (), "current": "notifications",
    }  # fmt: skip
    return render(request, "messaging/settings.html", context, status=422 if form else 200)


def _said(request: HttpRequest, words: str, *, bad: bool = False) -> HttpResponse:
    return render(request, "messaging/_settings_said.html", {"words": words, "bad": bad}, status=422 if bad else 200)


@require_POST
@login_required
def set_hours(request: HttpRequest) -> HttpResponse:
    """Quiet hours and the hour of the digest."""
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            choices.set_hours(request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    if form.errors:
        if request.htmx:
            return _said(request, " ".join(word for words in form.errors.values() for word in words), bad=True)
        return _page(request, form)
    if request.htmx:
        return _said(request, _("Saved."))
    flash.success(request, _("Saved."))
    return redirect("settings_notifications")


@require_POST
@login_required
def try_again(request: HttpRequest) -> HttpResponse:
    sending.try_again(request.user)
    flash.success(request, _("We try again now. If it fails once more, it says so here."))
    return redirect("settings_notifications")


@require_POST
@login_required
def defaults(request: HttpRequest) -> HttpResponse:
    choices.back_to_the_defaults(request.user)
    flash.success(request, _("All is as we set it out for everyone."))
    return redirect("settings_notifications")


@require_POST
@login_required
def revoke_replies(request: HttpRequest) -> HttpResponse:
    choices.revoke_reply_addresses(request.user)
    flash.success(request, _("Done. Letters you have so far can be answered on the site alone."))
    return redirect("settings_notifications")


@require_POST
@login_required
def remove_device(request: HttpRequest, pk: int) -> HttpResponse:
    if not push.unsubscribe(request.user, pk=pk):
        raise Http404
    flash.success(request, _("Removed. It rings no more."))
    return redirect("settings_notifications")


@csrf_exempt  # the signature in the address says who may; mail programs bring no cookie (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch_off(request: HttpRequest, token: str) -> HttpResponse:
    """End letters of a topic, without signing in. A GET changes nothing: programs look at links by themselves."""
    asked = addresses.read_switch(token)
    member = Member.objects.filter(pk=asked[0], is_active=True).first() if asked else None
    if asked is None or member is None:
        return render(request, "messaging/off.html", {"unknown": True}, status=404)
    _pk, topic, way = asked
    on = request.POST.get("again") == "1"
    if request.method == "POST":
        for key in TOPICS if topic == addresses.ALL else [topic]:
            if TOPICS[key].can_change(way):
                wanted = TOPICS[key].default(way) if topic == addresses.ALL and on else on
                choices.choose(member, key, way, wanted)
    context = {
        "topic": TOPICS.get(topic), "digest": way == Way.DIGEST, "done": request.method == "POST" and not on,
        "again": request.method == "POST" and on, "email": member.email, "unknown": False,
    }
    with translation.override(member.language):
        return render(request, "messaging/off.html", context)
