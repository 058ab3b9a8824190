"""The photos of a listing: added, ordered, described, removed. The first one is its face."""

from datetime import datetime, timedelta

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, Photo
from members.models import Member
from sharing.photos import pipeline

from .desk import ListingRefused, assign, locked, put_back

UNDO = timedelta(days=1)


def add_photo(listing_id: int, upload, *, by: Member, alt: str = "") -> Photo:
    """The photo, rewritten, at the end of the row. The slow work is done before the lock is taken."""
    listing = get_object_or_404(Listing.objects.looked_after_by(by), pk=listing_id)
    _room_for_one(listing)
    with pipeline.stored(upload, f"listings/{listing.pk}") as fields, locked(listing_id, by) as listing:
        position = _room_for_one(listing)
        photo = Photo(listing=listing, position=position, **fields)
        assign(photo, {"alt": alt})
        photo.save()
        put_back(listing)
    return photo


def order_photos(listing_id: int, ids: list[int], *, by: Member) -> Listing:
    """In this order; photos that are not named keep theirs, after the named ones."""
    with locked(listing_id, by) as listing:
        photos = {photo.pk: photo for photo in listing.photos.all()}
        named = [photos.pop(pk) for pk in dict.fromkeys(ids) if pk in photos]
        _number([*named, *photos.values()])
        put_back(listing)
    return listing


def move_photo(listing_id: int, photo_id: int, places: int, *, by: Member) -> Listing:
    """So many places towards the end, or towards the front if negative; it stops at either."""
    with locked(listing_id, by) as listing:
        photos = list(listing.photos.all())
        photo = _one_of(photos, photo_id)
        at = photos.index(photo)
        photos.remove(photo)
        photos.insert(max(0, at + places), photo)
        _number(photos)
        put_back(listing)
    return listing


def describe_photo(listing_id: int, photo_id: int, alt: str, *, by: Member) -> Photo:
    """What it shows, in words, for those who do not see it."""
    with locked(listing_id, by) as listing:
        photo = _one_of(list(listing.photos.all()), photo_id)
        assign(photo, {"alt": alt})
        photo.save(update_fields=["alt"])
        put_back(listing)
    return photo


def edit_photo(
    listing_id: int, photo_id: int, *, by: Member, turn: int = 0, crop: pipeline.Crop | None = None
) -> Photo:
    """Turned clockwise and cropped: new files under a new key, the old ones go once that is certain."""
    listing = get_object_or_404(Listing.objects.looked_after_by(by), pk=listing_id)
    before = get_object_or_404(listing.photos.all(), pk=photo_id)
    if not turn % 360 and crop is None:
        return before
    fields = pipeline.edited(before, f"listings/{listing_id}", turn=turn, crop=crop)
    try:
        with locked(listing_id, by) as listing:
            photo = get_object_or_404(listing.photos.all(), pk=photo_id)
            if photo.key != before.key:
                raise ListingRefused(_("Somebody has changed this photo just now. Please look again."))
            for name, value in fields.items():
                setattr(photo, name, value)
            photo.save(update_fields=list(fields))
            put_back(listing)
            pipeline.replaced(before, photo)
    except BaseException:
        pipeline.discard(fields)
        raise
    return photo


def remove_photo(listing_id: int, photo_id: int, *, by: Member) -> Listing:
    """Out of the row; for a day `put_back_photo` brings it back to its place."""
    with locked(listing_id, by) as listing:
        photos = list(listing.photos.all())
        photo = _one_of(photos, photo_id)
        photos.remove(photo)
        photo.removed = timezone.now()
        photo.save(update_fields=["removed"])
        _number(photos)
        put_back(listing)
    return listing


def put_back_photo(listing_id: int, photo_id: int, *, by: Member) -> Listing:
    """Undo a removal: the photo stands where it stood."""
    with locked(listing_id, by) as listing:
        photo = get_object_or_404(Photo.everything.filter(listing=listing, removed__isnull=False), pk=photo_id)
        _room_for_one(listing)
        photos = list(listing.photos.all())
        photos.insert(photo.position, photo)
        photo.removed = None
        photo.save(update_fields=["removed"])
        _number(photos)
        put_back(listing)
    return listing


def forget_removed(now: datetime | None = None) -> int:
    """Photos that were taken out a day ago go for good, with their files; returns how many."""
    gone = Photo.everything.filter(removed__lt=(now or timezone.now()) - UNDO)
    photos = list(gone.order_by("removed")[:500])
    for photo in photos:
        photo.delete()
    return len(photos)


def _room_for_one(listing: Listing) -> int:
    """The position of the next photo."""
    count = len(listing.photos.values_list("pk", flat=True)[: settings.PHOTOS_PER_LISTING])
    if count >= settings.PHOTOS_PER_LISTING:
        raise ListingRefused(
            _("A listing has at most %(most)s photos. Remove one first.") % {"most": settings.PHOTOS_PER_LISTING},
            field="photo",
        )
    return count


def _one_of(photos: list[Photo], photo_id: int) -> Photo:
    return next((photo for photo in photos if photo.pk == photo_id), None) or get_object_or_404(Photo.objects.none())


def _number(photos: list[Photo]) -> None:
    for position, photo in enumerate(photos):
        photo.position = position
    Photo.objects.bulk_update(photos, ["position"])
