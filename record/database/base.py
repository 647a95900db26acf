"""PostgreSQL as Django speaks to it, but a kept connection is looked at without a round trip."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus, TransactionStatus

_AT_REST = {TransactionStatus.IDLE, TransactionStatus.INTRANS}


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose health is told by its socket, and by asking only where that has news."""

    def is_usable(self) -> bool:
        """Say whether the server still listens.

        A server that closed the connection has left its farewell in the socket; where the socket
        is silent, nothing was closed, and a `SELECT 1` for each request would tell no more.
        """
        if self.connection is None:
            return False
        libpq = self.connection.pgconn
        if libpq.status != ConnStatus.OK or libpq.transaction_status not in _AT_REST:
            return False
        news = select.poll()
        news.register(libpq.socket, select.POLLIN)
        return not news.poll(0) or super().is_usable()
