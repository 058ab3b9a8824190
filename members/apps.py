"""The members' room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members and communities")

    def ready(self) -> None:
        from sharing.db import guards

        from . import schema  # noqa: F401 - drf-spectacular finds its classes once they are imported
        from .guards import GUARDS

        guards.register(*GUARDS)
