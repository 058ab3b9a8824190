"""A community's own categories and questions, on a page for its stewards."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from listings import actions, categories
from listings.actions import shelves as rules
from listings.models import Attribute, Category
from listings.states import AttributeType, Kind
from members.models import Community
from members.views import frame
from sharing.web.refusals import Refusal


class CategoryForm(forms.Form):
    parent = forms.ChoiceField(label=gettext_lazy("Below"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=rules.LONGEST_NAME)

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = _places(community, deepest=rules.DEEPEST - 1)


class QuestionForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("Of everything in"))
    name = forms.CharField(label=gettext_lazy("We ask"), max_length=rules.LONGEST_NAME)
    type = forms.ChoiceField(
        label=gettext_lazy("The answer is"), choices=AttributeType.choices, initial=AttributeType.YES_NO,
        widget=forms.RadioSelect,
    )  # fmt: skip
    unit = forms.CharField(
        label=gettext_lazy("Unit"), max_length=rules.LONGEST_UNIT, required=False,
        help_text=gettext_lazy("Of a number: W, kg, cm."),
    )  # fmt: skip
    options = forms.CharField(
        label=gettext_lazy("Answers to choose from"), max_length=900, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("One on each line."),
    )  # fmt: skip
    required = forms.BooleanField(label=gettext_lazy("It must be answered"), required=False)

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = _places(community, deepest=rules.DEEPEST)

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shelves(request: HttpRequest, slug: str) -> HttpResponse:
    """Both lists, and a form for one more of each: `add` says which was sent."""
    community = frame.looked_after(request, slug)
    adding = request.POST.get("add", "")
    category = CategoryForm(request.POST if adding == "category" else None, community=community, prefix="c")
    question = QuestionForm(request.POST if adding == "question" else None, community=community, prefix="q")
    for form, add, said in (
        (category, actions.add_category, _("There it is: whoever offers something here may choose it.")),
        (question, actions.add_attribute, _("From now on that is asked.")),
    ):
        if form.is_bound and form.is_valid():
            try:
                add(community, by=request.user, **form.cleaned_data)
            except Refusal as refusal:
                frame.refused_at(form, refusal)
            else:
                messages.success(request, said)
                return redirect("community_shelves", slug)
    context = {
        "community": community, "category": category, "question": question,
        "own": community.own_categories.select_related("parent")[: rules.MOST_CATEGORIES],
        "asked": community.attributes.select_related("category")[: rules.MOST_ATTRIBUTES],
    }  # fmt: skip
    return frame.page(request, "listings/community_shelves.html", context, category if category.errors else question)


@login_required
@require_POST
def remove_category(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = frame.looked_after(request, slug)
    row = get_object_or_404(Category, pk=pk, community=community)
    gone = actions.remove_category(row.pk, by=request.user)
    kept = _("“%(name)s” stays on what carries it, and is offered no more.")
    messages.success(request, (_("“%(name)s” is gone.") if gone else kept) % {"name": row.name})
    return redirect("community_shelves", slug)


@login_required
@require_POST
def remove_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = frame.looked_after(request, slug)
    row = get_object_or_404(Attribute, pk=pk, community=community)
    gone = actions.remove_attribute(row.pk, by=request.user)
    kept = _("“%(name)s” is asked no more. What was answered stays.")
    messages.success(request, (_("“%(name)s” is gone.") if gone else kept) % {"name": row.name})
    return redirect("community_shelves", slug)


def _places(community: Community, *, deepest: int) -> list:
    """Every category one may put something below, by kind and root."""
    added = categories.own_of(community.pk)
    return [
        (group, [(slug, name) for slug, name in choices if len(categories.lineage(slug)) <= deepest])
        for kind in Kind.values
        for group, choices in categories.choices(kind, added)
    ]
