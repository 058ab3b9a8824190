"""Thanks from the pool: once for each task, and in a month no more than the members have decided."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from members.models import Community
from payments import ledger
from payments.ledger import Entry
from payments.models import Transfer
from payments.states import AccountKind, TransferKind
from sharing.values.money import split

from .. import charter
from ..models import CareTask
from ..states import TaskState
from .parts import takers


def left_this_month(community: Community, now: datetime | None = None) -> int:
    """What may still be given in thanks in this month of the community's calendar."""
    local = (now or timezone.now()).astimezone(ZoneInfo(community.time_zone))
    begins = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    given = Transfer.objects.filter(community=community, kind=TransferKind.CARE, created__gte=begins)
    return max(charter.current(community).care_minor - (given.aggregate(sum_=Sum("minor"))["sum_"] or 0), 0)


def pay(task_id: int, *, now: datetime | None = None) -> CareTask:
    """Pay a task's thanks if that is possible now; else it waits for the next month, or for the pool."""
    with transaction.atomic():
        rows = CareTask.objects.select_related("community").select_for_update(of=("self",), no_key=True)
        task = rows.get(pk=task_id)
        pay_locked(task, now or timezone.now())
    return task


def pay_locked(task: CareTask, now: datetime) -> None:
    """Under the task's lock. Each doer gets a part by the time they noted, and none is paid twice."""
    if task.state != TaskState.CONFIRMED or task.paid is not None or not task.credit_minor:
        return
    community, seats = task.community, takers(task)
    ledger.lock(community)
    if not seats or task.credit_minor > left_this_month(community, now):
        return
    pool = ledger.account(AccountKind.POOL, community)
    parts = split(task.credit_minor, [seat.minutes or task.minutes for seat in seats])
    entries = [
        Entry(
            pool, ledger.account(AccountKind.WALLET, community, seat.member), minor, TransferKind.CARE,
            f"care:{task.pk}:{seat.member_id}", task.about, task.title,
        )
        for seat, minor in zip(seats, parts, strict=True)
        if minor and seat.member.is_active  # the part of who has gone stays where it is
    ]
    try:
        with transaction.atomic():
            transfers = ledger.post(community, entries, batch=task.about, now=now)
    except ledger.Overdrawn:
        return
    task.paid = now
    task.save(update_fields=["paid"])
    task.transfers.add(*transfers)


def pay_what_waits(now: datetime | None = None) -> int:
    """Try again what could not be paid when it was confirmed; returns how many were paid."""
    waiting = CareTask.objects.filter(state=TaskState.CONFIRMED, paid__isnull=True, credit_minor__gt=0)
    tried = [pay(pk, now=now) for pk in list(waiting.order_by("confirmed", "pk").values_list("pk", flat=True)[:500])]
    return sum(task.paid is not None for task in tried)
