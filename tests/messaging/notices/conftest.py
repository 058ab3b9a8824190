"""What tests of notices stand on: two neighbours who are never asleep, and a clock that is told the time."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from messaging.models import Letterbox
from messaging.notices import planning, sending
from tests import factories as make


@pytest.fixture
def pair():
    """Ana and Bo; no quiet hours and the digest half a day away, so that a test may run at night and at eight."""
    people = make.member("Ana"), make.member("Bo")
    far = (timezone.now().hour + 12) % 24
    Letterbox.objects.bulk_create([Letterbox(member=member, quiet=False, digest_hour=far) for member in people])
    return people


@pytest.fixture
def pass_time():
    """Let the clock do its work as it would so many minutes from now (or at an instant)."""

    def work(minutes: float = 0, *, at: datetime | None = None) -> None:
        now = at or timezone.now() + timedelta(minutes=minutes)
        planning.plan_notifications(now)
        planning.plan_unread(now)
        planning.plan_rings(now)
        for member, way in sending.claim_due(now):
            sending.deliver(member, way, now)

    return work
