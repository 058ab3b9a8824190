"""A kept connection is looked at before each request, by the kernel's word instead of a question to the server.

Django asks "select 1" on the first use in every request, which costs a trivial page a third of its rate.
A server that ended, or ended the connection, leaves something to read on an idle socket (at least its end);
only then the question is asked. A network that died silently answers neither way.

`prepared_cursor` has the server keep its statements and their plans: what search asks takes longer to plan
than to answer. Not behind a pooler that hands each transaction another connection; that Django is told of by
DISABLE_SERVER_SIDE_CURSORS (`?disable_server_side_cursors=true` in the DATABASE_URL), and so are we.
"""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus
from psycopg.types.numeric import Int8Dumper

ONLY_WHEN_TOLD = 2**31  # psycopg prepares what was asked so often by itself; where this is None, nothing at all
MOST_KEPT = 400  # statements a connection; search has some dozens of texts, times how many terms each has


ServerBindingCursor: Any = base.ServerBindingCursor  # typed by which driver is there


class PreparedCursor(ServerBindingCursor):
    """Each text is planned once for a connection; whole numbers are always int8, so that one text is one plan."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.adapters.register_dumper(int, Int8Dumper)

    def execute(self, query: Any, params: Any = None, **more: Any) -> "PreparedCursor":
        return super().execute(query, params, **{**more, "prepare": True})


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, except for `is_usable` and `prepared_cursor`."""

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return super().is_usable() if poll.poll(0) else True

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if self.keeps_statements:
            params["prepare_threshold"] = ONLY_WHEN_TOLD
            # Of prepared statements alone, and only `prepared_cursor` makes any: never plan for the values at hand.
            params["options"] = f"{params.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
        return params

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if self.keeps_statements:
            self.connection.prepared_max = MOST_KEPT

    @property
    def keeps_statements(self) -> bool:
        return not self.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")

    def prepared_cursor(self) -> Any:
        """For texts that come again and again; values are bound by the server, so `%s` must stand for values alone."""
        if not self.keeps_statements:
            return self.cursor()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PreparedCursor(self.connection))  # type: ignore[attr-defined]
