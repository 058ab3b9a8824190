"""The work on imports, a slice at a time, so that letters and photos of others are not held up."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from listings.models import AT_WORK, CatalogueImport, ImportState
from sharing.clock import every

from . import pictures, work

STUCK = timedelta(minutes=10)
KEPT = timedelta(days=14)


@task()
def go_on(run_id: int) -> None:
    """A slice of an import, and the next one behind whatever else waits."""
    if work.work_on(run_id):
        go_on.enqueue(run_id)
        return
    if CatalogueImport.objects.filter(pk=run_id, state=ImportState.DONE, pictures_due__gt=0).exists():
        bring_photos.enqueue(run_id)


@task(queue_name="photos", priority=-10)
def bring_photos(run_id: int) -> None:
    if pictures.bring_some(run_id):
        bring_photos.enqueue(run_id)


@every(minutes=5)
def pick_up_again() -> int:
    """Ask once more for imports that a killed worker left; a slice that runs anyway makes it a no-op."""
    stuck = CatalogueImport.objects.filter(state__in=AT_WORK, moved__lt=timezone.now() - STUCK)
    for pk in stuck.values_list("pk", flat=True)[:50]:
        go_on.enqueue(pk)
    waiting = CatalogueImport.objects.filter(
        state=ImportState.DONE, moved__lt=timezone.now() - STUCK, pictures_done__lt=F("pictures_due")
    ).exclude(pictures="")
    for pk in waiting.values_list("pk", flat=True)[:50]:
        bring_photos.enqueue(pk)
    return len(stuck)


@every(hours=24)
def forget_files() -> int:
    """Lists and their photos are kept for two weeks, then only the account of them."""
    old = CatalogueImport.objects.filter(moved__lt=timezone.now() - KEPT).exclude(sheet="")
    for run in old[:200]:
        work.forget_files(run)
    return len(old)
