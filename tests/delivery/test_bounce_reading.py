"""What a message that came back says, in the forms that mail servers write."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.delivery.bounces.reading import Bounce, Finality, Returned, Unreadable, read
from tests.delivery.returning import PATIENT, report

TO = "back+x@returns.test"


def told(**fields: str) -> Bounce:
    found = read(report(TO, **fields)).bounce
    assert found is not None
    return found


def test_a_report_says_which_address_and_why() -> None:
    assert told() == Bounce(Finality.DEAD, frozenset({PATIENT}), "5.1.1", "No such user", is_report=True)
    assert told().reason == "5.1.1 No such user"


@pytest.mark.parametrize(
    ("status", "finality"),
    [
        ("5.1.1", "dead"),
        ("5.1.2", "dead"),
        ("5.1.10", "dead"),
        ("5.0.0", "dead"),
        ("5.2.1", "dead"),
        ("5.4.4", "dead"),
        ("5.1.8", "lost"),  # of the sender's address
        ("5.2.2", "lost"),  # full: there is somebody
        ("5.3.4", "lost"),  # this message was too big
        ("5.7.1", "lost"),  # they do not like us, or what we write
        ("4.4.7", "lost"),  # tried for days
        ("4.4.1", "lost"),
        ("", "dead"),
    ],
)
def test_how_final_it_is(status: str, finality: str) -> None:
    assert told(status=status, diagnostic="smtp; said so").finality == finality


@pytest.mark.parametrize(("status", "finality"), [("4.2.2", "delayed"), ("4.4.1", "delayed"), ("4.4.7", "lost")])
def test_what_is_still_being_tried_is_a_delay(status: str, finality: str) -> None:
    assert told(action="delayed", status=status, diagnostic="smtp; 452 later").finality == finality


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "smtp; 550 User unknown", "5.1.1 User unknown"),
        ("5.0.0", "smtp; 554 5.7.1 <clemence@courriel.example>: see https://x.example/?a=b", "5.7.1 see"),
        ("5.0.0", "smtp; 550 nothing more to say", "5.0.0 nothing more to say"),
        ("5.2.2", "smtp; 552-5.2.2 The mailbox is full", "5.2.2 The mailbox is full"),
        ("5.1.1", "smtp; 550 5.1.1 " + "x" * 900, "5.1.1 " + "x" * 160),
    ],
)
def test_the_most_exact_code_counts_and_no_address_is_told(status: str, diagnostic: str, reason: str) -> None:
    assert told(status=status, diagnostic=diagnostic).reason == reason


def test_of_somebody_else() -> None:
    assert told(about="other@courriel.example").about == {"other@courriel.example"}


@pytest.mark.parametrize("answer", ["auto-replied", "auto-replied; owner-email=x", "auto-generated", "Auto-Notified"])
def test_the_answer_of_a_mailbox_that_answers_by_itself_is_no_bounce(answer: str) -> None:
    """MSG-14, also where it quotes what looks like one."""
    vacation = (
        f"From: {PATIENT}\nTo: {TO}\nAuto-Submitted: {answer}\n\n550 5.1.1 <{PATIENT}> is not here until Monday\n"
    )
    assert read(vacation.encode()).bounce is None


def test_a_letter_of_a_person_is_no_bounce() -> None:
    letter = f"From: {PATIENT}\nTo: {TO}\nSubject: RDV\n\nJe ne peux pas venir.\n"
    assert read(letter.encode()) == Returned(TO, None)


def test_the_old_form_of_qmail() -> None:
    words = (
        "Hi. This is the qmail-send program at courriel.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{PATIENT}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n"
    )
    found = read(f"From: MAILER-DAEMON@courriel.example\nTo: {TO}\n\n{words}".encode()).bounce
    assert found is not None
    assert (found.finality, found.about, found.is_report) == ("dead", {PATIENT}, False)


@given(st.binary(max_size=400), st.integers(0, 1200))
def test_whatever_a_stranger_writes_is_read_or_passed_over(noise: bytes, place: int) -> None:
    whole = report(TO)
    with contextlib.suppress(Unreadable):
        read(whole[:place] + noise + whole[place:])


def test_nothing_of_a_report_is_very_slow_to_read() -> None:
    """Lines without an end, and parts within parts."""
    assert told(diagnostic="smtp; 550 5.1.1 " + "a" * 150_000).finality == "dead"
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(90)
    )
    assert read(b"To: x\r\n" + nested + b"\r\n550 5.1.1") == Returned("x", None)


def test_the_reader_of_bounces_logs_no_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        read(report(TO))
    assert PATIENT not in caplog.text
