"""The terms of a proposal: what each kind needs in order to carry itself out, checked once, here.

spend   {"minor", "payee", "member"}: so much from the pool, to a member's wallet or to someone outside
fee     what a fee policy holds: {"enabled", "commoner_bp", "commercial_bp", "rates", "floor_minor", "cap_minor",
        "exempt_kinds"}
rule    {"text"}: the house rules as they shall read
advice  nothing
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from members.models import Community, Membership
from members.states import MemberClass
from sharing.web.refusals import Refusal

from .states import FeeKind, ProposalKind

MOST_MINOR = 10**12
MOST_BP = 5000
LONGEST_RULES = 20_000

_FEE_FIELDS = frozenset(
    {"enabled", "commoner_bp", "commercial_bp", "rates", "floor_minor", "cap_minor", "exempt_kinds"}
)


def checked(kind: str, raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    """The terms as they will be kept. Raises a Refusal that names the field."""
    if not isinstance(raw, Mapping):
        raise Refusal(_("The terms are a set of named values."), field="terms")
    return _CHECKS[ProposalKind(kind)](raw, community)


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
    }
    if facts["cap_minor"] and facts["cap_minor"] < facts["floor_minor"]:
        raise Refusal(_("The most one pays cannot be less than the least."), field="cap_minor")
    return facts


def _spend(raw: Mapping[str, Any], community: Community) -> dict[str, Any]:
    minor = _whole(raw, "minor", MOST_MINOR)
    if minor == 0:
        raise Refusal(_("Say how much the pool shall pay."), field="minor")
    member = raw.get("member")
    if member in (None, ""):
        payee = _text(raw, "payee", 80)
        if not payee:
            raise Refusal(_("Say who shall get the money."), field="payee")
        return {"minor": minor, "payee": payee, "member": None}
    if isinstance(member, bool) or not isinstance(member, int):
        raise Refusal(_("This member is not of this community."), field="member")
    membership = Membership.objects.active().select_related("member").filter(community=community, member=member).first()
    if membership is None:
        raise Refusal(_("This member is not of this community."), field="member")
    return {"minor": minor, "payee": membership.member.name, "member": member}


def _rule(raw: Mapping[str, Any], _community: Community) -> dict[str, Any]:
    text = _text(raw, "text", LONGEST_RULES)
    if not text:
        raise Refusal(_("Write the house rules as they shall read."), field="text")
    return {"text": text}


def _advice(_raw: Mapping[str, Any], _community: Community) -> dict[str, Any]:
    return {}


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise Refusal(_("This is not a text."), field=name)
    value = value.replace("\r\n", "\n").strip()
    if len(value) > longest:
        raise Refusal(_("At most %(count)s characters.") % {"count": longest}, field=name)
    return value


def _whole(raw: Mapping[str, Any], name: str, most: int) -> int:
    value = raw.get(name, 0)
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
    ProposalKind.RULE: _rule,
    ProposalKind.ADVICE: _advice,
}
KINDS = frozenset(_CHECKS)
