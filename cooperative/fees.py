"""The fee that a booking pools: which policy holds, and what it comes to.

One function computes; quotes, previews and the policy's own page call it. A policy never changes, so
what a booking was quoted can be computed again from the version it names.
"""

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.db.models import QuerySet
from django.db.models.signals import post_save

from members.models import Community
from sharing.db.worded import Worded
from sharing.values.money import basis_points

from .models import FeePolicy

GIFT = "gift"
_request = Local()


def current(community: Community) -> FeePolicy | None:
    """The policy that binds bookings made now; None as long as the community has none.

    Within a request it is read once, since a page of quotes asks for it again and again.
    """
    known: dict[int, FeePolicy | None] | None = getattr(_request, "policies", None)
    if known is None:
        return _newest(community)
    if community.pk not in known:
        known[community.pk] = _newest(community)
    return known[community.pk]


def fee_minor(policy: FeePolicy | None, *, kind: str, terms: str, member_class: str, price_minor: int) -> int:
    """What goes into the pool on top of `price_minor`, in minor units, rounded half up.

    Gifts and exempt kinds pay nothing, nor does a class whose rate is zero; all else pays at least
    the floor and at most the cap, and never more than the price itself.
    """
    if policy is None or not policy.enabled or price_minor <= 0 or terms == GIFT or kind in policy.exempt_kinds:
        return 0
    rate = rate_bp(policy, kind=kind, member_class=member_class)
    if rate == 0:
        return 0
    fee = max(basis_points(price_minor, rate), policy.floor_minor)
    if policy.cap_minor:
        fee = min(fee, policy.cap_minor)
    return min(fee, price_minor)


def rate_bp(policy: FeePolicy, *, kind: str, member_class: str) -> int:
    """The rate in basis points for this kind and class: the kind's own where the policy names one."""
    general = policy.commercial_bp if member_class == "commercial" else policy.commoner_bp
    return policy.rates.get(kind, {}).get(member_class, general)


def _newest(community: Community) -> FeePolicy | None:
    return _versions.first(community.pk)


@Worded
def _versions(community: int) -> QuerySet[FeePolicy]:
    return FeePolicy.objects.filter(community=community).order_by("-version")[:1]


def _begin(**_: object) -> None:
    _request.policies = {}


def _forget(**_: object) -> None:
    if hasattr(_request, "policies"):
        del _request.policies


def _renew(**_: object) -> None:
    if hasattr(_request, "policies"):
        _request.policies = {}


def connect() -> None:
    """Called when the room opens."""
    request_started.connect(_begin, dispatch_uid="cooperative.fees")
    request_finished.connect(_forget, dispatch_uid="cooperative.fees")
    post_save.connect(_renew, sender=FeePolicy, dispatch_uid="cooperative.fees")
