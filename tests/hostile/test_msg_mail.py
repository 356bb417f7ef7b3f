"""MSG for e-mails that come back. Through a real mail server: tests/delivery/test_opensmtpd.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kalends.delivery.bounces import maildir
from tests.cast import Clinic
from tests.delivery.returning import BOUNCE_ADDRESS, PATIENT, carry, handed_over, return_address
from tests.delivery.sink import Sink, listening
from tests.delivery.texting import row


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: bulk"])
def test_MSG_14_a_mailbox_that_answers_everything_is_never_answered(
    tilleuls: Clinic, settings: Any, tmp_path: Path, header: str
) -> None:
    """Fifty answers to one reminder: nothing leaves, nothing is noted, and nothing piles up."""
    settings.BOUNCE_ADDRESS = BOUNCE_ADDRESS
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    id = handed_over(tilleuls)
    answer = (
        f"From: {PATIENT}\nTo: {return_address(tilleuls, id)}\n{header}\n\nI am not here: no such user <x@y.example>\n"
    )
    for number in range(50):
        (tmp_path / "new" / str(number)).write_text(answer, encoding="utf-8")
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        assert maildir.take_all(tmp_path) == 50
        carry()
    assert (sink.messages, row(tilleuls, id).state, row(tilleuls, id).reason) == ([], "sent", "")
    with tilleuls.acting():
        assert tilleuls.organization.deliveries.count() == 1
        assert tilleuls.organization.dead_addresses.count() == 0
    assert [*(tmp_path / "new").iterdir(), *(tmp_path / "cur").iterdir()] == []
