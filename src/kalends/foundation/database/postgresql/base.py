"""The name of this file is Django's: a backend is a package with a module `base`."""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg._preparing import PrepareManager

from kalends.foundation.database.postgresql.direct import Direct
from kalends.foundation.database.postgresql.instants import InstantLoader


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the connection instead of asking over it, which costs each request a round trip to the server.

    A server that ends a connection says so on it: something can be read while nobody has asked anything.
    """

    direct: Direct
    """For `asking`, while there is a connection."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        connection: Connection[Any] = super().get_new_connection(conn_params)
        statements = Statements()
        statements.prepare_threshold = connection.prepare_threshold
        connection._prepared = statements
        connection.adapters.register_loader("timestamptz", InstantLoader)
        self.direct = Direct(connection)
        return connection

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN)
        return not watch.poll(0) or bool(super().is_usable())

    def _commit(self) -> None:
        if self.connection is not None:
            with self.wrap_database_errors:
                self.direct.commit()


class Statements(PrepareManager):
    """Keeps what is prepared when a transaction is undone.

    psycopg prepares everything anew then, in case tables were made in it. Ours make none, and whoever is refused a
    time that another has taken undoes one: the next would wait for all plans again.
    """

    def clear(self) -> bool:
        return False
