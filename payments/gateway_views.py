"""Which gateways a community uses: a page for its stewards and treasurers."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from members.models import Community
from members.views import frame
from sharing.web.refusals import Refusal

from . import actions, gateways, switching


class GatewaysForm(forms.Form):
    """A tick for each way that could be used."""

    gateways = forms.MultipleChoiceField(
        label=gettext_lazy("How members pay each other"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, community: Community, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["gateways"]
        field.choices = [(way.name, way.label) for way in gateways.served(community)]  # type: ignore[attr-defined]
        field.initial = [way.name for way in gateways.offered(community)]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def switches(request: HttpRequest, slug: str) -> HttpResponse:
    community, _membership = frame.inside(request, slug)
    if request.user.pk not in actions.trusted_of(community):
        raise Http404
    form = GatewaysForm(community, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            switching.switch(community, set(form.cleaned_data["gateways"]), by=request.user)
        except Refusal as refusal:
            form.add_error("gateways", str(refusal))
        else:
            messages.success(request, _("Saved. It counts for what is asked for from now on."))
            return redirect("community_gateways", slug)
    context = {
        "community": community, "form": form, "ways": gateways.served(community),
        "chosen": set(form["gateways"].value() or []),
    }
    return render(request, "payments/gateways.html", context, status=422 if form.errors else 200)
