"""A kept connection is looked at before each request, by the kernel's word instead of a question to the server.

Django asks "select 1" on the first use in every request, which costs a trivial page a third of its rate.
A server that ended, or ended the connection, leaves something to read on an idle socket (at least its end);
only then the question is asked. A network that died silently answers neither way.
"""

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, except for `is_usable`."""

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return super().is_usable() if poll.poll(0) else True
