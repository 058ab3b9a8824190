"""The payments room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments and ledger")

    def ready(self) -> None:
        from sharing.db import guards

        from .guards import GUARDS

        guards.register(*GUARDS)
