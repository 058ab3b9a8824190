"""Installs the guards around every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class DbConfig(AppConfig):
    name = "sharing.db"
    label = "guards"
    verbose_name = "Database guarantees"

    def ready(self) -> None:
        from . import guards

        pre_migrate.connect(guards.before_migrations, sender=self, dispatch_uid="guards.before")
        post_migrate.connect(guards.after_migrations, sender=self, dispatch_uid="guards.after")
