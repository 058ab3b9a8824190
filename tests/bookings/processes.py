"""Other processes on the test's own database."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
SET_UP = "import django; django.setup()\n"


def start(script: str, *args: object) -> subprocess.Popen:
    """Run a Python text with Django set up, in a process of its own."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{facts['NAME']}"
    else:
        host = facts["HOST"] or facts["OPTIONS"].get("host", "")
        database = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    environment = os.environ | {
        "DATABASE_URL": database, "TESTING": "1", "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "sharing.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", SET_UP + script, *map(str, args)], cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, text=True,
    )
