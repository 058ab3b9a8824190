"""The payments room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments and ledger")

    def ready(self) -> None:
        from members import closing
        from messaging.notices import topics
        from sharing.db import guards

        from . import holdings, owing, panels
        from .cards import claims, deeds
        from .credit import behind
        from .guards import GUARDS

        guards.register(*GUARDS)
        deeds.register()
        behind.register()
        claims.register()
        owing.register()
        topics.register("money", "payment", "payment.*", "credit")
        panels.fill()
        closing.register(holdings.open_payments)
        holdings.register()
