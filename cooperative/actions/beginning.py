"""What a community begins with, before there is anything to decide."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import ledger

from .. import terms
from ..models import FeePolicy
from .parts import DecisionError


def set_first_policy(community: Community, *, by: Member, **facts: Any) -> FeePolicy:
    """The fee a community begins with; from then on it changes by decision only."""
    mine = membership(by, community)
    if mine is None or not mine.is_steward:
        raise DecisionError(_("Only a steward can set the first fee."), code="stewards_only")
    with transaction.atomic():
        ledger.lock(community)
        if FeePolicy.objects.filter(community=community).exists():
            raise DecisionError(_("The fee is set. Propose a change, and the members decide."), code="decided_only")
        return FeePolicy.objects.create(community=community, version=1, **terms.fee(facts))
