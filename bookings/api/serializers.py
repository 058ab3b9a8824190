"""The bodies: what clients send and get. What a date means, the listing says (see `bookings.stays`)."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.actions.steps import LONGEST_ITEM, LONGEST_NOTE, MOST_ITEMS, MOST_PHOTOS
from bookings.queries import PARTS
from bookings.states import DayState, State
from listings.states import Unit

LARGEST = 2**63 - 1
MOST_MINOR = 10**12


class WhenField(serializers.CharField):
    """A date (a local day or night of the listing), a local time, or an instant."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("help_text", "ISO 8601: a date in the listing's zone, a local time, or an instant.")
        super().__init__(max_length=40, **kwargs)


def id_field(**kwargs) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST, **kwargs)


class ChoiceSerializer(serializers.Serializer):
    """When, how much and, for rides, between which stops."""

    starts = WhenField(required=False, allow_null=True, allow_blank=True)
    ends = WhenField(required=False, allow_null=True, allow_blank=True)
    quantity = serializers.IntegerField(default=1, max_value=LARGEST, help_text="Copies, beds or seats; at least 1.")
    departure = id_field(required=False, allow_null=True, help_text="Rides: the departure; else the next that fits.")
    board = id_field(required=False, allow_null=True, help_text="Rides: the stop where one gets on.")
    alight = id_field(required=False, allow_null=True, help_text="Rides: the stop where one gets off.")
    solidarity_minor = serializers.IntegerField(
        default=0, min_value=0, max_value=MOST_MINOR, help_text="A voluntary share for the pool, in minor units."
    )
    project = id_field(
        required=False, allow_null=True, help_text="An open project of the community: a share of the fee goes there."
    )


class AskSerializer(ChoiceSerializer):
    listing = id_field()
    gateway = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=8,
        help_text="How it is to be paid, of what the community uses: hand, stripe …; else the first that can be had.",
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)
    back = id_field(
        required=False, allow_null=True, help_text="Rides: a departure of the way back, booked with it or not at all."
    )


class HandoverGivenSerializer(serializers.Serializer):
    """What goes with a confirmation at `hand_over` and `return`; `photos` as multipart files.

    From a phone that had no network: `client_id` makes it happen once however often it is sent, `made` is when.
    """

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)
    checklist = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_ITEM), required=False, default=list, max_length=MOST_ITEMS
    )
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, default=list, max_length=MOST_PHOTOS
    )
    meter = serializers.DecimalField(max_digits=9, decimal_places=1, required=False, allow_null=True, default=None)
    client_id = serializers.CharField(required=False, allow_blank=True, default="", max_length=64)
    made = serializers.DateTimeField(required=False, allow_null=True, default=None)


class StepSerializer(HandoverGivenSerializer):
    """At `agree` and `resolve`: `kept_minor`, what of the deposit the lender keeps, and `beyond_minor`, what is owed
    beyond the whole of it."""

    kept_minor = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_MINOR,
        help_text="At `agree`, left out: as the other side has said (`settlement`). Another amount is an offer back.",
    )
    beyond_minor = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_MINOR,
        help_text="Where a damage is more than the whole deposit; the borrower is asked to pay it.",
    )


class LineSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    minor = serializers.IntegerField()
    code = serializers.CharField()


class PriceSerializer(serializers.Serializer):
    """The lines sum to the total; the deposit stands apart, it comes back."""

    lines = LineSerializer(many=True)
    total_minor = serializers.IntegerField()
    price_minor = serializers.IntegerField()
    fee_minor = serializers.IntegerField()
    solidarity_minor = serializers.IntegerField()
    deposit_minor = serializers.IntegerField()
    currency = serializers.CharField()
    units = serializers.IntegerField()
    unit = serializers.ChoiceField(Unit.choices)


class CreditAmountSerializer(serializers.Serializer):
    """Hundredths of the community's unit; `currency` says hours (XHR) or tokens (XTK)."""

    minor = serializers.IntegerField()
    currency = serializers.CharField()


class QuoteSerializer(PriceSerializer):
    credit = CreditAmountSerializer(allow_null=True, help_text="In community credit, where it can be paid so.")
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    free = serializers.BooleanField(help_text="Whether it could be had when this was asked.")
    code = serializers.CharField(help_text="Why not, for programs; empty when it is free.")
    reason = serializers.CharField(help_text="Why not, in words; empty when it is free.")
    departure = serializers.IntegerField(allow_null=True)


class PeriodSerializer(serializers.Serializer):
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()


class DaySerializer(serializers.Serializer):
    date = serializers.DateField()
    state = serializers.ChoiceField(DayState.choices)
    reason = serializers.CharField()
    price_minor = serializers.IntegerField()
    left = serializers.IntegerField(help_text="How many copies or beds are left all day.")
    arrivable = serializers.BooleanField(help_text="By the night: whether one may arrive on this weekday.")
    leavable = serializers.BooleanField(help_text="By the night: whether one may leave on this day.")
    special = serializers.BooleanField(help_text="Whether the day costs other than usual.")


