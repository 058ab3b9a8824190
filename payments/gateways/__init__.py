"""Gateways: the ways in which money reaches whom it is for, behind one small class.

A community switches on which of them it uses. What can be had for one thing is what is switched on,
and reaches the one who lends it; where nothing else does, the money goes from hand to hand.
"""

from django.utils.translation import gettext as _

from members.models import Community, Member
from payments.models import GatewaySwitch
from sharing.web.refusals import Refusal

from . import card, credit, hand
from .base import PaymentGateway

__all__ = ["PaymentGateway", "named", "offered", "possible", "register", "served"]

_gateways: dict[str, PaymentGateway] = {}


def register(gateway: PaymentGateway) -> None:
    """The order of registering is the order in which they are shown."""
    _gateways[gateway.name] = gateway


register(hand.HandToHand())
register(credit.Credit())
register(card.Card())


def named(name: str) -> PaymentGateway:
    """The gateway of this name. Refuses what this house does not know."""
    try:
        return _gateways[name]
    except KeyError:
        raise Refusal(_("One cannot pay this way here."), code="no_such_gateway") from None


def served(community: Community) -> list[PaymentGateway]:
    """What the community could switch on."""
    return [gateway for gateway in _gateways.values() if gateway.configured() and gateway.serves(community)]


def offered(community: Community) -> list[PaymentGateway]:
    """What the community uses. Asks the database only where there is a choice, and once."""
    there = served(community)
    if len(there) == 1:
        return there
    switched = _switched(community)
    found = [gateway for gateway in there if switched.get(gateway.name, gateway.on_by_itself)]
    return found or [_gateways["hand"]]


def possible(community: Community, payee: Member | None) -> list[PaymentGateway]:
    """What can be had for something this member lends there; None is the commons."""
    found = [gateway for gateway in offered(community) if gateway.reaches(payee)]
    return found or [_gateways["hand"]]


def chosen(name: str, community: Community, payee: Member | None) -> PaymentGateway:
    """The one asked for, if it can be had; without a name the first that can."""
    there = possible(community, payee)
    if not name:
        return there[0]
    for gateway in there:
        if gateway.name == name:
            return gateway
    raise Refusal(_("One cannot pay this way here."), field="gateway", code="no_such_gateway")


def forget(community: Community) -> None:
    """The switches have changed."""
    vars(community).pop("_gateway_switches", None)


def _switched(community: Community) -> dict[str, bool]:
    if "_gateway_switches" not in vars(community):
        rows = GatewaySwitch.objects.filter(community=community).values_list("gateway", "on")
        vars(community)["_gateway_switches"] = dict(rows)
    return vars(community)["_gateway_switches"]
