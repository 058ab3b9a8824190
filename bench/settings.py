"""The product's settings with the trivial pages of `bench.site` and nothing else changed."""

import os

from sharing.settings import *  # noqa: F403
from sharing.settings import DATABASES, STORAGES

ROOT_URLCONF = "bench.site"
# Nothing is collected for a measurement, so files keep their plain names.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if "UNDER_DJANGOS_ASGI" in os.environ:
    # Every request gets a thread of its own there: connections that are kept would pile up and be refused.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
