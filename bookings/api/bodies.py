"""Bookings, quotes and calendars as clients read them."""

from django.urls import reverse
from django.utils import timezone

from bookings import damages, in_credit, parties, paying, queries, quotes, settling, trips
from bookings.choices import Choice
from bookings.models import Booking, HandoverPhoto
from bookings.quotes import Quote
from bookings.states import BORROWER, LENDER, State
from listings.models import Listing
from members.models import Member

PLACE_KNOWN = frozenset({State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.DISPUTED})


def quote(made: Quote, listing: Listing) -> dict:
    stay = made.stay
    ways = paying.possible(listing) if made.total_minor and listing.community.credit_unit else ()
    return price(made.frozen()) | {
        "credit": in_credit.of_quote(listing, made, ways),
        "starts": stay.period.starts, "ends": stay.period.ends, "quantity": made.quantity, "free": made.answer.free,
        "code": made.answer.code, "reason": made.answer.reason,
        "departure": stay.departure.pk if stay.departure else None,
    }


def price(frozen: dict) -> dict:
    return {"lines": quotes.in_words(frozen)} | {name: value for name, value in frozen.items() if name != "lines"}


def booking(row: Booking, member: Member) -> dict:
    payment = parties.payment_of(row)
    owner, now = row.listing.owner, timezone.now()
    steps = parties.steps_for(row, member, payment=payment)
    needed = queries.needed_of(row, member, steps, payment, now)
    return {
        "id": row.pk, "url": row.get_absolute_url(), "state": row.state, "conversation": row.conversation_id,
        "part": queries.part_of(row, needed, now), "needed": needed,
        "steps": steps, "listing": row.listing_id, "title": row.listing.title,
        "kind": row.listing.kind, "community": parties.home(row, member).slug, "borrower": person(row.borrower),
        "lender": person(owner) if owner else None, "starts": row.starts, "ends": row.ends,
        "time_zone": row.listing.time_zone, "quantity": row.quantity, "departure": row.departure_id,
        "board": row.board_id, "alight": row.alight_id, "note": row.note, "quote": price(row.quote),
        "payment": payment, "place": place(row, member), "created": row.created, "expires": row.expires,
    }


def whole_booking(row: Booking, member: Member) -> dict:
    return booking(row, member) | {
        "credit": in_credit.of_booking(row), "settlement": settling.offered(row), **trips.numbers(row),
        "owed": damages.owed(row, paying.charges_of(row)) if row.state == State.CLOSED else None,
        "handovers": [
            {
                "phase": each.phase, "side": each.side, "by": person(each.by), "note": each.note,
                "checklist": each.checklist, "asked": each.asked, "meter": each.meter, "by_code": each.by_code,
                "made": each.made, "created": each.created, "photos": [_photo(photo) for photo in each.photos.all()],
            }
            for each in row.handovers.all()
        ],
        "events": [
            {
                "step": event.step, "state": event.state, "by": person(event.by) if event.by else None,
                "note": event.note, "created": event.created,
            }
            for event in row.events.all()
        ],
    }


def _photo(photo: HandoverPhoto) -> dict:
    widest = reverse("api_handover_photo", args=[photo.pk, max(photo.widths), "webp"])
    return {"url": widest, "width": photo.width, "height": photo.height, "created": photo.created}


def place(row: Booking, member: Member) -> dict | None:
    """The exact place, for the two sides of what is agreed and nobody else."""
    if row.state not in PLACE_KNOWN or not parties.parties(row, member) & (BORROWER | LENDER):
        return None
    listing = row.listing
    if row.board_id and row.board is not None:  # a rider waits where they get on, not where the ride begins
        stop = row.board
        address = listing.address if stop.position == 0 else ""
        return {"address": address, "place": stop.place, "lat": stop.lat, "lon": stop.lon}
    return {"address": listing.address, "place": listing.place, "lat": listing.lat, "lon": listing.lon}


def person(member: Member) -> dict:
    return {"id": member.pk, "name": member.name}


def departures(choice: Choice) -> list[dict]:
    return [
        {
            "id": row["departure"].pk, "leaves": row["departure"].leaves,
            "stops": [
                {"stop": way["stop"].pk, "place": way["stop"].place, "at": way["at"], "left": way["left"]}
                for way in row["stops"]
            ],
        }
        for row in choice.board
    ]
