"""Text messages over SMPP to the SMS centre of a network: one line, what it answers, and what it brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.delivery import segments
from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.smpp import SmppCarrier, coding, receipts
from kalends.delivery.carriers.smpp import carrier as carrying
from kalends.delivery.carriers.smpp.carrier import SharedLine
from kalends.delivery.rules import Fate, Outcome
from kalends.delivery.sms_url import SmsAddress
from tests.delivery.sink import free_port, wait_for
from tests.delivery.smsc import Smsc

NUMBER = "+3361234560"


class Ears:
    """Hears what the network brings; knows the parts that it is told of."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.receipts: list[tuple[str, str, str]] = []
        self.replies: list[tuple[str, str]] = []

    def receipt(self, centre: str, number: str, *, says: str, reason: str) -> bool:
        if number in self.known:
            self.receipts.append((number, says, reason))
        return number in self.known

    def reply(self, sender: str, message: str) -> None:
        self.replies.append((sender, message))


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    smsc = Smsc(password="secret")
    yield smsc
    smsc.close()


@contextmanager
def bound(port: int, **options: Any) -> Iterator[tuple[SmppCarrier, Ears]]:
    asked = "&".join(f"{name}={value}" for name, value in {"from": "Tilleuls", "timeout": "1", **options}.items())
    ears = Ears()
    carrier = SmppCarrier(SharedLine(SmsAddress.read(f"smpp://us:secret@127.0.0.1:{port}?{asked}"), listening=ears))
    yield carrier, ears
    carrier.close()


def send(carrier: SmppCarrier, to: str, words: str = "Rappel : demain", *, goes: bool = True) -> Outcome | None:
    return carrier.hand_over(Parcel("", NUMBER + to, words.encode()), last_call=lambda: goes)


def test_one_line_carries_all_and_brings_the_receipts(smsc: Smsc) -> None:
    with bound(smsc.port) as (carrier, ears):
        first = send(carrier, "1")
        second = send(carrier, "2", "Ș" * 71)
        assert first is not None
        assert second is not None
        assert (first.fate, len(first.numbers), second.fate, len(second.numbers)) == (Fate.SENT, 1, Fate.SENT, 2)
        assert first.centre == second.centre == f"smpp:us@127.0.0.1:{smsc.port}"
        # Nobody knows these numbers yet: they are written down a moment after.
        ears.known.update(first.numbers, second.numbers)
        wait_for(lambda: len(ears.receipts) == 3)
    assert ears.receipts == [
        (first.numbers[0], "delivered", "stat:DELIVRD err:000"),
        *[(number, "undelivered", "stat:UNDELIV err:000") for number in second.numbers],
    ]
    assert (smsc.binds, smsc.heard_again) == (1, 0)
    assert {(part.sender, part.to) for part in smsc.parts} == {("Tilleuls", "33612345601"), ("Tilleuls", "33612345602")}
    (one, two) = (part.place for part in smsc.parts[1:])
    assert (one[1:], two[1:], one[0] == two[0]) == ((2, 1), (2, 2), True)


@pytest.mark.parametrize(
    ("minutes", "until"),
    [(0, ""), (1, "000000000100000R"), (61, "000000010100000R"), (6 * 1440 + 23 * 60 + 59, "000006235900000R")],
)
def test_the_network_is_told_for_how_long_it_is_worth_bringing(smsc: Smsc, minutes: int, until: str) -> None:
    with bound(smsc.port) as (carrier, _):
        parcel = Parcel("", NUMBER + "4", b"Rappel", valid_minutes=minutes)
        assert carrier.hand_over(parcel, last_call=lambda: True) is not None
    assert [part.until for part in smsc.parts] == [until]


@pytest.mark.parametrize(
    ("to", "fate", "arrived"),
    [("3", Fate.REFUSED, 0), ("4", Fate.SENT, 1), ("6", Fate.UNKNOWN, 1), ("7", Fate.UNKNOWN, 1)],
)
def test_what_the_network_answers_decides(smsc: Smsc, to: str, fate: Fate, arrived: int) -> None:
    with bound(smsc.port) as (carrier, _):
        outcome = send(carrier, to)
        assert outcome is not None
        assert (outcome.fate, len(smsc.parts)) == (fate, arrived)
        # The line goes on, or another is opened.
        after = send(carrier, "4")
        assert after is not None
        assert after.fate == Fate.SENT


def test_asked_too_fast_it_is_offered_again_and_nothing_is_lost(smsc: Smsc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "BREATHS", (0.01, 0.01, 0.01))
    monkeypatch.setattr(carrying, "LONG_BREATHS", (0.01, 0.01, 0.01))
    with bound(smsc.port) as (carrier, _):
        # After the first part twice, then the others.
        long = send(carrier, "5", "a" * 400)
        assert long is not None
        assert long.fate == Fate.SENT
        assert [part.place[1:] for part in smsc.parts] == [(3, 1), (3, 2), (3, 3)]
        always = send(carrier, "9")
        assert always is not None
        assert (always.fate, always.numbers) == (Fate.AWAY, ())
        assert "Throttling" in always.reason or "0x00000058" in always.reason
    assert len(smsc.parts) == 3


