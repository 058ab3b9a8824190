"""What of the house's own waits for a treasurer: what a gateway has not done, or tells otherwise than the books."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community
from payments import causes, waiting
from payments.cards import reconciler, stuck
from sharing.web.formats import money


def register() -> None:
    """Called when the room opens."""
    waiting.register(
        waiting.Source(
            "differences", gettext_lazy("Not the same in the books and at the card service"), _differences,
            gettext_lazy("Compared every night. Each stays here until both say the same."),
        )
    )
    waiting.register(
        waiting.Source(
            "stuck", gettext_lazy("Not done at the card service yet"), _stuck,
            gettext_lazy("Each is tried again several times a day, and never done twice."),
        )
    )


def _differences(community: Community, most: int) -> Iterator[waiting.Item]:
    for row in reconciler.concerning(community).order_by("happened")[:most]:
        reference = causes.reference(row.about, community)
        detail = _("%(here)s in the books, %(there)s there") % {
            "here": money(row.minor_here, row.currency) if row.minor_here is not None else _("nothing"),
            "there": money(row.minor_there, row.currency) if row.minor_there is not None else _("nothing"),
        }
        yield waiting.Item(
            title=reference.label if reference else row.about or reconciler.in_words(row.kind), detail=detail,
            since=row.happened,
            url=reference.url if reference else "",
        )


def _stuck(community: Community, most: int) -> Iterator[waiting.Item]:
    desk = reverse("card_desk", args=[community.slug])
    for errand in stuck.of(community)[:most]:
        charge = errand.charge
        assert charge is not None  # those of a community have one
        yield waiting.Item(
            title=charge.title or charge.about, detail=stuck.what_to_do(errand),
            minor=errand.facts.get("stray", charge.minor),
            currency=charge.currency, since=errand.created, url=f"{desk}#stuck-{errand.pk}",
        )
