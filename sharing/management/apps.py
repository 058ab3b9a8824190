"""The commands of the whole house (serve, demo, populate, backup …) as a Django app of their own."""

from django.apps import AppConfig


class ManagementConfig(AppConfig):
    name = "sharing"
    label = "sharing"
    verbose_name = "Commonshare"
