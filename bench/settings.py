"""The product's settings with the trivial pages of `bench.site` and nothing else changed."""

import os

from sharing.settings import *  # noqa: F403
from sharing.settings import DATABASES

ROOT_URLCONF = "bench.site"
if "UNDER_DJANGOS_ASGI" in os.environ:
    # Every request gets a thread of its own there: connections that are kept would pile up and be refused.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
