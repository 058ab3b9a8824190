"""Founding a community, changing what it says of itself, and its house rules."""

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members import geo
from members.models import Community, HouseRules, Member, Membership
from members.queries import current_rules
from members.signals import after_commit, membership_began, rules_written
from members.states import Joining, Role, Standing
from sharing.values.place import Point
from sharing.web.refusals import Refusal

from .permits import locked, stewarding

FACTS = frozenset(
    ("name", "about", "place", "lat", "lon", "country", "currency", "time_zone", "language")
    + ("joining", "questions", "listed")
)
FOUNDED_AT_MOST = 20


def found(*, by: Member, name: str, lat: float, lon: float, rules: str = "", **facts) -> Community:
    """A new community; its founder is steward and treasurer. What is not said follows from the place."""
    _only_known(facts)
    point = Point(lat, lon)
    zone = facts.pop("time_zone", "") or geo.zone_at(point) or by.time_zone
    country = facts.pop("country", "") or geo.country_of_zone(zone) or "DE"
    currency = facts.pop("currency", "") or geo.currency_of(country)
    language = facts.pop("language", "") or (get_language() or "en").split("-")[0]
    with transaction.atomic():
        _check_not_too_many(by)
        community = Community.objects.create(
            name=name, slug=_free_slug(name), lat=point.lat, lon=point.lon, time_zone=zone, country=country,
            currency=currency, language=language, **facts,
        )
        version = write_first_rules(community, rules, by=by) if rules.strip() else 0
        membership = Membership.objects.create(
            member=by, community=community, standing=Standing.ACTIVE, role=Role.STEWARD, treasurer=True,
            rules_accepted=version, joined=timezone.now(),
        )
        after_commit(membership_began, Membership, membership=membership)
    community.refresh_from_db(fields=["people"])
    return community


def edit(community: Community, *, by: Member, **facts) -> Community:
    """Change what the community says of itself and how one joins it; stewards may."""
    _only_known(facts)
    with locked(community) as community:
        stewarding(community, by)
        for name, value in facts.items():
            setattr(community, name, value)
        community.save(update_fields=list(facts))
    return community


def write_rules(community: Community, text: str, *, by: Member | None) -> HouseRules:
    """A new version of the house rules; the steward who writes it has accepted it. The same text again is no version.

    `by` None: the members wrote it together, by a decision.
    """
    with locked(community) as community:
        membership = stewarding(community, by) if by else None
        before = current_rules(community)
        if before and before.text == text:
            return before
        rules = HouseRules.objects.create(
            community=community, version=before.version + 1 if before else 1, text=text, written_by=by
        )
        if membership:
            Membership.objects.filter(pk=membership.pk).update(rules_accepted=rules.version)
        after_commit(rules_written, HouseRules, rules=rules)
    return rules


def accept_rules(community: Community, version: int, *, by: Member) -> Membership:
    """The member has read this version. Only the one that holds now can be accepted."""
    rules = current_rules(community)
    if rules is None or rules.version != version:
        raise Refusal(_("The house rules have changed since you opened them. Please read them once more."))
    membership = Membership.objects.active().get(community=community, member=by)
    Membership.objects.filter(pk=membership.pk, rules_accepted__lt=version).update(rules_accepted=version)
    membership.rules_accepted = max(version, membership.rules_accepted)
    return membership


def write_first_rules(community: Community, text: str, *, by: Member) -> int:
    return HouseRules.objects.create(community=community, version=1, text=text.strip(), written_by=by).version


def _check_not_too_many(by: Member) -> None:
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    led = Membership.objects.active().filter(member=by, role=Role.STEWARD)
    if len(led.values_list("pk")[:FOUNDED_AT_MOST]) == FOUNDED_AT_MOST:
        raise Refusal(_("You look after many communities already. Hand one on before you found another."))


def _only_known(facts: dict) -> None:
    if unknown := set(facts) - FACTS:
        raise TypeError(f"A community has no {', '.join(sorted(unknown))}.")
    if facts.get("joining", Joining.OPEN) not in Joining.values:
        raise ValueError("Nobody joins in that way.")


def _free_slug(name: str) -> str:
    """The name as an address, with a tail when it is taken or has no Latin letter."""
    stem = slugify(name)[:50].strip("-")
    taken = stem and Community.objects.filter(slug=stem).exists()
    if stem and not taken and stem != "new":
        return stem
    tail = get_random_string(5, "abcdefghjkmnpqrstuvwxyz23456789")
    return f"{stem}-{tail}" if stem else f"community-{tail}"
