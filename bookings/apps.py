"""The bookings room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from members import closing as closing_accounts
        from members import holdings
        from sharing.db import guards

        from . import closing, news
        from .guards import GUARDS

        guards.register(*GUARDS)
        news.register()
        closing_accounts.register(closing.running_bookings)
        holdings.register("bookings", closing.everything_of)
