"""What a community says that driving costs: set by a steward, from a day on, with where the figure comes from."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.driving import own_rates, rates
from listings.models import CommunityRate
from members.models import Community, Member
from sharing.db.retry import retrying
from sharing.web import formats
from sharing.web.refusals import Refusal

MOST = 1_000_000  # hundredths of a minor unit
BY_MILE = frozenset({"GB", "US"})


@retrying
def set_rate(
    community_id: int, *, by: Member, hundredths: int, source: str, since: date | None = None
) -> CommunityRate:
    """So much for each kilometre (mile, where people count in miles) from that day on, today at the earliest.

    Raises DoesNotExist for whoever is no steward, and Refusal for more than the country's own figure.
    """
    community = Community.objects.looked_after_by(by).get(pk=community_id)
    today = timezone.now().astimezone(ZoneInfo(community.time_zone)).date()
    since, source = since or today, source.strip()
    if since < today:
        raise Refusal(_("What held so far is not changed any more; from today on at the earliest."), field="since")
    if not 1 <= hundredths <= MOST:
        raise Refusal(_("Please write an amount, like 0.30."), field="rate", code="invalid")
    if not 3 <= len(source) <= 160 or "\x00" in source:
        raise Refusal(_("Say where the figure comes from, in a few words."), field="source", code="missing")
    facts = {"hundredths": hundredths, "source": source, "by": by, "currency": community.currency}
    facts["by_mile"] = community.country.upper() in BY_MILE
    _no_more_than_the_country(community, CommunityRate(community=community, since=since, **facts))
    with transaction.atomic():
        return CommunityRate.objects.update_or_create(community=community, since=since, defaults=facts)[0]


@retrying
def drop_rate(rate_id: int, *, by: Member) -> Community:
    """Take back a rate that does not hold yet. Raises DoesNotExist for whoever may not."""
    mine = CommunityRate.objects.filter(community__in=Community.objects.looked_after_by(by).values("pk"))
    with transaction.atomic():
        row = mine.select_related("community").get(pk=rate_id)
        if row.since <= timezone.now().astimezone(ZoneInfo(row.community.time_zone)).date():
            raise Refusal(_("It holds already. Set another one from today on instead."), code="in_force")
        row.delete()
    return row.community


def _no_more_than_the_country(community: Community, row: CommunityRate) -> None:
    official = rates.rate(community.country.upper(), community.currency, row.since)
    if official is None or not official.country or own_rates.as_rate(row).per_metre <= official.per_metre:
        return
    unit = rates.MILE if row.by_mile else rates.KM
    most = formats.money(int(official.per_metre * unit), community.currency)
    raise Refusal(
        _("The country's own figure is %(most)s; a community may ask for less, not for more.") % {"most": most},
        field="rate", code="above_the_country",
    )

