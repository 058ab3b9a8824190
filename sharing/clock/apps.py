"""The clock as a Django app (it keeps when each job ran last)."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ClockConfig(AppConfig):
    name = "sharing.clock"
    label = "clock"
    verbose_name = "Clock"

    def ready(self) -> None:
        autodiscover_modules("tasks")  # where the jobs of each room are declared
