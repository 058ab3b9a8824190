"""How this room's own event lines read."""

from django.utils.translation import gettext as _

from . import lines


def register() -> None:
    """Called when the app loads."""
    lines.register("channel.opened", lambda told: _("%(name)s opened this channel") % told)
    lines.register("channel.renamed", lambda told: _("%(name)s renamed the channel: %(to)s") % told)
    lines.register("channel.closed", lambda told: _("%(name)s closed the channel") % told)
    lines.register("channel.reopened", lambda told: _("%(name)s opened the channel again") % told)
    lines.register("offer.accepted", lambda told: _("%(name)s accepts the dates") % told)
    lines.register("offer.declined", lambda told: _("%(name)s would rather not take these dates") % told)
