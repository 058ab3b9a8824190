"""A community's own categories and questions; its stewards say so.

A category lies below one of the tree or below another of the same community, three deep at most, and keeps
its name: on listings it may stand for years. Who wants another name retires it and adds one. What nobody
uses is deleted, what somebody uses is retired: it stays where it is and is offered no more.
"""

from uuid import uuid4

from django.db import transaction
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from listings import categories, shelf
from listings.models import Attribute, Category, Listing
from listings.states import AttributeType
from members.models import Community, Member
from sharing.web.refusals import Refusal

MOST_CATEGORIES, MOST_ATTRIBUTES, MOST_OPTIONS, DEEPEST = 60, 40, 20, 3
LONGEST_NAME, LONGEST_UNIT, LONGEST_OPTION = 60, 12, 40


def add_category(community: Community, *, by: Member, name: str, parent: str) -> Category:
    """Below the category of the slug `parent`. The same name in the same place stands once."""
    _stewarded(community.pk, by)
    name, above = _words(name, LONGEST_NAME, "name"), _above(community, parent, "parent")
    if len(categories.lineage(above.slug)) >= DEEPEST:
        raise Refusal(_("Categories lie three deep at most."), field="parent")
    with transaction.atomic():
        shelf.forget(community.pk)
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        standing = community.own_categories.filter(parent=above, name__iexact=name).first()
        if standing is not None:
            Category.objects.filter(pk=standing.pk).update(retired=False)
            standing.retired = False
            return standing
        if community.own_categories.count() >= MOST_CATEGORIES:
            raise Refusal(_("A community has %(most)s of these at most.") % {"most": MOST_CATEGORIES})
        if name.casefold() in {str(one).casefold() for slug, one in categories.NAMES.items() if _below(slug, above)}:
            raise Refusal(_("There is a category of this name already."), field="name")
        made = Category.objects.create(
            community=community, parent=above, kind=above.kind, name=name, slug=f"own-{community.pk}-{uuid4().hex[:12]}"
        )
        made.slug = f"{slugify(name)[:30].strip('-') or 'own'}-{community.pk}-{made.pk}"  # no other ever had it
        made.save(update_fields=["slug"])
        return made


def remove_category(category_id: int, *, by: Member) -> bool:
    """Gone if nothing uses it, else retired; True when it is gone."""
    category = Category.objects.filter(pk=category_id, community__isnull=False).first()
    if category is None or category.community_id is None:
        raise Http404
    _stewarded(category.community_id, by)
    with transaction.atomic():
        shelf.forget(category.community_id)
        used = Listing.objects.filter(category=category).exists()
        if used or category.children.exists() or category.attributes.exists():
            Category.objects.filter(pk=category.pk).update(retired=True)
            return False
        category.delete()
    categories.forget()
    return True


def add_attribute(
    community: Community, *, by: Member, category: str, name: str, type: str, unit: str = "",
    options: list[str] | tuple[str, ...] = (), required: bool = False,
) -> Attribute:  # fmt: skip
    """A question about everything in the category and below it."""
    _stewarded(community.pk, by)
    name, above = _words(name, LONGEST_NAME, "name"), _above(community, category, "category")
    if type not in AttributeType.values:
        raise Refusal(_("Choose what the answer is."), field="type")
    unit = " ".join(unit.split())
    if len(unit) > LONGEST_UNIT or "\x00" in unit:
        raise Refusal(_("At most %(most)s letters, please.") % {"most": LONGEST_UNIT}, field="unit")
    with transaction.atomic():
        shelf.forget(community.pk)
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        slugs = set(community.attributes.values_list("slug", flat=True))
        if len(slugs) >= MOST_ATTRIBUTES:
            raise Refusal(_("A community has %(most)s of these at most.") % {"most": MOST_ATTRIBUTES})
        return Attribute.objects.create(
            community=community, category=above, slug=_free_slug(name, slugs), name=name, type=type,
            unit=unit if type == AttributeType.NUMBER else "", required=required, position=len(slugs),
            options=_options(options) if type == AttributeType.CHOICE else [],
        )  # fmt: skip


def remove_attribute(attribute_id: int, *, by: Member) -> bool:
    """Gone if nobody has answered it, else asked no more; True when it is gone."""
    attribute = Attribute.objects.filter(pk=attribute_id).first()
    if attribute is None:
        raise Http404
    _stewarded(attribute.community_id, by)
    with transaction.atomic():
        shelf.forget(attribute.community_id)
        if attribute.values.exists():
            Attribute.objects.filter(pk=attribute.pk).update(retired=True)
            return False
        attribute.delete()
    return True


def _stewarded(community_id: int, by: Member) -> None:
    """Others find nothing here."""
    if not Community.objects.looked_after_by(by).filter(pk=community_id).exists():
        raise Http404


def _words(text: str, most: int, field: str) -> str:
    words = " ".join(text.split())
    if not words or "\x00" in words:
        raise Refusal(_("Please give it a name."), field=field)
    if len(words) > most:
        raise Refusal(_("At most %(most)s letters, please.") % {"most": most}, field=field)
    return words


def _above(community: Community, slug: str, field: str) -> Category:
    found = Category.objects.filter(slug=slug[:60], retired=False).first()
    if found is None or found.community_id not in (None, community.pk):
        raise Refusal(_("There is no such category."), field=field)
    return found


def _below(slug: str, above: Category) -> bool:
    return slug != above.slug and above.slug in categories.lineage(slug)


def _options(given: list[str] | tuple[str, ...]) -> list[dict[str, str]]:
    labels = list(dict.fromkeys(" ".join(one.split()) for one in given if one.strip()))
    if not 2 <= len(labels) <= MOST_OPTIONS:
        raise Refusal(_("Give from 2 to %(most)s answers to choose from.") % {"most": MOST_OPTIONS}, field="options")
    if any(len(label) > LONGEST_OPTION or "\x00" in label for label in labels):
        raise Refusal(_("At most %(most)s letters, please.") % {"most": LONGEST_OPTION}, field="options")
    options: list[dict[str, str]] = []
    for label in labels:
        options.append({"key": _free_slug(label, {option["key"] for option in options}), "label": label})
    return options


def _free_slug(text: str, taken: set[str]) -> str:
    base = slugify(text)[:32].strip("-") or "own"
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
