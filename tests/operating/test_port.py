"""One installation answers at a port, never two by turns."""

from __future__ import annotations

import socket

import pytest

from kalends.operating import port
from kalends.operating.embedded import CannotRun


@pytest.fixture
def free() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def listening(number: int, *, shared: bool) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(("127.0.0.1", number))
    one.listen()
    return one


@pytest.mark.parametrize("shared", [True, False], ids=["another installation", "another program"])
def test_a_port_that_is_used_is_refused_in_a_sentence(free: int, shared: bool) -> None:
    with listening(free, shared=shared), pytest.raises(CannotRun) as refused, port.kept(free):
        pytest.fail("it was kept")
    assert str(refused.value) == (
        f"Port {free} is used by another program. End that, or choose another one: PORT={free + 1}."
    )


def test_whoever_starts_second_is_refused_before_the_first_answers(free: int) -> None:
    with port.kept(free), pytest.raises(CannotRun), port.kept(free):
        pytest.fail("it was kept twice")
    with port.kept(free):
        pass


def test_our_own_web_processes_answer_at_it(free: int) -> None:
    with port.kept(free), listening(free, shared=True), listening(free, shared=True):
        socket.create_connection(("127.0.0.1", free), timeout=5).close()
    with listening(free, shared=False):
        pass


def test_a_port_for_the_few_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(CannotRun) as refused, port.kept(80):
        pytest.fail("it was kept")
    assert str(refused.value) == "Port 80 cannot be used: Permission denied. Choose another one, with PORT."
