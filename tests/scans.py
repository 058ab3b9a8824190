"""No statement of the product may look through a table that grows: what is quick with few rows must be with many.

On SQLite each distinct statement is explained once in a process, beneath everything that counts or listens to
statements: on the driver's own connection. Its program says which tables are walked from end to end, those that
its guards and cascades walk among them. The test during which the product issued such a statement fails, unless the
statement belongs to a job named below. What tests ask by themselves does not count, nor do partial indexes, which
hold only what somebody has yet to see to.
"""

import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = str(Path(__file__).resolve().parent.parent) + "/"

# Tables that a house fills once, or that hold a handful of rows each: whatever else there is, grows.
SMALL = {
    "auth_group", "auth_permission", "clock_tick", "django_content_type", "django_migrations", "django_site",
    "listings_category", "members_community", "payments_reconciliation",
    # what waits here is gone as soon as somebody has seen to it
    "listings_savednote", "listings_staletile", "members_outgoingletter",
}  # fmt: skip

# Where all rows are looked at on purpose: a file, a folder or a function of one, and why it may.
ALLOWED = {
    "sharing/demo/": "fills an empty database",
    "sharing/management/": "commands that somebody starts by hand",
    "/migrations/": "each runs once",
    "/django/contrib/admin/": "the operator's lists count their rows",
    "listings/search/index.py:rebuild": "by hand, when the words of the index have changed",
    "listings/search/index.py:count_terms": "once an hour, how often each word is used",
    "listings/search/clusters.py:refresh": "asks whether there is any at all",
    "listings/search/query.py:_in_order": "walks the order of prices until the page is full",
    "listings/fragments.py:newest": "walks the newest until the row is full",
    "sharing/photos/tasks.py:ask_again": "once an hour, the latest five hundred",
    "bookings/calendars/tasks.py:look_at": "each address is fetched every few hours anyway",
    "messaging/notices/sending.py:prune": "twice a day, what is old",
    "payments/cards/reconciler.py": "once a night, the books against the card service",
}

Finding = tuple[str, str, str]
_known: dict[str, frozenset[str]] = {}
_found: list[Finding] = []


def pytest_configure() -> None:
    """Listen beneath Django's cursors, and to the statements that go past them."""
    from django.db.backends.sqlite3 import base

    from sharing.db import prepared

    execute, rows = base.SQLiteCursorWrapper.execute, prepared.rows

    def executed(self: Any, query: str, params: Any = None) -> Any:
        look(self.connection, query, params)
        return execute(self, query, params)

    def prepared_rows(sql: str, params: Any) -> list[tuple]:
        from django.db import connection

        answer = rows(sql, params)
        if connection.vendor == "sqlite":
            look(connection.connection, sql, params)
        return answer

    base.SQLiteCursorWrapper.execute = executed
    prepared.rows = prepared_rows


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Fail the test when something was found since the one before: in its fixtures, its threads, or itself."""
    result = yield
    found = list(dict.fromkeys(_found))
    _found.clear()
    if found:
        said = [f"{place} looks through {tables}:\n    {sql}" for place, tables, sql in found]
        pytest.fail("Statements that look through tables that grow (see tests/scans.py):\n" + "\n".join(said), False)
    return result


def look(connection: sqlite3.Connection, query: str, params: Any) -> None:
    """Explain a statement the first time it is seen, and note who issued it if it walks through a table that grows."""
    walked = _known.get(query)
    if walked is None:
        walked = _known[query] = _explained(connection, query, params)
    if walked and (place := _issued_at()):
        _found.append((place, ", ".join(sorted(walked)), query))


def _explained(connection: sqlite3.Connection, query: str, params: Any) -> frozenset[str]:
    if not query.lstrip()[:6].lower().startswith(("select", "with", "insert", "update", "delete")):
        return frozenset()
    shape = re.sub(r"%s(, ?%s)+", "%s…", query)  # however many are asked for
    if shape in _known:
        return _known[shape]
    marked = query.replace("%s", "?").replace("%%", "%") if params else query
    try:
        program = connection.execute(f"explain {marked}", params or ()).fetchall()
        plan = [row[3] for row in connection.execute(f"explain query plan {marked}", params or ())]
        roots = {
            root: table
            for root, table, partial in connection.execute(
                "select rootpage, tbl_name, type = 'index' and sql like '% where %' from sqlite_master"
            )
            if not partial and table not in SMALL and not table.startswith("sqlite_")
        }
    except sqlite3.Error:  # it will fail by itself
        return frozenset()
    own, hanging_on_it = _walked(program, roots)
    if re.match(r"(?is)\s*insert.*\bvalues\b", query):
        own = set()  # what refers to a new row is sought only where a reference waits for the commit
    _known[shape] = frozenset(own & _scanned(plan, query) | hanging_on_it)
    return _known[shape]


def _walked(program: list[tuple], roots: dict[int, str]) -> tuple[set[str], set[str]]:
    """The tables that the statement's own program begins at one end of and steps through; and those of its triggers."""
    programs: list[set[str]] = []
    tables: dict[int, str] = {}
    begun: set[int] = set()
    for address, code, cursor, root, *_rest in program:
        if address == 0:
            programs.append(set())
            tables, begun = {}, set()
        if code in ("OpenRead", "OpenWrite", "ReopenIdx"):
            tables[cursor] = roots.get(root, "")
        elif code in ("Rewind", "Last"):
            begun.add(cursor)
        elif code == "Count" or code in ("Next", "Prev") and cursor in begun:
            programs[-1].add(tables.get(cursor, ""))
    first, *others = programs or [set()]
    return first - {""}, set().union(*others) - {""}


def _scanned(plan: list[str], query: str) -> set[str]:
    """The tables that the plan's words may mean: a range read backwards, or a maximum, begins at an end as well."""
    if any("AUTOMATIC" in line for line in plan):
        return set(re.findall(r"\w+", query))
    names = {line.split()[1] for line in plan if line.startswith("SCAN ")}
    called = re.findall(r'(?i)\b(?:from|join|update|into)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?', query)
    called += re.findall(r'(?i),\s+"?(\w+)"?\s+"?(\w+)"?', query)  # further tables of a list
    return names | {table for table, alias in called if alias in names}


def _issued_at() -> str:
    """The nearest place of ours that the statement came from; "" for a test, and for a job that may."""
    frame, place = sys._getframe(2), ""
    while frame is not None:
        file = frame.f_code.co_filename
        ours = file.startswith(ROOT) and "/site-packages/" not in file and file != __file__
        name = file.removeprefix(ROOT) if ours else file
        if ours and name.startswith("tests/"):
            break
        if any(part in f"{name}:{frame.f_code.co_name}" for part in ALLOWED):
            return ""
        if ours and not place:
            place = f"{name}:{frame.f_lineno} ({frame.f_code.co_name})"
        frame = frame.f_back
    return place
