"""Looking for what nobody lists yet: asked, answered, found, over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, Want, WantAnswer, WantState
from listings.search import tiles
from listings.states import Kind
from members.models import Community, Member
from members.queries import membership
from messaging import actions as messaging
from messaging.models import Conversation
from sharing.values.period import instant
from sharing.values.place import Point, blur

from .desk import ListingRefused

MOST_OPEN = 10
USUAL_DAYS, MOST_DAYS = 21, 90
LATEST = 365


class WantRefused(ListingRefused):
    """A want that cannot be, or an answer that cannot be given."""

    code = "want_refused"


def ask(
    *, by: Member, community: Community, title: str, kind: str = Kind.TOOL, description: str = "",
    starts: date | None = None, ends: date | None = None, everyone: bool = True, point: Point | None = None,
    place: str = "", now: datetime | None = None,
) -> Want:
    """Put a want on the board; neighbours who have such things are told by a task.

    starts, ends: the first and the last day it is needed, in the community's zone. point: default
    the member's place, else the community's. It ends by itself the day after `ends`, or in three weeks.
    """  # fmt: skip
    now = now or timezone.now()
    if membership(by, community) is None:
        raise WantRefused(_("You are not a member of this community."), field="community")
    title, description = " ".join(title.split()), description.strip()
    if not title:
        raise WantRefused(_("Say what you are looking for."), field="title")
    for name, text, most in (("title", title, 80), ("description", description, 1000), ("place", place, 120)):
        if len(text) > most or "\x00" in text:
            raise WantRefused(_("At most %(most)s letters, please.") % {"most": most}, field=name)
    if kind not in Kind.values:
        raise WantRefused(_("Choose a tool, a room or a ride."), field="kind")
    starts, ends = _days(starts, ends, community, now)
    point, place = _place(by, community, point, place)
    with transaction.atomic():
        _room_for_one(by, now)
        want = Want(
            member=by, community=community, kind=kind, title=title, description=description, starts=starts, ends=ends,
            everyone=everyone, place=place, lat=point.lat, lon=point.lon, created=now,
            language=(by.language or community.language)[:12], expires=_expiry(ends, community, now),
        )  # fmt: skip
        public = blur(point, secret=settings.BLUR_SECRET, owner=want.blur_key)
        want.public_lat, want.public_lon, want.tile = public.lat, public.lon, tiles.tile(public.lat, public.lon)
        want.save()
        _tell_neighbours(want)
    return want


def answer(
    want_id: int, *, by: Member, body: str, client_id: str, listing: Listing | None = None
) -> tuple[WantAnswer, Conversation]:
    """Write to who is looking, perhaps with a listing of one's own that they may see. Sent twice, it is said once."""
    want = get_object_or_404(Want.objects.visible_to(by).select_related("member", "community"), pk=want_id)
    if want.member_id == by.pk:
        raise WantRefused(_("This is what you are looking for yourself."))
    if not want.is_open:
        raise WantRefused(_("This is no longer looked for."))
    if listing is not None:
        mine = Listing.objects.looked_after_by(by).published().filter(pk=listing.pk)
        if not mine.exists() or not Listing.objects.visible_to(want.member).filter(pk=listing.pk).exists():
            raise WantRefused(_("They could not see this listing. Offer another one, or write."), field="listing")
    body = body.strip()
    if not body and listing is None:
        raise WantRefused(_("Write a few words, or choose something of yours."), field="body")
    lines = [_("About “%(want)s”:") % {"want": want.title}, body]
    if listing is not None:
        lines.append(f"{listing.title}\n{settings.PUBLIC_URL}{listing.get_absolute_url()}")
    conversation = messaging.direct(by, want.member)
    messaging.post(conversation.pk, by=by, body="\n".join(filter(None, lines)), client_id=client_id)
    found, _new = WantAnswer.objects.get_or_create(
        want=want, member=by, listing=listing, defaults={"conversation": conversation.pk}
    )
    return found, conversation


def close(want_id: int, *, by: Member, found: bool = False) -> Want:
    """Take it down: found, or not needed any more."""
    with _mine(want_id, by) as want:
        if want.state == WantState.OPEN:
            want.state = WantState.FOUND if found else WantState.CLOSED
            want.save(update_fields=["state"])
    return want


def renew(want_id: int, *, by: Member, now: datetime | None = None) -> Want:
    """On the board again, or for longer, as long as its days have not passed."""
    now = now or timezone.now()
    with _mine(want_id, by) as want:
        today = now.astimezone(ZoneInfo(want.community.time_zone)).date()
        if want.ends and want.ends < today:
            raise WantRefused(_("Its days have passed. Please ask anew."))
        if membership(by, want.community) is None:
            raise WantRefused(_("You are not a member of this community."), field="community")
        _room_for_one(by, now, besides=want.pk)
        want.state, want.expires = WantState.OPEN, _expiry(want.ends, want.community, now)
        want.save(update_fields=["state", "expires"])
    return want


@contextmanager
def _mine(want_id: int, by: Member) -> Iterator[Want]:
    """Hold a want of the member's own; others' are not there."""
    with transaction.atomic():
        rows = Want.objects.select_for_update(of=("self",)).filter(member=by).select_related("community")
        yield get_object_or_404(rows, pk=want_id)


def _room_for_one(by: Member, now: datetime, besides: int | None = None) -> None:
    """Under the member's lock, so that two at once are counted too."""
    list(Member.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))
    standing = Want.objects.open(now).filter(member=by).exclude(pk=besides).values_list("pk")
    if len(standing[:MOST_OPEN]) >= MOST_OPEN:
        raise WantRefused(_("You look for %(most)s things already. Take one down first.") % {"most": MOST_OPEN})


def _days(starts: date | None, ends: date | None, home: Community, now: datetime) -> tuple[date | None, date | None]:
    if starts is None and ends is None:
        return None, None
    starts, ends = starts or ends, ends or starts
    assert starts is not None and ends is not None
    today = now.astimezone(ZoneInfo(home.time_zone)).date()
    if ends < today:
        raise WantRefused(_("That time has passed."), field="ends")
    if ends < starts:
        raise WantRefused(_("The last day is before the first."), field="ends")
    if (ends - today).days > LATEST:
        raise WantRefused(_("That is more than a year ahead."), field="ends")
    return starts, ends


def _expiry(ends: date | None, home: Community, now: datetime) -> datetime:
    latest = now + timedelta(days=MOST_DAYS)
    if ends is None:
        return now + timedelta(days=USUAL_DAYS)
    return min(latest, instant(ends + timedelta(days=1), time(), ZoneInfo(home.time_zone)))


def _place(by: Member, home: Community, point: Point | None, place: str) -> tuple[Point, str]:
    if point is not None:
        return point, place.strip()
    if by.lat is not None and by.lon is not None:
        return Point(by.lat, by.lon), place.strip() or by.place
    return Point(home.lat, home.lon), place.strip() or home.place


def _tell_neighbours(want: Want) -> None:
    from listings.wants.tasks import tell

    pk = want.pk
    transaction.on_commit(lambda: tell.enqueue(pk), robust=True)
