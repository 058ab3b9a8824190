"""When: claims on a listing's capacity, the bookings that hold them, and what happened to each.

A Claim takes part of a listing's capacity for a half-open period of UTC instants; the database
refuses one that would exceed it (see `bookings.guards`). A booking holds its claim from the moment
it is asked for; a request's claim expires. Events and handover records are only ever added.
"""

from .aboard import Aboard
from .booking import Booking, BookingEvent, BookingQuerySet
from .changes import Change
from .claims import Claim
from .fairuse import Approval, ApprovalState, FairUse, Policy, PolicyListing
from .feeds import CalendarAddress, CalendarFeed, ImportedBusy, ImportedClaim
from .handovers import Handover, HandoverPhoto, HandoverPlan
from .late import LateFee
from .meetings import Meeting, Slot
from .opening import DateException, DayPrice, OpeningWindow
from .series import Series
from .trips import RoundTrip
from .upkeep import Upkeep
from .waiting import WaitEntry

__all__ = [
    "Aboard",
    "Approval",
    "ApprovalState",
    "Booking",
    "BookingEvent",
    "BookingQuerySet",
    "CalendarAddress",
    "CalendarFeed",
    "Change",
    "Claim",
    "DateException",
    "DayPrice",
    "FairUse",
    "Handover",
    "HandoverPhoto",
    "HandoverPlan",
    "ImportedBusy",
    "ImportedClaim",
    "LateFee",
    "Meeting",
    "OpeningWindow",
    "Policy",
    "PolicyListing",
    "RoundTrip",
    "Series",
    "Slot",
    "Upkeep",
    "WaitEntry",
]