def test_without_the_last_word_nothing_leaves(smsc: Smsc) -> None:
    with bound(smsc.port) as (carrier, _):
        assert send(carrier, "1", goes=False) is None
    assert smsc.parts == []


def test_a_network_that_is_away_or_does_not_know_us() -> None:
    with bound(free_port()) as (carrier, _), pytest.raises(Unreachable, match="127.0.0.1"):
        send(carrier, "1")
    other = Smsc(password="other")
    with bound(other.port) as (carrier, _), pytest.raises(Unreachable, match="[Pp]assword"):
        send(carrier, "1")
    other.close()


def test_the_line_is_asked_after_silence_and_opened_anew_when_it_dropped(
    smsc: Smsc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kalends.delivery.carriers.smpp.session.ASKS_AFTER", 0.1)
    with bound(smsc.port) as (carrier, _):
        carrier._line.listen()
        wait_for(lambda: smsc.enquired >= 2)
        smsc.drop()
        wait_for(lambda: not carrier._line._session.is_open)  # type: ignore[union-attr]
        outcome = send(carrier, "4")
        assert outcome is not None
        assert outcome.fate == Fate.SENT
    assert smsc.binds == 2


def test_what_people_write_is_heard_in_either_alphabet(smsc: Smsc) -> None:
    with bound(smsc.port) as (carrier, ears):
        carrier._line.listen()
        smsc.say(f"{NUMBER}1", "36123", "ARRÊT svp")
        smsc.say_plainly(f"{NUMBER}2", "36123", "Stop")
        wait_for(lambda: len(ears.replies) == 2)
    assert ears.replies == [("33612345601", "ARRÊT svp"), ("33612345602", "Stop")]


def test_a_receipt_that_nobody_can_place_is_asked_for_again(smsc: Smsc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kalends.delivery.carriers.smpp.session.PLACED_WITHIN", 0.2)
    with bound(smsc.port) as (carrier, ears):
        outcome = send(carrier, "1")
        wait_for(lambda: smsc.heard_again == 1)
        assert outcome is not None
        ears.known.update(outcome.numbers)
        wait_for(lambda: len(ears.receipts) == 1)


@pytest.mark.parametrize(
    ("sender", "shown"), [("Tilleuls", "Tilleuls"), ("%2B33644630001", "33644630001"), ("36123", "36123")]
)
def test_senders(smsc: Smsc, sender: str, shown: str) -> None:
    with bound(smsc.port, **{"from": sender, "from-CA": "%2B15145550199"}) as (carrier, _):
        send(carrier, "4")
        carrier.hand_over(Parcel("", "+15145550104", b"x"), last_call=lambda: True)
    assert [part.sender for part in smsc.parts] == [shown, "15145550199"]


LETTERS = st.text(st.sampled_from(sorted(set(segments.GSM) - {"\x1b"} | set(segments.EXTENSION))), max_size=500)


@given(st.one_of(LETTERS, st.text(st.sampled_from("aé[€çșא😀"), max_size=300)), st.integers(0, 255))
def test_parts_hold_the_text_as_it_was_counted(text: str, reference: int) -> None:
    parts = coding.parts(text, reference=reference)
    assert len(parts) == segments.count(text).parts
    assert all(len(part.octets) <= 160 for part in parts)
    read = [coding.text_of(_body(part), esm_class=0, data_coding=part.data_coding) for part in parts]
    assert "".join(map(str, read)) == text
    if len(parts) > 1:
        assert [part.octets[:6] for part in parts] == [
            bytes([5, 0, 3, reference, len(parts), number]) for number in range(1, len(parts) + 1)
        ]
        assert coding.text_of(parts[1].octets, esm_class=0x40, data_coding=0) is None


def _body(part: coding.Part) -> bytes:
    return part.octets[6:] if part.esm_class else part.octets


@pytest.mark.parametrize(
    ("words", "more", "read"),
    [
        ("id:7 sub:001 stat:DELIVRD err:000 text:Rendez-vous", {}, ("7", "delivered", "stat:DELIVRD err:000")),
        ("id:00AF stat:EXPIRED err:1F", {}, ("00AF", "undelivered", "stat:EXPIRED err:1F")),
        ("id:7 stat:ACCEPTD", {}, ("7", "sent", "stat:ACCEPTD")),
        ("id:7 stat:UNKNOWN", {}, ("7", "", "stat:UNKNOWN")),
        ("", {"number": "8", "state": 5}, ("8", "undelivered", "")),
        ("nothing of the kind", {}, ("", "", "")),
    ],
)
def test_receipts_as_networks_write_them(words: str, more: dict[str, Any], read: tuple[str, str, str]) -> None:
    assert receipts.read(words, **more) == receipts.Receipt(*read)
