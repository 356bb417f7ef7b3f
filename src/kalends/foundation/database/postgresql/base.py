"""The name of this file is Django's: a backend is a package with a module `base`."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the connection instead of asking over it, which costs each request a round trip to the server.

    A server that ends a connection says so on it: something can be read while nobody has asked anything.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN)
        return not watch.poll(0) or bool(super().is_usable())
