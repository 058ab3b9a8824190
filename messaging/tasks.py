"""What this room does by itself: news is planned, what is due is sent, what is old is forgotten.

Each of these may run again at any time without telling anybody twice; see `messaging.notices`.
"""

from django.utils import timezone
from django_tasks import task

from sharing.clock import every

from . import tidying  # noqa: F401 - its jobs belong to the clock too
from .notices import planning, push, sending


@every(seconds=4)
def plan_and_send() -> None:
    planning.plan_notifications()
    planning.plan_rings()
    for member, way in sending.claim_due():
        deliver.enqueue(member, way)


@every(minutes=1)
def tell_of_unread() -> None:
    planning.plan_unread()


@every(hours=12)
def forget_deliveries() -> None:
    sending.prune()


@task(queue_name="mail")
def deliver(member_id: int, way: str) -> int:
    """Send what waits for the member in this way."""
    return sending.deliver(member_id, way)


@task(queue_name="mail")
def push_to(device_id: int, payload: str, attempt: int = 1) -> str:
    """Ring one device; a service that is busy is asked again later."""
    outcome, pause = push.send(device_id, payload, attempt)
    if pause is not None and push_to.get_backend().supports_defer:
        push_to.using(run_after=timezone.now() + pause).enqueue(device_id, payload, attempt + 1)
    return outcome
