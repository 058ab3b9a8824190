"""The shared plumbing of pages and API as a Django app (it keeps the idempotency records)."""

from django.apps import AppConfig
from django.urls.converters import IntConverter

# A number in an address has at most 18 digits: what is longer leads nowhere, and no engine is asked for what it could
# not even compare. Here, because this is loaded before any room writes its addresses down.
IntConverter.regex = "[0-9]{1,18}"


class WebConfig(AppConfig):
    name = "sharing.web"
    label = "web"
    verbose_name = "Pages and API"
