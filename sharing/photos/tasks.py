"""What is done to photos after the request: the AVIF variants, half the size of WebP and slow to make."""

from datetime import timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks import task

from . import pipeline
from .models import StoredPhoto

LATE = timedelta(minutes=30)
LOOKED_AT = 500


@task(queue_name="photos", priority=-50)
def add_avif(label: str, pk: int) -> None:
    """Make the AVIF variants of the photo `pk` of model `label`; done twice, it does nothing. Others go first."""
    model = apps.get_model(label)
    photo = model.objects.filter(pk=pk).first()
    if photo is None or "avif" in photo.formats or not pipeline.write_avif(photo):
        return
    if not model.objects.filter(pk=pk, key=photo.key).update(formats=["webp", "avif"]):
        for name in photo.names():  # it was deleted meanwhile, or turned, which gave it other files
            default_storage.delete(name)
        return
    pipeline.forget_original(photo)


def ask_again() -> int:
    """Ask once more for what a killed worker left undone, among the latest photos of each kind."""
    late = timezone.now() - LATE
    asked = 0
    for model in StoredPhoto.__subclasses__():
        for photo in model._default_manager.filter(created__lt=late).order_by("-pk").only("pk", "formats")[:LOOKED_AT]:
            if "avif" not in photo.formats:
                add_avif.enqueue(model._meta.label, photo.pk)
                asked += 1
    return asked
