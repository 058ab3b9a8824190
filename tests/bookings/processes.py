"""Other processes on the test's own database."""

import json
import os
import subprocess
import sys
import time
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
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )


WORKING = """
import json, sys, time
from contextlib import nullcontext
from django.db import connections
from tests.bookings.deeds import Deed, blinded, do
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    with blinded() if asked["blind"] else nullcontext():
        time.sleep(max(0, asked["at"] - time.time()))
        granted = do(Deed(*asked["deed"]))
    connections.close_all()
    print(json.dumps(granted), flush=True)
"""


class Workers:
    """Processes that wait for deeds and do them all at the same moment; started once, for many races."""

    def __init__(self, count: int) -> None:
        self.running = [start(WORKING) for _ in range(count)]
        for each in self.running:
            assert each.stdout.readline() == "ready\n"

    def at_once(self, deeds: list, *, blind: bool = False) -> list[bool]:
        """Whether each deed was granted."""
        assert len(deeds) == len(self.running)
        at = time.time() + 0.1
        for process, deed in zip(self.running, deeds, strict=True):
            process.stdin.write(json.dumps({"deed": deed, "blind": blind, "at": at}) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self.running]

    def stop(self) -> None:
        for process in self.running:
            process.stdin.close()
            process.wait(20)
