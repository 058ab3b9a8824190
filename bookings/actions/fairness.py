"""Setting the rules of fair use: of one listing by whoever looks after it, of a community by its stewards."""

from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Community, Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from ..models import FairUse

LIMITS = {
    "most_at_once": (1, 100), "most_days": (1, 366), "window_days": (2, 730), "pause_days": (0, 366),
    "new_days": (0, 366), "new_at_once": (1, 100), "new_deposit_minor": (0, 1_000_000_000),
}
NAMES = (*LIMITS, "count_closed")


@retrying
def set_fair_use(
    *, by: Member, facts: dict, listing_id: int | None = None, community_id: int | None = None
) -> FairUse | None:
    """Replace the rule of a listing or a community; None when nothing is limited any more."""
    owner: dict = {}
    if listing_id is not None:
        owner = {"listing": Listing.objects.looked_after_by(by).get(pk=listing_id)}
    else:
        owner = {"community": Community.objects.looked_after_by(by).get(pk=community_id)}
    rule = {name: facts.get(name) for name in LIMITS}
    rule["pause_days"], rule["new_days"] = rule["pause_days"] or 0, rule["new_days"] or 0
    rule["count_closed"] = bool(facts.get("count_closed", True))
    _sound(rule)
    limits = ("most_at_once", "most_days", "pause_days", "new_days")
    if not any(rule[name] for name in limits):
        FairUse.objects.filter(**owner).delete()
        return None
    return FairUse.objects.update_or_create(**owner, defaults=rule)[0]


def _sound(rule: dict) -> None:
    for name, (least, most) in LIMITS.items():
        value = rule[name]
        if value is not None and not least <= value <= most:
            sentence = _("Please give a figure from %(least)s to %(most)s.") % {"least": least, "most": most}
            raise Refusal(sentence, field=name, code="invalid")
    if (rule["most_days"] is None) != (rule["window_days"] is None):
        missing = "window_days" if rule["window_days"] is None else "most_days"
        raise Refusal(_("So many days in so many: say both, or neither."), field=missing, code="missing")
    if rule["most_days"] is not None and rule["window_days"] <= rule["most_days"]:
        raise Refusal(_("The second figure is the greater one."), field="window_days", code="invalid")
    new = rule["new_at_once"] is not None or rule["new_deposit_minor"] is not None
    if new and not rule["new_days"]:
        raise Refusal(_("Say how many days one is new."), field="new_days", code="missing")
    if rule["new_days"] and not new:
        raise Refusal(_("Say what is limited while one is new."), field="new_at_once", code="missing")
