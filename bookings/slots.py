"""What this room puts on the pages of the rooms below."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from listings.models import Listing
from listings.states import Kind
from members.models import Community
from members.views.frame import standing
from messaging.models import Conversation
from sharing.web import slots

from . import approvals, desk, queries, words
from .choices import Choice
from .handover import plan
from .models import Booking
from .ruled import is_ruled
from .states import HandoverPhase, Meter
from .templatetags.bookings import in_short
from .views.booking import shown


def fill() -> None:
    """Called when the app loads."""
    slots.fill("listing.panel", panel)
    slots.fill("listing.panel", approval, order=50)
    slots.fill("community.tabs", tab, order=150)
    slots.fill("listing.foot", foot)
    slots.fill("listing.foot_button", foot_button)
    slots.fill("listing.calendar", calendar)
    slots.fill("listing.availability", availability)
    slots.fill("listing.availability", calendars, order=200)
    slots.fill("listing.availability", handover, order=190)
    slots.fill("settings.news", calendars_link)
    slots.fill("settings.people", approvals_link)
    slots.fill("inventory.use", desk.use)
    slots.fill("conversation.aside", beside_conversation)
    slots.fill("home.waiting", waiting)


def panel(request: HttpRequest, *, listing: Listing) -> str:
    """Price, choice, quote and the one button."""
    choice = Choice.of(request, listing)
    return render_to_string("bookings/_panel.html", {"choice": choice, "listing": listing}, request)


def foot(request: HttpRequest, *, listing: Listing) -> str:
    """What is chosen and what it costs, for the line at the foot of a phone."""
    quote = Choice.of(request, listing).quote
    return in_short(quote, listing) if quote else ""


def foot_button(request: HttpRequest, *, listing: Listing) -> str:
    """What one does next, once what was chosen can be had; "" before."""
    choice = Choice.of(request, listing)
    return str(choice.ask) if choice.quote and choice.quote.answer.free else ""


def approval(request: HttpRequest, *, listing: Listing) -> str:
    """That it needs an approval, and how one gets it."""
    if listing.owner_id == request.user.pk or not is_ruled(listing):
        return ""
    need = approvals.need(listing, request.user)
    if need is None:
        return ""
    return render_to_string("bookings/_approval.html", {"need": need, "listing": listing}, request)


def calendar(request: HttpRequest, *, listing: Listing) -> str:
    """The month, or the departures of a ride."""
    choice = Choice.of(request, listing)
    return render_to_string("bookings/_calendar.html", {"choice": choice, "listing": listing}, request)


def availability(request: HttpRequest, *, listing: Listing) -> str:
    """The way to the page where its owner sets when it can be had, on the listing's edit page."""
    return render_to_string("bookings/_times_summary.html", {"listing": listing}, request)


def calendars(request: HttpRequest, *, listing: Listing) -> str:
    """Other calendars in and out, below when it is free; the secrets themselves are a page further."""
    context = {"listing": listing, "feeds": list(listing.feeds.all()[:20])}
    return render_to_string("bookings/calendars/_part.html", context, request)


def handover(request: HttpRequest, *, listing: Listing) -> str:
    """What is looked at at the pick-up and the return; a ride is only got on and off."""
    if listing.kind == Kind.RIDE:
        return ""
    pickup, back = (plan.items(listing, phase) for phase in (HandoverPhase.PICKUP, HandoverPhase.RETURN))
    meter = plan.meter(listing)
    context = {"listing": listing, "pickup": pickup, "back": back, "meter": Meter(meter).label if meter else ""}
    return render_to_string("bookings/handover/_part.html", context, request)


def calendars_link(request: HttpRequest, **_context: object) -> str:
    """The line in the settings' menu."""
    return render_to_string("bookings/calendars/_menu.html", {}, request)


def approvals_link(request: HttpRequest, **_context: object) -> str:
    return render_to_string("bookings/_approvals_menu.html", {}, request)


def beside_conversation(request: HttpRequest, *, conversation: Conversation) -> str:
    """The booking that a conversation is about, with its next step."""
    if conversation.kind != "booking":
        return ""
    found = Booking.objects.filter(conversation=conversation.pk).values_list("pk", flat=True).first()
    if found is None:
        return ""
    try:
        booking = queries.for_page(request.user, found)
    except Booking.DoesNotExist:
        return ""
    return render_to_string("bookings/_aside.html", shown(request, booking), request)


def waiting(request: HttpRequest, **_context: object) -> str:
    """How many things need this member, on the home page."""
    if not request.user.is_authenticated:
        return ""
    needs = queries.open_ones(request.user, faces=False).needs
    if not needs:
        return ""
    return render_to_string("bookings/_waiting.html", {"needs": needs, "words": words}, request)


def tab(request: HttpRequest, community: Community, current: str = "") -> str:
    """Fair use among a community's tabs, for its stewards."""
    mine = standing(request, community)
    if mine is None or not (mine.is_active and mine.is_steward):
        return ""
    return render_to_string("bookings/_tab.html", {"community": community, "current": current}, request)
