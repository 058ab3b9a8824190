"""The members' room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members and communities")

    def ready(self) -> None:
        from sharing.db import guards

        from . import schema, tasks  # noqa: F401 - the schema's classes and the clock's jobs are found once imported
        from .guards import GUARDS

        guards.register(*GUARDS)
