"""`manage.py demo [--reset]`: three communities and a year of their life in an empty database, and how to sign in."""

import os
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import reverse

from members.models import Community, Member
from sharing.db import guards
from sharing.demo import telling, till

from .serve import prepare_database

KEPT_BESIDE = ("", "-wal", "-shm", "-journal")  # the files of an embedded database


class Command(BaseCommand):
    help = "Fill an empty database with lively demo data and print the sign-ins. Run again, it only prints them."
    requires_system_checks = ()  # it starts the product: a second run should not take longer than looking

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="first empty the database and its photos (stop the server before)"
        )
        parser.add_argument("--small-photos", action="store_true", help="draw the photos 200 pixels wide, for tests")

        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="where `serve` will listen"
        )

    def handle(self, *, reset: bool, small_photos: bool, port: int, **options) -> None:
        if reset:
            self._empty()
        prepare_database(self.stdout.write)
        if not telling.is_told():
            if telling.is_broken_off():
                self.stdout.write("An earlier run was interrupted; beginning again.")
                self._empty()
                prepare_database(self.stdout.write)
            self._fill(200 if small_photos else 1600)
        self.stdout.write(sign_ins(port))

    def _fill(self, pixels: int) -> None:
        if Member.objects.exists() or Community.objects.exists():
            raise CommandError(
                "This database holds other data, which the demo leaves alone. To throw that away and begin with the "
                "demo, run: python manage.py demo --reset"
            )
        started = time.monotonic()
        self.stdout.write("Drawing the photos and telling a year of three communities; this takes about a minute …")
        self.stdout.flush()
        telling.tell(pixels=pixels)
        till.furnish()
        self.stdout.write(f"Done in {time.monotonic() - started:.0f} seconds.")

    def _empty(self) -> None:
        """Throw everything away: an embedded database file as such, the tables of a server by flushing them."""
        if settings.PRODUCTION:
            raise CommandError("The database of a house in production is not emptied from here.")
        path = settings.DATABASES["default"]["NAME"]
        if connection.vendor == "sqlite" and not _in_memory(str(path)):
            connection.close()
            for suffix in KEPT_BESIDE:
                Path(f"{path}{suffix}").unlink(missing_ok=True)
        else:
            guards.drop()  # they refuse to let go of books and histories; the flush puts them back
            call_command("flush", interactive=False, verbosity=0)
        telling.forget_files()
        settings.PLAY_BANK_FILE.unlink(missing_ok=True)
        shutil.rmtree(settings.OUTBOX_DIR, ignore_errors=True)


def _in_memory(path: str) -> bool:
    return ":memory:" in path or "mode=memory" in path


def sign_ins(port: int) -> str:
    """The addresses and who one can sign in as, for the terminal."""
    base = settings.PUBLIC_URL or f"http://127.0.0.1:{port}"
    lines = ["", "  Commonshare, with demo data", "", f"  {base + '/':<34}the product"]
    if settings.OUTBOX_SHOWN:
        lines.append(f"  {base + reverse('outbox'):<34}the letters it has written")
    if settings.PLAY_BANK_FILE.exists():
        lines.append(f"  {'4242 4242 4242 4242':<34}the card that pays at the play bank, which opens with the product")
    lines += ["", f"  Sign in at {base}{reverse('account_login')} with the password  {telling.PASSWORD}", ""]
    lines += [f"  {f'{key}@{telling.MAIL}':<34}{who}" for key, who in telling.SIGN_INS]
    return "\n".join([*lines, ""])
