"""Chromium against the real server: `manage.py serve` as a process of its own on the test's database.

Without Chromium these tests skip and say so; in CI they never skip.
"""

import contextlib
import functools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Error

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = pathlib.Path(__file__).resolve().parents[2]
# What Chromium logs though nothing is wrong: a refusal that a page answers with, a request that leaving the page ends.
HARMLESS = re.compile(r"status of (409|422)|htmx:(afterRequest|sendError|sendAbort)")
# What Chromium says of a way that the page itself broke off, being about to go elsewhere (the answer to a form sent).
BROKEN_OFF = re.compile(r"interrupted by another navigation|ERR_ABORTED")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items) -> None:
    here = pathlib.Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if not CHROMIUM and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (Debian's package chromium)."))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


class Site:
    """The running product: its address, its letters."""

    def __init__(self, url: str, var: pathlib.Path) -> None:
        self.url, self.var = url, var

    def letters(self, to: str) -> list[str]:
        """Texts of the letters written to an address, oldest first."""
        found = []
        for path in sorted((self.var / "outbox").glob("*.eml")):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if to in (letter["to"] or ""):  # it may just be being written
                found.append(letter.get_body(("plain",)).get_content())
        return found

    def code_for(self, address: str) -> str:
        """The sign-up code in the last letter to an address."""
        for _ in range(100):
            for text in reversed(self.letters(address)):
                if match := re.search(r"^\s*([A-Z0-9]{3}-?[A-Z0-9]{3,4})\s*$", text, re.M):
                    return match[1]
            time.sleep(0.1)
        raise AssertionError(f"No code was sent to {address}.")


@pytest.fixture
def site(request, transactional_db, tmp_path, settings):
    """The product on this test's own (real, empty) database.

    Static files come from where they lie; with the mark `collected` as in production: hashed and compressed.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]  # as the server does
    from django.db import connection

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    testing = "0" if request.node.get_closest_marker("collected") else "1"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": _url_of(connection), "TESTING": testing}
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    site = Site(f"http://127.0.0.1:{port}", tmp_path)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{site.url}/healthz").status == 200:
                    break
            assert server.poll() is None, (tmp_path / "server.log").read_text()
            time.sleep(0.1)
        else:
            raise AssertionError(f"The server did not get well: {(tmp_path / 'server.log').read_text()}")
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        log.close()
    trouble = (tmp_path / "server.log").read_text()
    assert "Traceback" not in trouble, trouble


def _url_of(connection) -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = database.get("OPTIONS", {}).get("host") or database["HOST"]
    return f"postgresql://{database['USER'] or 'postgres'}@/{database['NAME']}?host={host}"


@pytest.fixture
def person(browser, site):
    """person("Ana", phone=True) → a page in a browser of its own, as one person has one."""
    contexts = []

    def opened(name: str, *, phone: bool = False, dark: bool = False, url: str = ""):
        context = browser.new_context(
            base_url=url or site.url, viewport=PHONE if phone else DESK, locale="en-GB", timezone_id="Europe/Berlin",
            color_scheme="dark" if dark else "light", has_touch=phone, reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto, page.reload = _insisting(page, page.goto), _insisting(page, page.reload)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(f"{name}: {error}"))
        page.on("console", lambda line: line.type == "error" and page.faults.append(_fault(name, line)))
        return page

    yield opened
    if shots := os.environ.get("BROWSER_SHOTS"):  # a folder: what each person saw last
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=f"{shots}/{number}.png")
    faults = [fault for context in contexts for page in context.pages for fault in getattr(page, "faults", [])]
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not HARMLESS.search(fault)] == []


def _insisting(page, way):
    """The same way, gone again where the page was just on its way elsewhere: a person, too, would press once more."""

    @functools.wraps(way)
    def gone(*args, **options):
        for _ in range(3):
            try:
                return way(*args, **options)
            except Error as broken_off:
                if not BROKEN_OFF.search(broken_off.message):
                    raise
                page.wait_for_load_state()
        return way(*args, **options)

    return gone


def _fault(name: str, line) -> str:
    return f"{name}: {line.text} {line.location['url']}"