class PassingSerializer(serializers.Serializer):
    stop = serializers.IntegerField()
    place = serializers.CharField()
    at = serializers.DateTimeField()
    left = serializers.IntegerField(allow_null=True, help_text="Seats free until the next stop; null at the last.")


class DepartureSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    leaves = serializers.DateTimeField()
    stops = PassingSerializer(many=True)


class AvailabilitySerializer(serializers.Serializer):
    listing = serializers.IntegerField()
    time_zone = serializers.CharField()
    unit = serializers.ChoiceField(Unit.choices)
    capacity = serializers.IntegerField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    free = PeriodSerializer(many=True, help_text="The longest stretches one booking could take. Empty for rides.")
    days = DaySerializer(many=True, help_text="Each local day, with its reason. Empty for rides.")
    departures = DepartureSerializer(many=True, help_text="Rides: what sets off in that time, seats by segment.")


class BookingMemberSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BookingPaymentSerializer(serializers.Serializer):
    state = serializers.CharField()
    gateway = serializers.CharField()
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    payer_confirmed = serializers.DateTimeField(allow_null=True)
    payee_confirmed = serializers.DateTimeField(allow_null=True)
    settled = serializers.DateTimeField(allow_null=True)


class HandoverPhotoSerializer(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    created = serializers.DateTimeField(help_text="When it reached us.")


class HandoverSerializer(serializers.Serializer):
    phase = serializers.CharField()
    side = serializers.CharField()
    by = BookingMemberSerializer()
    note = serializers.CharField()
    checklist = serializers.ListField(child=serializers.CharField())
    asked = serializers.ListField(child=serializers.CharField(), help_text="What was to be looked at.")
    meter = serializers.DecimalField(max_digits=9, decimal_places=1, allow_null=True)
    by_code = serializers.BooleanField(help_text="The other side read this one's code.")
    photos = HandoverPhotoSerializer(many=True)
    made = serializers.DateTimeField(allow_null=True, help_text="When it was confirmed on a phone without network.")
    created = serializers.DateTimeField(help_text="When it reached us.")


class EventSerializer(serializers.Serializer):
    step = serializers.CharField()
    state = serializers.CharField()
    by = BookingMemberSerializer(allow_null=True)
    note = serializers.CharField()
    created = serializers.DateTimeField()


class BookingSerializer(serializers.Serializer):
    """A booking as the member who asks sees it; `steps` are those open to them now."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    part = serializers.ChoiceField(PARTS, help_text="Where the page of bookings shows it.")
    needed = serializers.CharField(
        help_text="The one step it is the member's turn to take, or their word on other `dates` or on `times` to meet; "
        "empty when there is none."
    )
    steps = serializers.ListField(child=serializers.CharField())
    conversation = serializers.IntegerField(allow_null=True)
    listing = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.CharField()
    community = serializers.CharField(help_text="Its slug; empty of one that shows itself to its members alone.")
    borrower = BookingMemberSerializer()
    lender = BookingMemberSerializer(allow_null=True, help_text="Null when the community itself lends.")
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    time_zone = serializers.CharField()
    quantity = serializers.IntegerField()
    departure = serializers.IntegerField(allow_null=True)
    board = serializers.IntegerField(allow_null=True)
    alight = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    quote = PriceSerializer()
    payment = BookingPaymentSerializer(allow_null=True)
    place = extend_schema_field(OpenApiTypes.OBJECT)(serializers.JSONField)(
        allow_null=True, help_text="{address, place, lat, lon}, only once it is agreed and only for the two sides."
    )
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField(allow_null=True, help_text="Until when the lender may answer.")


class SettlementSerializer(serializers.Serializer):
    """What one side says that the lender keeps of the deposit; the other has not agreed yet."""

    side = serializers.ChoiceField(["borrower", "lender"])
    kept_minor = serializers.IntegerField(source="minor")
    beyond_minor = serializers.IntegerField(source="beyond")


class OwedSerializer(serializers.Serializer):
    """`charge`: of payments/cards/, where a card pays it; else it changes hands and both confirm (`pay`)."""

    minor = serializers.IntegerField()
    currency = serializers.CharField()
    charge = serializers.IntegerField(source="charge.pk", allow_null=True)


class WholeBookingSerializer(BookingSerializer):
    settlement = SettlementSerializer(allow_null=True)
    owed = OwedSerializer(allow_null=True, help_text="What is still open for a damage.")
    credit = CreditAmountSerializer(allow_null=True, help_text="What is paid in community credit, if it is.")
    back = serializers.IntegerField(
        required=False, help_text="The booking of the way back, where it was asked for together."
    )
    there = serializers.IntegerField(required=False, help_text="Of a way back: the booking of the way there.")
    handovers = HandoverSerializer(many=True)
    events = EventSerializer(many=True)
