"""Backups: one .tar.gz with the database and every media file, taken while the server runs.

SQLite is copied by its own online backup, which sees one consistent state however much is written
meanwhile. PostgreSQL is copied by pg_dump (one snapshot); its programs must be on the PATH. Media
files are written once and never changed, so copying them after the database can only add some that
the database does not know yet. A restore checks the whole archive before it replaces anything.
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

_SQLITE, _DUMP, _MEDIA = "database.sqlite3", "database.dump", "media"


class ArchiveError(Exception):
    """A backup that cannot be written or read, with the reason as a sentence."""


def write(file: Path) -> int:
    """Write the archive and return its size in bytes. Nothing is left behind when it fails."""
    partial = file.with_name(file.name + ".partial")
    with tempfile.TemporaryDirectory() as folder:
        database = _copy_database(Path(folder))
        try:
            with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
                archive.add(database, database.name)
                if Path(settings.MEDIA_ROOT).is_dir():
                    archive.add(settings.MEDIA_ROOT, _MEDIA)
            os.replace(partial, file)
        except OSError as error:
            raise ArchiveError(f"Cannot write {file}: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)
    return file.stat().st_size


def read(file: Path) -> None:
    """Replace database and media by the archive's; the old media stay until the new ones lie in place."""
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        unpacked = Path(folder)
        try:
            with tarfile.open(file, "r:gz") as archive:
                archive.extractall(unpacked, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise ArchiveError(f"{file} is not a backup that can be read: {error}.") from error
        wanted = _SQLITE if connection.vendor == "sqlite" else _DUMP
        if not (unpacked / wanted).exists():
            raise ArchiveError(f"{file} holds no backup for {connection.vendor}.")
        _replace_database(unpacked / wanted)
        _replace_media(unpacked / _MEDIA)
    call_command("migrate", verbosity=0, interactive=False)


def _copy_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        target = folder / _SQLITE
        with sqlite3.connect(connection.settings_dict["NAME"]) as live, sqlite3.connect(target) as copy:
            live.backup(copy)
        return target
    target = folder / _DUMP
    _postgres("pg_dump", "--format=custom", f"--file={target}")
    return target


def _replace_database(source: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        with sqlite3.connect(source) as copy:
            if copy.execute("pragma integrity_check").fetchone() != ("ok",):
                raise ArchiveError("The database in this backup is damaged.")
            with sqlite3.connect(connection.settings_dict["NAME"]) as live:
                copy.backup(live)
        return
    _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", "", str(source))


def _replace_media(source: Path) -> None:
    target = Path(settings.MEDIA_ROOT)
    aside = target.with_name(target.name + ".before-restore")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    if source.exists():
        shutil.move(source, target)
    shutil.rmtree(aside, ignore_errors=True)


def _postgres(program: str, *arguments: str) -> None:
    """Run a PostgreSQL program against our database; the password goes by the environment."""
    database = connection.settings_dict
    host = database.get("HOST") or database.get("OPTIONS", {}).get("host", "")
    environment = {
        **os.environ,
        "PGHOST": host, "PGPORT": str(database.get("PORT") or ""), "PGUSER": database.get("USER", ""),
        "PGPASSWORD": database.get("PASSWORD", ""), "PGDATABASE": database["NAME"],
    }
    command = [program, *(database["NAME"] if argument == "" else argument for argument in arguments)]
    try:
        set_ones = {name: value for name, value in environment.items() if value}
        subprocess.run(command, env=set_ones, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ArchiveError(f"{program} is needed on the PATH to copy a PostgreSQL database.") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1] if error.stderr else "failed"
        raise ArchiveError(f"{program}: {reason}") from error
