"""`manage.py serve`: the whole product in one process tree: pages, sockets, task worker, clock."""

import contextlib
import hashlib
import os
from pathlib import Path

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from messaging.oversize import SaysWhy
from sharing.clock.schedule import ClockThread
from sharing.clock.worker import TaskThread, reap
from sharing.db import guards
from sharing.demo import till


class Command(BaseCommand):
    help = "Serve pages and sockets, run tasks and the clock. Stop with Ctrl-C."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--no-worker", action="store_true", help="leave tasks and clock to `manage.py work`")

    def handle(self, *, host: str, port: int, no_worker: bool, **options) -> None:
        prepare_database(self.stdout.write)
        prepare_static_files()
        play_bank = till.open_with(port)
        threads = [] if no_worker else start_background()
        config = uvicorn.Config(
            "sharing.asgi:application",
            host=host,
            port=port,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=settings.PRODUCTION,
            timeout_graceful_shutdown=10,
            ws=SaysWhy,
            ws_max_size=256 * 1024,  # more than a frame may have: what is longer is not read, and told why all the same
            ws_per_message_deflate=False,
            ws_ping_interval=25,
            ws_ping_timeout=30,
        )
        self.stdout.write(f"Commonshare is at http://{host}:{port}/ (stop with Ctrl-C)")
        self.stdout.flush()
        try:
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run()
        finally:
            if play_bank is not None:
                play_bank.stop()
            for thread in threads:
                thread.stop()
            for thread in threads:
                thread.join(timeout=5)


def start_background() -> list[TaskThread | ClockThread]:
    """The task worker and the clock as threads of this process."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        from datetime import timedelta

        reap(abandoned=timedelta(0))  # one process tree: whatever still runs was left by the one before
    threads: list[TaskThread | ClockThread] = [TaskThread(but="mail"), TaskThread(only="mail"), ClockThread()]
    for thread in threads:
        thread.start()
    return threads


def prepare_database(say) -> None:
    """Bring an embedded database up to date; a server's database must have been migrated on purpose."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting and connection.vendor == "sqlite":
        say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
    elif waiting:
        raise CommandError(f"{len(waiting)} migrations wait. Run: python manage.py migrate")
    if absent := guards.missing():
        raise CommandError(f"The database has lost guards ({', '.join(absent)}). Run: python manage.py migrate")


def prepare_static_files() -> None:
    """Collect and compress static files when any of them is newer than the last collection."""
    if settings.DEBUG or settings.TESTING:
        return
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
