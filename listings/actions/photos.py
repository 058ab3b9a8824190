"""The photos of a listing: added, ordered, described, removed. The first one is its face."""

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from listings.models import Listing, Photo
from members.models import Member
from sharing.photos import pipeline

from .desk import ListingRefused, assign, locked, put_back


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


def remove_photo(listing_id: int, photo_id: int, *, by: Member) -> Listing:
    with locked(listing_id, by) as listing:
        photos = list(listing.photos.all())
        photo = _one_of(photos, photo_id)
        photos.remove(photo)
        photo.delete()
        _number(photos)
        put_back(listing)
    return listing


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
