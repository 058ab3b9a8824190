"""Switching gateways on and off: for a community's stewards and treasurers."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member

from . import actions, gateways
from .models import GatewaySwitch


def switch(community: Community, names: set[str], *, by: Member, now: datetime | None = None) -> None:
    """From now on the community uses these of the gateways it could; what was agreed before stays as it was."""
    if by.pk not in actions.trusted_of(community):
        raise actions.NotYours(_("Only stewards and treasurers of the community can do this."))
    there = {gateway.name for gateway in gateways.served(community)}
    if not names & there:
        raise actions.PaymentError(_("One way to pay must stay."), field="gateways", code="none_left")
    now = now or timezone.now()
    with transaction.atomic():
        for name in there:
            facts = {"on": name in names, "by": by, "changed": now}
            GatewaySwitch.objects.update_or_create(community=community, gateway=name, defaults=facts)
    gateways.forget(community)
