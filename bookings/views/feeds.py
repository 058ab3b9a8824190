"""Calendars in and out: the secret addresses themselves, and the pages where one opens, changes and adds them."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings.models import Listing
from sharing.web.refusals import Refusal

from .. import actions, queries
from ..actions.feeds import MOST_FEEDS
from ..calendars import addresses, busy, mine, sync
from ..models import Booking, CalendarAddress, CalendarFeed

READ_NOTED = timedelta(hours=1)
MOST_LISTINGS = 60


class FeedForm(forms.Form):
    """Another calendar to be read."""

    url = forms.CharField(
        label=lazy("Its iCal address"), max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://…/calendar.ics"}),
    )
    name = forms.CharField(label=lazy("What you call it"), max_length=60, required=False)


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. Whoever has it is let in, so nothing of it goes anywhere else."""
    address = addresses.find(token)
    if address is None:
        response: HttpResponse = HttpResponseNotFound("There is no such calendar.", content_type="text/plain")
        response._has_been_logged = True  # type: ignore[attr-defined] # Django would write the whole address down
        return _secret(response)
    now = timezone.now()
    rows = CalendarAddress.objects.filter(Q(read=None) | Q(read__lt=now - READ_NOTED), pk=address.pk)
    if address.read is None or address.read < now - READ_NOTED:
        rows.update(read=now)
    if address.member is not None:
        with translation.override(address.member.language), timezone.override(address.member.time_zone or "UTC"):
            body = mine.of_member(address.member, site(request), now=now)
    else:
        with translation.override(_language(address.listing)):
            body = busy.of_listing(address.listing, to=address.feed, now=now)
    return _answer(request, body, "commonshare")


@require_safe
@login_required
def booking_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking for one's calendar."""
    try:
        booking = queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
    body = mine.of_booking_alone(booking, request.user, site(request))
    response = _answer(request, body, slugify(booking.listing.title) or "booking")
    response["Content-Disposition"] = response["Content-Disposition"].replace("inline", "attachment")
    return response


def _answer(request: HttpRequest, body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    etag = quote_etag(salted_hmac("calendar", body, algorithm="sha256").hexdigest()[:32])
    response["ETag"] = etag
    return _secret(get_conditional_response(request, etag=etag, response=response))


def _secret(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _language(listing: Listing) -> str:
    return listing.language if listing.language in dict(settings.LANGUAGES) else "en"


# --- one's own ---------------------------------------------------------------------------------------


@require_safe
@never_cache
@login_required
def settings_calendars(request: HttpRequest) -> HttpResponse:
    """One's own secret address, and the way to those of each listing."""
    address = CalendarAddress.objects.filter(member=request.user).first()
    listings = Listing.objects.looked_after_by(request.user).filter(state__in=addresses.SHOWN).order_by("title", "pk")
    context = {
        "address": shown(request, address), "listings": list(listings[:MOST_LISTINGS]), "current": "calendars",
        "open_url": reverse("settings_calendar_deed", args=["open"]),
        "renew_url": reverse("settings_calendar_deed", args=["renew"]),
        "close_url": reverse("settings_calendar_deed", args=["close"]),
    }
    return render(request, "bookings/calendars/settings.html", context)


@require_POST
@login_required
def settings_calendar_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Open, change or close one's own address."""
    _do(request, deed)
    return redirect("settings_calendars")


# --- of a listing ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def listing_calendars(request: HttpRequest, pk: int) -> HttpResponse:
    """The listing's shared calendar, and the other calendars it follows. A POST adds one of those."""
    listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            feed = actions.add_feed(listing.pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is read within a minute.") % {"name": feed.name})
            return redirect("listing_calendars", listing.pk)
    context = of_listing(request, listing) | {"form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "bookings/calendars/listing.html", context, status=status)


@require_POST
@login_required
def listing_calendar_deed(request: HttpRequest, pk: int, deed: str, feed: int | None = None) -> HttpResponse:
    """Open, change or close the listing's address, or the one made for a feed."""
    try:
        _do(request, deed, listing_id=pk, feed_id=feed)
    except (Listing.DoesNotExist, CalendarFeed.DoesNotExist):
        raise Http404 from None
    return redirect("listing_calendars", pk)


@require_POST
@login_required
def feed_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Read a feed at once, or no more."""
    try:
        if deed == "look":
            listing = actions.look_now(pk, by=request.user).listing
            messages.success(request, _("We look within a minute."))
        elif deed == "drop":
            listing = actions.drop_feed(pk, by=request.user)
            messages.success(request, _("It is not read any more; what it kept busy is free again."))
        else:
            raise Http404
    except CalendarFeed.DoesNotExist:
        raise Http404 from None
    return redirect("listing_calendars", listing.pk)


def of_listing(request: HttpRequest, listing: Listing) -> dict:
    """What the section about a listing's calendars shows, in a fixed number of statements."""
    opened = {row.feed_id: row for row in CalendarAddress.objects.filter(listing=listing)}
    now = timezone.now()
    feeds = [
        {"feed": feed, "host": addresses.hidden(feed.url), "back": shown(request, opened.get(feed.pk)),
         "late": feed.fetched is not None and feed.fetched < now - 2 * sync.EVERY}
        for feed in listing.feeds.all()[: MOST_FEEDS]
    ]
    links = {
        f"{deed}_url": reverse("listing_calendar_deed", args=[listing.pk, deed]) for deed in ("open", "renew", "close")
    }
    return links | {
        "listing": listing, "address": shown(request, opened.get(None)), "feeds": feeds,
        "clashes": sync.clashes(listing, now) if feeds else [],
    }


def shown(request: HttpRequest, address: CalendarAddress | None) -> dict | None:
    """An address as its owner sees it; its webcal form opens the calendar program of the machine."""
    if address is None:
        return None
    url = f"{site(request)}{reverse('calendar_file', args=[addresses.token(address)])}"
    return {"url": url, "webcal": f"webcal:{url.partition(':')[2]}", "read": address.read, "created": address.created}


def site(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or request.build_absolute_uri("/")[:-1]


def _do(request: HttpRequest, deed: str, **whose: int | None) -> None:
    if deed in ("open", "renew"):
        actions.open_calendar(by=request.user, renew=deed == "renew", **whose)
        said = _("The address is new; the one before opens nothing any more.") if deed == "renew" else ""
    elif deed == "close":
        actions.close_calendar(by=request.user, **whose)
        said = _("Nobody can read it any more.")
    else:
        raise Http404
    if said:
        messages.success(request, said)
