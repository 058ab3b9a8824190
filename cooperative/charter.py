"""What the members have settled about themselves: who may vote how soon, and what care may be thanked with."""

from dataclasses import dataclass

from django.conf import settings

from members.models import Community

from .models import Charter


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds in a community now."""

    elector_days: int
    care_minor: int
    version: int = 0


def current(community: Community) -> Settled:
    """The newest charter, or what every community begins with."""
    newest = Charter.objects.filter(community=community).order_by("-version").first()
    if newest is None:
        return Settled(settings.ELECTOR_DAYS, 0)
    return Settled(newest.elector_days, newest.care_minor, newest.version)
