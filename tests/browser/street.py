"""Elm Street as the browser tests find it: its people, its fee, what is lent there.

Everything is made by the rooms' own actions, on the database that the running product uses.
"""

import io
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

import cooperative.actions
import listings.actions
import members.actions
from sharing.values.period import instant

ZONE = ZoneInfo("Europe/Berlin")
PASSWORD = "a ladder in the hall"
HOME = {"lat": 47.9959, "lon": 7.8522}


def street() -> SimpleNamespace:
    """Cleo's community with a fee of 5 %; Bo, who lends a drill (€3 a day, €20 deposit)."""
    cleo = members.actions.register("cleo@elm.example", "Cleo Marsh", PASSWORD, time_zone="Europe/Berlin")
    community = members.actions.found(
        by=cleo, name="Elm Street commons", **HOME, country="DE", currency="EUR", time_zone="Europe/Berlin",
        place="Freiburg", language="en", rules="Bring it back as you would like to find it.",
    )
    cooperative.actions.set_first_policy(community, by=cleo, enabled=True, commoner_bp=500, commercial_bp=500)
    bo = members.actions.register("bo@elm.example", "Bo Larsen", PASSWORD, time_zone="Europe/Berlin")
    members.actions.join(community, by=bo, rules_version=1)
    drill = listings.actions.create(by=bo, facts={
        "kind": "tool", "title": "Hammer drill, 18 V", "description": "Drills concrete and brick. Two batteries.",
        "terms": "rent", "price_minor": 300, "price_unit": "day", "deposit_minor": 2000, "place": "Elm Street",
        "address": "12 Elm Street, second bell", **HOME,
    })
    listings.actions.add_photo(drill.pk, photo("#c8642a"), by=bo, alt="An orange drill in its case")
    listings.actions.publish(drill.pk, by=bo)
    return SimpleNamespace(cleo=cleo, bo=bo, community=community, drill=drill)


def photo(colour: str, name: str = "photo.jpg") -> SimpleUploadedFile:
    """A picture as a phone would send it."""
    return SimpleUploadedFile(name, picture(colour), content_type="image/jpeg")


def picture(colour: str) -> bytes:
    image = Image.new("RGB", (1200, 900), "#e8d8b9")
    ImageDraw.Draw(image).rounded_rectangle((300, 300, 900, 600), 60, fill=colour)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def weekend() -> tuple[date, date]:
    """Friday and Sunday of the week after this one, in Elm Street's days."""
    today = timezone.now().astimezone(ZONE).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7 + 7)
    return friday, friday + timedelta(days=2)


def on(day: date, hour: int) -> datetime:
    return instant(day, time(hour), ZONE)
