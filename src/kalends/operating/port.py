"""The port that an installation answers at: its own, or it does not start."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from kalends.operating.embedded import CannotRun


@contextmanager
def kept(port: int, *, host: str = "127.0.0.1") -> Iterator[None]:
    """Keep the port for our web processes from before they start until they have ended.

    They share it with each other (SO_REUSEPORT), and the system would let those of another installation share it too:
    every visitor would then meet now the one, now the other. So nobody else may be at it when we come, and our own
    socket, on which nobody is ever listened to, tells those who come later. Raises CannotRun.
    """
    with _bound(host, port, shared=False):
        pass
    with _bound(host, port, shared=True):
        yield


@contextmanager
def _bound(host: str, port: int, *, shared: bool) -> Iterator[None]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as taken:
        # What is asked first overlooks connections of before that have not quite ended. What is kept does not allow
        # that: two sockets that both do, and do not listen, would get on with each other.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if shared else socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
        except OSError as fault:
            raise CannotRun(_sentence(port, fault)) from fault
        yield


def _sentence(port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"Port {port} is used by another program. End that, or choose another one: PORT={port + 1}."
    return f"Port {port} cannot be used: {fault.strerror}. Choose another one, with PORT."
