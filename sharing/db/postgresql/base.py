"""A kept connection is looked at before each request, by the kernel's word instead of a question to the server.

Django asks "select 1" on the first use in every request, which costs a trivial page a third of its rate.
A server that ended, or ended the connection, leaves something to read on an idle socket (at least its end);
only then the question is asked. A network that died silently answers neither way.

`prepared_cursor` has the server keep its statements: what search asks takes longer to plan than to answer.
"""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus
from psycopg.types.numeric import Int8Dumper


class PreparedCursor(base.ServerBindingCursor):
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

    def prepared_cursor(self) -> Any:
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PreparedCursor(self.connection))
