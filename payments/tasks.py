"""What this room does by itself: errands to the gateway, its letters, holds that end, and the nightly comparison."""

import logging

from django.utils import timezone
from django_tasks import task

from sharing.clock import every

from . import owing
from .cards import charges, client, errands, letters, reconciler

log = logging.getLogger("commonshare.payments")


@task()
def run_errand(errand_id: int) -> str:
    """One errand, as soon as it is committed; the clock comes for those that were left."""
    errand = errands.run(errand_id)
    return str(errand.state) if errand else "not now"


@task()
def read_letter(letter_id: int) -> str:
    return letters.read(letter_id)


@every(minutes=1)
def see_to_cards() -> None:
    """What is due, what waits, and what was written to us and not read."""
    if not client.configured():
        return
    now = timezone.now()
    charges.see_to_what_is_due(now)
    errands.run_due(now)
    letters.read_waiting(now)


@every(minutes=1)
def pay_what_pools_owe() -> None:
    """What a pool could not give back when a booking was called off."""
    owing.pay()


@every(hours=24)
def compare_with_the_gateway() -> None:
    if client.configured():
        reconciler.compare()
