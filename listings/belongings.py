"""What hangs on a listing besides itself: its documents, the parts of a kit, the kits it is a part of.

Most listings have none of these, so the page's own statement asks whether there are any (`marked`), and
only then they are read.
"""

from django.db.models import Exists, OuterRef, Prefetch, Q

from .models import Document, KitPart, Listing, ListingQuerySet, Photo

MOST = 40


def marked(rows: ListingQuerySet) -> ListingQuerySet:
    """With `has_documents` and `has_kit` on each row."""
    documents = Document.objects.filter(listing=OuterRef("pk"))
    kits = KitPart.objects.filter(Q(kit=OuterRef("pk")) | Q(part=OuterRef("pk")))
    return rows.annotate(has_documents=Exists(documents), has_kit=Exists(kits))


def documents(listing: Listing, *, cared: bool) -> list[Document]:
    if not getattr(listing, "has_documents", True):
        return []
    rows = listing.documents.all() if cared else listing.documents.filter(withdrawn=None)
    return list(rows[:MOST])


def kit(listing: Listing, viewer) -> tuple[list[KitPart], list[KitPart]]:
    """Its parts, and its places in kits, each as far as the viewer may see it; two statements at most."""
    if not getattr(listing, "has_kit", True):
        return [], []
    seen = Listing.objects.visible_to(viewer)
    parts, kits = Exists(seen.filter(pk=OuterRef("part"))), Exists(seen.filter(pk=OuterRef("kit")))
    rows = KitPart.objects.filter(Q(parts, kit=listing) | Q(kits, part=listing))
    faces = Photo.objects.filter(position=0).order_by("id")
    found = list(
        rows.select_related("kit", "part").prefetch_related(Prefetch("part__photos", queryset=faces, to_attr="faces"))
    )
    return [row for row in found if row.kit_id == listing.pk], [row for row in found if row.part_id == listing.pk]
