"""The listings room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        from members.signals import membership_ended
        from sharing.db import guards

        from . import categories, receivers
        from .guards import GUARDS

        guards.register(*GUARDS)
        post_migrate.connect(categories.seed, sender=self, dispatch_uid="listings.categories")
        membership_ended.connect(receivers.pause_what_they_offered, dispatch_uid="listings.membership_ended")
