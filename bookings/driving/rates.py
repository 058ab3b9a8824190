"""What a community says that driving costs, on its page of fair use, for its stewards."""

from decimal import Decimal
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from listings import actions as listing_actions
from listings.actions.rates import BY_MILE, MOST
from listings.driving import own_rates, rates
from listings.models import CommunityRate
from members.models import Community, Member
from sharing.values.money import exponent
from sharing.web import formats
from sharing.web.refusals import Refusal

from ..rule_forms import DATE, RuleForm

SHOWN = 12


class RateForm(RuleForm):
    """So much for each kilometre, from a day on, and where the figure comes from."""

    rate = forms.DecimalField(
        label=_("For each kilometre"), max_digits=9, decimal_places=4, min_value=Decimal("0.0001"), localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    since = forms.DateField(label=_("From"), required=False, **DATE)
    source = forms.CharField(
        label=_("Where the figure comes from"), max_length=160, help_text=_("A law, a table, a decision of yours."),
    )

    def __init__(self, community: Community, data=None) -> None:
        super().__init__(data, initial={"since": timezone.localdate()}, auto_id="rate_%s")
        self.community = community
        if community.country.upper() in BY_MILE:
            self.fields["rate"].label = _("For each mile")

    def facts(self) -> dict:
        data = self.cleaned_data
        return {"hundredths": hundredths(data["rate"], self.community.currency), "source": data["source"],
                "since": data["since"]}


def hundredths(amount: Decimal, currency: str) -> int:
    """An amount as it is kept; more than anybody would write is refused by the action."""
    return min(int(amount.scaleb(exponent(currency) + 2)), MOST + 1)


def shown(community: Community) -> dict:
    """The rows, the newest first, and the country's own figure, for the page."""
    own = CommunityRate.objects.filter(community=community.pk).select_related("community")[:SHOWN]
    today = timezone.localdate()
    rows = [
        {"pk": row.pk, "since": row.since, "source": row.source, "words": in_words(own_rates.as_rate(row)),
         "ahead": row.since > today}
        for row in own
    ]
    official = rates.rate(community.country.upper(), community.currency, today)
    return {"rates": rows, "official": official, "official_words": in_words(official) if official else ""}


def in_words(rate: rates.Rate) -> str:
    """ "€0.30 a kilometre"."""
    amount = formats.money_exact(rate.minor, rate.currency)
    return (_now("%(amount)s a mile") if rate.by_mile else _now("%(amount)s a kilometre")) % {"amount": amount}


def save(request: HttpRequest, community: Community, form: RateForm) -> None:
    listing_actions.set_rate(community.pk, by=cast(Member, request.user), **form.facts())
    messages.success(request, _now("The rate is set. Rides cost no more than that from then on."))


@require_POST
@login_required
def rate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one that does not hold yet."""
    try:
        community = listing_actions.drop_rate(pk, by=cast(Member, request.user))
    except CommunityRate.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
        community = CommunityRate.objects.select_related("community").get(pk=pk).community
    return redirect("community_fair_use", community.slug)
