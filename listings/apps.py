"""The listings room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        from sharing.db import guards

        from .guards import GUARDS

        guards.register(*GUARDS)
