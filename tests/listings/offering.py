"""What the tests of offering say again and again."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from listings import actions
from listings.models import Listing
from sharing.web.refusals import Refusal

WAY = [
    {"place": "Freiburg", "lat": 47.997, "lon": 7.842, "minutes": 0},
    {"place": "Basel", "lat": 47.548, "lon": 7.590, "minutes": 50},
    {"place": "Bern", "lat": 46.948, "lon": 7.439, "minutes": 125},
]


def refused(field, deed, *args, **facts) -> str:
    with pytest.raises(Refusal) as caught:
        deed(*args, **facts)
    assert caught.value.field == field, str(caught.value)
    return str(caught.value)


def make(by, **facts) -> Listing:
    return actions.create(by=by, facts={"kind": "tool"} | facts)


def published(by, **facts) -> Listing:
    return actions.publish(make(by, **({"title": "Drill"} | facts)).pk, by=by)


def in_days(days: int) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(days=days)


def photo(fmt="PNG", size=(400, 300), name="photo.png") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, fmt)
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")
