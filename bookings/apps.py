"""The bookings room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from sharing.db import guards

        from .guards import GUARDS

        guards.register(*GUARDS)
