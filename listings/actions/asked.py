"""Answers to the questions of a listing's community, kept with the listing."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from listings import answers, categories
from listings.models import Attribute, AttributeValue, Listing
from sharing.db.worded import Worded

from .desk import ListingRefused


def questions(listing: Listing) -> QuerySet[Attribute]:
    """What its community asks of things in its category, and still asks."""
    lineage = categories.lineage(categories.slug_of(listing.category_id))
    return _asked(listing.community_id, lineage)


def _asked(community: int, lineage: Sequence[str]) -> QuerySet[Attribute]:
    return Attribute.objects.filter(community=community, category__slug__in=lineage, retired=False)


def keep(listing: Listing, given: object) -> None:
    """Put down each answer by the question's slug; null takes one away, what is not named stays.

    What is asked no more keeps the answer it has: that one alone may be said again.
    """
    if not isinstance(given, dict):
        raise ListingRefused(_("Answers go by the names of their questions."), field="attributes")
    standing = {value.attribute_id: value for value in listing.attribute_values.select_related("attribute")}
    asked = {attribute.slug: attribute for attribute in questions(listing)}
    old = {value.attribute.slug: value for value in standing.values() if value.attribute.retired}
    for slug, said in given.items():
        if slug in old and answers.is_said(old[slug].attribute, said, (old[slug].text, old[slug].thousandths)):
            continue
        attribute = asked.get(slug)
        if attribute is None:
            raise ListingRefused(_("The community asks no such question here."), field=f"attributes.{slug}"[:80])
        try:
            kept = answers.kept(attribute, said)
        except answers.Wrong as wrong:
            raise ListingRefused(str(wrong), field=f"attributes.{slug}") from wrong
        if kept is None and attribute.required and attribute.pk in standing and listing.is_published:
            raise ListingRefused(_("This has to be answered."), field=f"attributes.{slug}")
        if kept is None:
            listing.attribute_values.filter(attribute=attribute).delete()
        else:
            AttributeValue.objects.update_or_create(
                listing=listing, attribute=attribute, defaults={"text": kept.text, "thousandths": kept.thousandths}
            )


def drop_what_is_not_asked(listing: Listing) -> None:
    """In another category or community other questions count; what a retired one was answered stays."""
    lineage = categories.lineage(categories.slug_of(listing.category_id))
    standing = listing.attribute_values.all()
    standing.exclude(attribute__community=listing.community_id, attribute__category__slug__in=lineage).delete()


def unanswered(listing: Listing) -> Attribute | None:
    """The first question that has to be answered before others may see the listing."""
    lineage = tuple(categories.lineage(categories.slug_of(listing.category_id)))
    return _unanswered.first(listing.community_id, lineage, listing.pk) if lineage else None


def _must(community: int, lineage: tuple[str, ...], listing: int) -> QuerySet[Attribute]:
    return _asked(community, lineage).filter(required=True).exclude(values__listing=listing)[:1]


_unanswered = Worded(_must)
