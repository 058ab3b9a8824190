"""The shared plumbing of pages and API as a Django app (it keeps the idempotency records)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sharing.web"
    label = "web"
    verbose_name = "Pages and API"
