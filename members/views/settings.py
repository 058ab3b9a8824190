"""One's own settings: profile, language, tokens for the API, one's data, the end of the account."""

import json

from django.conf import settings as configuration
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from members import actions, closing, holdings
from members.forms import CloseForm, LanguageForm, ProfileForm, TokenForm
from sharing.web.refusals import Refusal

from .frame import page, refused_at

_PROFILE = ("name", "about", "spoken", "place", "lat", "lon")


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All settings: on the phone a list of them, on wide screens the profile beside it."""
    return profile(request, index=request.method == "GET")


@login_required
def profile(request: HttpRequest, index: bool = False) -> HttpResponse:
    member = request.user
    initial = {name: getattr(member, name) for name in _PROFILE}
    form = ProfileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if photo := form.cleaned_data["photo"]:
                actions.set_portrait(member, photo)
            actions.update_profile(member, **form.changes())
        except Refusal as refusal:
            refused_at(form, refusal)
        else:
            messages.success(request, _("Saved. This is how neighbours see you now."))
            return redirect("profile", member.pk)
    return page(request, "members/settings/profile.html", {"form": form, "index": index}, form)


@require_POST
@login_required
def remove_portrait(request: HttpRequest) -> HttpResponse:
    actions.remove_portrait(request.user)
    messages.success(request, _("Your photo is gone."))
    return redirect("settings_profile")


@login_required
def language(request: HttpRequest) -> HttpResponse:
    member = request.user
    initial = {"language": member.language, "time_zone": member.time_zone}
    form = LanguageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(member, **form.cleaned_data)
        with override(member.language):
            messages.success(request, _("Saved."))
        response = redirect("settings_language")
        response.delete_cookie(configuration.LANGUAGE_COOKIE_NAME)  # or an earlier choice in the footer would win
        return response
    return page(request, "members/settings/language.html", {"form": form, "current": "language"}, form)


@require_safe
@login_required
def look(request: HttpRequest) -> HttpResponse:
    return page(request, "members/settings/look.html", {})


@never_cache
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to the POST that made it, and nowhere after."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = actions.make_token(request.user, form.cleaned_data["label"])
            form = TokenForm()
        except Refusal as refusal:
            refused_at(form, refusal)
    context = {"form": form, "secret": secret, "tokens": request.user.tokens.order_by("-pk"), "current": "tokens"}
    return page(request, "members/settings/tokens.html", context, form)


@require_POST
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(request.user.tokens, pk=pk)
    actions.revoke_token(token.pk, by=request.user)
    messages.success(request, _("Revoked. Nothing gets in with it any more."))
    return redirect("settings_tokens")


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    return page(request, "members/settings/data.html", {"current": "data"})


@require_safe
@never_cache
@login_required
def download(request: HttpRequest) -> HttpResponse:
    """All that we hold on the member, as one JSON file."""
    document = {"made": timezone.now(), **holdings.everything(request.user)}
    body = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="commonshare-{timezone.localdate()}.json"'
    return response


@sensitive_post_parameters("password")
@never_cache
@login_required
def close(request: HttpRequest) -> HttpResponse:
    """The last question before the account is gone."""
    form = CloseForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close(request.user)
        except Refusal as refusal:
            context = {"form": CloseForm(member=request.user), "obstacle": str(refusal), "current": "data"}
            return page(request, "members/settings/close.html", context, status=409)
        logout(request)
        messages.success(request, _("Your account is closed. Thank you, and all the best."))
        return redirect("home")
    context = {"form": form, "obstacle": closing.obstacle(request.user), "current": "data"}
    return page(request, "members/settings/close.html", context, form)
