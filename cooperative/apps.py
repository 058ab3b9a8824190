"""The cooperative room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperativeConfig(AppConfig):
    name = "cooperative"
    verbose_name = _("Pool and decisions")

    def ready(self) -> None:
        from sharing.db import guards

        from . import fees
        from .guards import GUARDS

        guards.register(*GUARDS)
        fees.connect()
