"""A community's own words, on a page for its stewards."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from listings import actions
from listings.models import Synonym
from members.views import frame
from sharing.web.refusals import Refusal


class SynonymForm(forms.Form):
    word = forms.CharField(label=gettext_lazy("Who looks for"), max_length=40)
    means = forms.CharField(
        label=gettext_lazy("also finds"), max_length=40,
        help_text=gettext_lazy("One word each, in any form. Say it the other way round too if both should hold."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, slug: str) -> HttpResponse:
    community = frame.looked_after(request, slug)
    form = SynonymForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_synonym(community, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            frame.refused_at(form, refusal)
        else:
            messages.success(request, _("From now on that is found too."))
            return redirect("community_words", slug)
    rows = community.synonyms.all()[: actions.MOST_SYNONYMS]
    context = {"community": community, "rows": rows, "form": form}
    return frame.page(request, "listings/community_words.html", context, form)


@login_required
@require_POST
def remove_word(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = frame.looked_after(request, slug)
    row = get_object_or_404(Synonym, pk=pk, community=community)
    actions.remove_synonym(row.pk, by=request.user)
    messages.success(request, _("“%(word)s” no longer finds “%(means)s”.") % {"word": row.word, "means": row.means})
    return redirect("community_words", slug)
