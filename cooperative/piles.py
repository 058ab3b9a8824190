"""What of the house's own waits for a treasurer: what stands otherwise in the books than at a gateway."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community
from payments import causes, waiting
from payments.models import Difference
from sharing.web.formats import money


def register() -> None:
    """Called when the room opens."""
    waiting.register(
        waiting.Source(
            "differences", gettext_lazy("Not the same in the books and at the card service"), _differences,
            gettext_lazy("Compared every night. Each stays here until both say the same."),
        )
    )


def _differences(community: Community, most: int) -> Iterator[waiting.Item]:
    rows = Difference.objects.filter(community=community, settled__isnull=True).order_by("happened")
    for row in rows[:most]:
        reference = causes.reference(row.about, community)
        detail = _("%(here)s in the books, %(there)s there") % {
            "here": money(row.minor_here, row.currency) if row.minor_here is not None else _("nothing"),
            "there": money(row.minor_there, row.currency) if row.minor_there is not None else _("nothing"),
        }
        yield waiting.Item(
            title=reference.label if reference else row.about or row.kind, detail=detail, since=row.happened,
            url=reference.url if reference else "",
        )
