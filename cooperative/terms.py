"""The terms of a proposal: what each kind needs in order to carry itself out, checked once, here.

spend     {"minor", "payee", "member"}: so much from the pool, to a member's wallet or to someone outside; with
          "commons": {"title", "kind"} what is bought becomes a listing of the community
          with "project" it draws first on what is set aside for it; with "fund": true as well, and no payee, the
          amount is put into the project, and paid out of it step by step (see `cooperative.funding`)
          by score: {"options": [{"title", "minor", "payee", "member"}…]}, of which the winner is paid
          in a budget round: the same options, and "tokens" a member, and "minor" that are shared out at most
fee       what a fee policy holds: {"enabled", "commoner_bp", "commercial_bp", "rates", "floor_minor", "cap_minor",
          "exempt_kinds", "fee_back": as_price, always or never, "earmark_bp"}
dividend  {"minor", "from", "until", "paid", "earned", "care_minor"}: see `cooperative.dividends`
rule      {"text"}: the house rules as they shall read; {"elector_days"}, {"care_minor"}: see `cooperative.charter`
member    {"member", "deed": "admit" or "remove", "name"}
advice    nothing; or {"minor"}: so much may stand in lines of the budget by it (see `cooperative.budgets`);
          by score {"options": [{"title"}…]}
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Membership
from members.states import MemberClass, Standing
from messaging.details import storable
from sharing.web.refusals import Refusal

from .counting import MOST_OPTIONS, MOST_TOKENS
from .models import Project
from .models.fees import FeeBack
from .states import MANY, FeeKind, Method, ProposalKind

MOST_MINOR = 10**12
MOST_BP = 5000
LONGEST_RULES = 20_000
SHORTEST_PERIOD, LONGEST_PERIOD = timedelta(weeks=4), timedelta(days=731)
MOST_WEIGHT = 100
MOST_CARE_MINOR = 100_000  # an hour of care counts at most like so much of a fee
MOST_DAYS = 365
ADMIT, REMOVE = "admit", "remove"

_FEE_FIELDS = frozenset(
    {
        "enabled", "commoner_bp", "commercial_bp", "rates", "floor_minor", "cap_minor", "exempt_kinds", "fee_back",
        "earmark_bp",
    }
)


def checked(
    kind: str, raw: Mapping[str, Any], community: Community, method: str = Method.MAJORITY
) -> dict[str, Any]:
    """The terms as they will be kept. Raises a Refusal that names the field."""
    if not isinstance(raw, Mapping):
        raise Refusal(_("The terms are a set of named values."), field="terms")
    if method in MANY:
        return _many(raw, community, kind, method)
    return _CHECKS[ProposalKind(kind)](raw, community)


def check_author(kind: str, terms: Any, author: Membership) -> None:
    """Who has applied is for the stewards to know: only they put an application to the vote."""
    admits = isinstance(terms, Mapping) and terms.get("deed") == ADMIT
    if kind == ProposalKind.MEMBER and admits and not author.is_steward:
        raise Refusal(_("A steward can put an application to the vote."), code="stewards_only")


def fee(raw: Mapping[str, Any], _community: Community | None = None) -> dict[str, Any]:
    """The facts of a fee policy."""
    if unknown := set(raw) - _FEE_FIELDS:
        raise Refusal(_("A fee has no “%(name)s”.") % {"name": sorted(unknown)[0]}, field="terms")
    facts: dict[str, Any] = {
        "enabled": _boolean(raw, "enabled"),
        "commoner_bp": _whole(raw, "commoner_bp", MOST_BP),
        "commercial_bp": _whole(raw, "commercial_bp", MOST_BP),
        "floor_minor": _whole(raw, "floor_minor", MOST_MINOR),
        "cap_minor": _whole(raw, "cap_minor", MOST_MINOR),
        "exempt_kinds": _kinds(raw.get("exempt_kinds", [])),
        "rates": _rates(raw.get("rates", {})),
        "fee_back": raw.get("fee_back", FeeBack.AS_PRICE),
        "earmark_bp": _whole(raw, "earmark_bp", 10_000),
    }
    if facts["fee_back"] not in FeeBack.values:
        raise Refusal(_("Say who gets the fee back."), field="fee_back")
    if facts["cap_minor"] and facts["cap_minor"] < facts["floor_minor"]:
        raise Refusal(_("The most one pays cannot be less than the least."), field="cap_minor")
    return facts


def _spend(raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    terms = _payment(raw, community)
    if commons := raw.get("commons"):
        if terms.get("fund"):
            raise Refusal(_("What a project buys is listed when it is there; leave this empty."), field="commons")
        terms["commons"] = _commons(commons)
    return terms


def _payment(raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    minor = _whole(raw, "minor", MOST_MINOR)
    if minor == 0:
        raise Refusal(_("Say how much the pool shall pay."), field="minor")
    member, project = raw.get("member"), _project(raw, community)
    named = {"project": project.pk} if project else {}
    if member not in (None, ""):
        membership = _membership(member, community)
        return {"minor": minor, "payee": membership.member.name, "member": member} | named
    payee = _text(raw, "payee", 80)
    if project and (raw.get("fund") is True or not payee):
        return {"minor": minor, "payee": project.name, "member": None, "fund": True} | named
    if not payee:
        raise Refusal(_("Say who shall get the money."), field="payee")
    return {"minor": minor, "payee": payee, "member": None} | named


def _project(raw: Mapping[str, Any], community: Community) -> Project | None:
    """The open project that is to be drawn on, or filled."""
    number = raw.get("project")
    if number in (None, ""):
        return None
    whole = isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63
    found = Project.objects.open().filter(community=community, pk=number).first() if whole else None
    if found is None:
        raise Refusal(_("This project is not open here."), field="project")
    return found


def _membership(member: Any, community: Community, standing: str = Standing.ACTIVE) -> Membership:
    whole = isinstance(member, int) and not isinstance(member, bool) and abs(member) < 2**63
    rows = Membership.objects.select_related("member").filter(community=community, standing=standing)
    found = rows.filter(member=member).first() if whole else None
    if found is None:
        if standing == Standing.APPLIED:
            raise Refusal(_("Nobody of that name has applied."), field="member")
        raise Refusal(_("This member is not of this community."), field="member")
    return found


def _commons(raw: Any) -> dict[str, str]:
    """What the bought thing will be called, and of which kind it is."""
    if not isinstance(raw, Mapping):
        raise Refusal(_("Say what it will be called."), field="commons")
    title = " ".join(_text(raw, "title", 120).split())
    if not title:
        raise Refusal(_("Say what it will be called."), field="commons")
    if raw.get("kind", FeeKind.TOOL) not in (FeeKind.TOOL, FeeKind.ROOM):
        raise Refusal(_("There is no such kind."), field="commons")
    return {"title": title, "kind": str(raw.get("kind", FeeKind.TOOL))}


def _many(raw: Mapping[str, Any], community: Community, kind: str, method: str) -> dict[str, Any]:
    """Several options in one proposal, in the order in which they are listed."""
    rows = raw.get("options")
    if not isinstance(rows, list) or not 2 <= len(rows) <= MOST_OPTIONS:
        raise Refusal(_("Name 2 to %(most)s options.") % {"most": MOST_OPTIONS}, field="options")
    options = []
    for number, row in enumerate(rows, 1):
        try:
            options.append(_option(row, community, kind))
        except Refusal as refusal:
            text = _("Option %(number)s: %(problem)s") % {"number": number, "problem": refusal}
            raise Refusal(text, field="options") from refusal
    if len({option["title"].casefold() for option in options}) < len(options):
        raise Refusal(_("Two options have the same name."), field="options")
    terms: dict[str, Any] = {"options": options}
    if method == Method.BUDGET:
        terms["tokens"] = _whole(raw, "tokens", MOST_TOKENS, default=10)
        terms["minor"] = _whole(raw, "minor", MOST_MINOR)
        if not terms["tokens"]:
            raise Refusal(_("A whole number from 1 to %(most)s.") % {"most": MOST_TOKENS}, field="tokens")
        if not terms["minor"]:
            raise Refusal(_("Say how much is shared out at most."), field="minor")
    return terms


def _option(raw: Any, community: Community, kind: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise Refusal(_("An option is a set of named values."))
    title = " ".join(_text(raw, "title", 120).split())
    if not title:
        raise Refusal(_("Give it a name."))
    return {"title": title} | (_payment(raw, community) if kind == ProposalKind.SPEND else {})


def _dividend(raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    minor = _whole(raw, "minor", MOST_MINOR)
    if minor == 0:
        raise Refusal(_("Say how much the pool shall pay."), field="minor")
    first, last = _day(raw, "from"), _day(raw, "until")
    if first > last:
        raise Refusal(_("The last day comes after the first."), field="until")
    if last >= timezone.now().astimezone(ZoneInfo(community.time_zone)).date():
        raise Refusal(_("What is shared out is over: the last day lies before today."), field="until")
    if last - first + timedelta(days=1) < SHORTEST_PERIOD:  # else single bookings could be read from the shares
        raise Refusal(_("At least four weeks."), field="from")
    if last - first > LONGEST_PERIOD:
        raise Refusal(_("At most two years."), field="from")
    weights = {
        "paid": _whole(raw, "paid", MOST_WEIGHT, default=1), "earned": _whole(raw, "earned", MOST_WEIGHT, default=1),
        "care_minor": _whole(raw, "care_minor", MOST_CARE_MINOR),
    }
    if not any(weights.values()):
        raise Refusal(_("Something has to count."), field="paid")
    return {"minor": minor, "from": first.isoformat(), "until": last.isoformat(), **weights}


def _rule(raw: Mapping[str, Any], _community: Community) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    if "text" in raw or not {"elector_days", "care_minor"} & set(raw):
        terms["text"] = _text(raw, "text", LONGEST_RULES)
        if not terms["text"]:
            raise Refusal(_("Write the house rules as they shall read."), field="text")
    if raw.get("elector_days") is not None:
        terms["elector_days"] = _whole(raw, "elector_days", MOST_DAYS)
    if raw.get("care_minor") is not None:
        terms["care_minor"] = _whole(raw, "care_minor", MOST_MINOR)
    if not terms:
        raise Refusal(_("Say which rule shall change, and how."), field="text")
    return terms


def _member(raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    deed = raw.get("deed")
    if deed not in (ADMIT, REMOVE):
        raise Refusal(_("Choose one: admit or remove."), field="deed")
    row = _membership(raw.get("member"), community, Standing.APPLIED if deed == ADMIT else Standing.ACTIVE)
    return {"member": row.member_id, "deed": deed, "name": row.member.name}


def _advice(raw: Mapping[str, Any], _community: Community) -> dict[str, Any]:
    minor = _whole(raw, "minor", MOST_MINOR)
    return {"minor": minor} if minor else {}


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or not storable(value):
        raise Refusal(_("This is not a text."), field=name)
    value = value.replace("\r\n", "\n").strip()
    if len(value) > longest:
        raise Refusal(_("At most %(count)s characters.") % {"count": longest}, field=name)
    return value


def _day(raw: Mapping[str, Any], name: str) -> date:
    try:
        day = date.fromisoformat(raw.get(name, ""))
    except (TypeError, ValueError):
        raise Refusal(_("A day, like 2026-03-31."), field=name) from None
    if not 2000 <= day.year < 2200:
        raise Refusal(_("A day, like 2026-03-31."), field=name)
    return day


def _whole(raw: Mapping[str, Any], name: str, most: int, default: int = 0) -> int:
    value = raw.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Refusal(_("A whole number from 0 to %(most)s.") % {"most": most}, field=name)
    return value


def _boolean(raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, True)
    if not isinstance(value, bool):
        raise Refusal(_("Yes or no."), field=name)
    return value


def _kinds(value: Any) -> list[str]:
    if not isinstance(value, list) or any(kind not in FeeKind.values for kind in value):
        raise Refusal(_("There is no such kind."), field="exempt_kinds")
    return sorted(set(value))


def _rates(value: Any) -> dict[str, dict[str, int]]:
    if not isinstance(value, Mapping) or any(kind not in FeeKind.values for kind in value):
        raise Refusal(_("There is no such kind."), field="rates")
    rates: dict[str, dict[str, int]] = {}
    for kind, classes in value.items():
        if not isinstance(classes, Mapping) or any(name not in MemberClass.values for name in classes):
            raise Refusal(_("There is no such class of members."), field="rates")
        rates[kind] = {name: _whole(classes, name, MOST_BP) for name in classes}
    return {kind: classes for kind, classes in rates.items() if classes}


_CHECKS: dict[str, Callable[[Mapping[str, Any], Community], dict[str, Any]]] = {
    ProposalKind.SPEND: _spend,
    ProposalKind.FEE: fee,
    ProposalKind.DIVIDEND: _dividend,
    ProposalKind.RULE: _rule,
    ProposalKind.MEMBER: _member,
    ProposalKind.ADVICE: _advice,
}
