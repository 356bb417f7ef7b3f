"""MSG: what mail servers answer, and how many connections they take. Each answer by itself: tests/delivery."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kalends.delivery import envelope
from tests.cast import Clinic
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry, make_due, queue, rows, states
from tests.web.staff.desk import at, book


@pytest.mark.parametrize("connections", [1, 4])
def test_msg_03_what_is_refused_is_tried_again_or_ends_and_what_is_not_known_is_never_repeated(
    tilleuls: Clinic, settings: Any, connections: int
) -> None:
    """450 and 451 again, 550 and 552 ended, after the text without an answer: unknown, whoever looks again."""
    sink = Sink()
    answers = {
        "refused-450@b.example": "queued",
        "refused-451@b.example": "queued",
        "data-451@b.example": "queued",
        "refused-550@b.example": "failed",
        "data-552@b.example": "failed",
        "hangs@b.example": "unknown",
        "drops@b.example": "unknown",
        "fine@b.example": "sent",
    }
    queue(tilleuls, *answers)
    with listening(sink) as url:
        settings.EMAIL_URL = f"{url}&connections={connections}"
        carry()
        assert dict(states(tilleuls)) == answers
        for _ in range(3):
            make_due(tilleuls)
            carry()
    assert dict(states(tilleuls)) == answers
    known = {row.recipient: row for row in rows(tilleuls)}
    assert {known[name].attempts for name, state in answers.items() if state == "queued"} == {4}
    ids = Counter(sink.ids)
    for name in ("hangs@b.example", "drops@b.example", "fine@b.example"):
        assert ids[envelope.message_id(known[name].id)] == 1


@pytest.mark.parametrize(("per_connection", "at_a_time"), [(1, None), (None, 1), (1, 1)])
def test_msg_04_a_narrow_mail_server_gets_everything_and_bookings_go_on(
    tilleuls: Clinic, settings: Any, per_connection: int | None, at_a_time: int | None
) -> None:
    sink = Sink(per_connection=per_connection, at_a_time=at_a_time)
    recipients = [f"n{number}@b.example" for number in range(15)]
    queue(tilleuls, *recipients)
    with listening(sink) as settings.EMAIL_URL:
        visit = book(tilleuls, at(10))
        carry()
    assert visit.status == "booked"
    assert set(recipients) <= set(sink.recipients)
    assert set(Counter(sink.ids).values()) == {1}
    assert {(row.state, row.attempts) for row in rows(tilleuls)} == {("sent", 1)}
