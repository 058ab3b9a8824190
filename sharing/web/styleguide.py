"""What the style guide shows: realistic samples, made without a database."""

from datetime import date
from typing import NamedTuple

from django import forms

TAKEN = {1, 2, 3, 4, 5, 12, 13, 21, 22}
PAST = range(1, 5)


class Person(NamedTuple):
    """A neighbour, as far as a face needs one."""

    pk: int
    name: str
    photo_url: str = ""

    def __str__(self) -> str:
        return self.name


class SampleForm(forms.Form):
    """Every kind of field; sent back with two mistakes it also shows every kind of error."""

    title = forms.CharField(max_length=120, help_text="As you would say it over the fence.")
    description = forms.CharField(widget=forms.Textarea, required=False)
    category = forms.ChoiceField(choices=[("drills", "Drills and drivers"), ("ladders", "Ladders")])
    ready = forms.DateField(label="Free from", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    price = forms.DecimalField(label="Price", min_value=0, help_text="0 makes it a gift.")
    terms = forms.ChoiceField(
        label="On what terms?",
        choices=[("gift", "Gift: nothing to pay"), ("cost_share", "Share the cost"), ("rent", "Rent")],
        widget=forms.RadioSelect,
        initial="gift",
    )
    instant = forms.BooleanField(
        label="Neighbours may book at once",
        required=False,
        help_text="Otherwise you answer each request yourself.",
    )
    photo = forms.FileField(label="A photo", required=False)


def samples() -> dict[str, object]:
    mistaken = {"title": "", "price": "-3", "category": "drills", "terms": "gift"}
    return {
        "form": SampleForm(initial={"title": "Hammer drill, 18 V", "price": 3}),
        "sent_back": SampleForm(mistaken, auto_id="back_%s"),
        "weeks": _november(),
        "people": [Person(pk, name) for pk, name in enumerate(("Ana", "Bo", "Cleo", "Mia", "Tariq"))],
        "cards": CARDS,
        "lines": [{"label": "3 days × €3", "minor": 900}, {"label": "Pool of Elm Street, 5 %", "minor": 45}],
        "bars": _bars(),
        "entries": ENTRIES,
        "flashes": [
            ("success", "Booked. Bo expects you on Friday at 17:00."),
            ("info", "Your draft is kept until you publish it."),
            ("warning", "Your session ends in two minutes."),
            ("error", "Those days have just been promised to someone else."),
        ],
        "swatches": SWATCHES,
    }


def _november() -> list[list[dict]]:
    """November 2026 as the listing page would show it, with the 27th to the 29th chosen."""
    days = [{"classes": "out"}] * date(2026, 11, 1).weekday()
    for number in range(1, 31):
        taken = number in TAKEN
        classes = ["taken"] if taken else []
        classes += ["past"] if number in PAST else []
        classes += ["today"] if number == 24 else []
        classes += ["mine"] if 27 <= number <= 29 else []
        classes += ["from"] if number == 27 else ["to"] if number == 29 else []
        reason = "lent" if taken else "€3"
        days.append({"number": number, "classes": " ".join(classes), "note": reason, "free": not taken})
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _bars() -> list[dict]:
    """A year of the pool: in (green) and out (gold), as heights over a line at 110."""
    months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    came, went = (42, 38, 51, 47, 60, 58, 66, 71, 64, 80, 77, 92), (0, 0, 24, 0, 0, 36, 0, 0, 96, 0, 0, 0)
    flows = zip(months, came, went, strict=True)
    return [
        {"x": 8 + 50 * i, "month": month, "into": into, "into_y": 110 - into, "out": out, "out_y": 110 - out}
        for i, (month, into, out) in enumerate(flows)
    ]


CARDS = [
    ("tool", "drill", "Tool", "Hammer drill, 18 V", "€3 a day", "about 350 m", "Bo · free all weekend"),
    ("tool", "tent", "Tool", "Family tent, six sleeps", "Gift", "about 1 km", "Tariq · free all weekend"),
    ("room", "bed-double", "Room", "Quiet room, garden", "€18 a night", "about 800 m", "Mia · free Sat, Sun"),
    (
        "ride",
        "car-front",
        "Ride",
        "Elm Street → Airport",
        "€4 a seat",
        "about 900 m",
        "Bo · Fri 16:30, 2 seats",
    ),
]
ENTRIES = [
    ("27 Nov", "Fee, hammer drill", "Bo → pool", "+€0.45", "booking 4127"),
    ("25 Nov", "Fee, quiet room, two nights", "Mia → pool", "+€1.80", "booking 4119"),
    ("22 Nov", "Repair of the cargo bike", "pool → Wheelworks", "−€64.00", "decided by vote 31"),
    ("15 Nov", "Voluntary share", "Ana → pool", "+€2.00", "booking 4088"),
]
SWATCHES = [
    "paper",
    "card",
    "sunk",
    "ink",
    "ink-soft",
    "line",
    "edge",
    "brand",
    "brand-deep",
    "accent",
    "accent-soft",
    "focus",
    "tool",
    "tool-soft",
    "room",
    "room-soft",
    "ride",
    "ride-soft",
    "good-soft",
    "bad",
    "bad-soft",
    "warn",
    "info-soft",
    "chart-1",
    "chart-2",
    "chart-3",
    "chart-4",
    "chart-5",
    "chart-6",
]
