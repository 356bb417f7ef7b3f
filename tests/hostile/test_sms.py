"""SMS: what is counted is what is billed, by a peer that only sees what comes over the line (SMS-01 to 12).

The rules themselves: tests/delivery/test_segments.py (01 to 08, 12), test_replies.py (11), test_sms_url.py (10).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.delivery import segments
from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.smpp import SharedLine, SmppCarrier
from kalends.delivery.carriers.smpp.coding import text_of
from kalends.delivery.rules import Fate
from kalends.delivery.segments import Alphabet, count, sendable, spelling, split
from kalends.delivery.sms_url import SmsAddress
from tests.delivery.smsc import Smsc
from tests.delivery.test_smpp import Ears

TAKEN = "+33612345604"
SMILE = "\N{SLIGHTLY SMILING FACE}"
GSM = st.text(st.sampled_from(sorted(set(segments.GSM) - {"\x1b"} | set(segments.EXTENSION))), max_size=700)
ANY = st.text(st.sampled_from(f"a é€[ș{SMILE}א\n"), max_size=400)


@pytest.fixture(scope="module")
def network() -> Iterator[tuple[Smsc, SmppCarrier]]:
    smsc = Smsc()
    carrier = SmppCarrier(SharedLine(SmsAddress.read(f"smpp://us:x@127.0.0.1:{smsc.port}"), listening=Ears()))
    yield smsc, carrier
    carrier.close()
    smsc.close()


def billed(network: tuple[Smsc, SmppCarrier], text: str) -> list[str]:
    """The parts that the network bills, as phones read them; each within what one message holds."""
    smsc, carrier = network
    smsc.parts.clear()
    outcome = carrier.hand_over(Parcel("", TAKEN, text.encode()), last_call=lambda: True)
    assert outcome is not None
    assert outcome.fate == Fate.SENT
    parts = sorted(smsc.parts, key=lambda part: part.place)
    alone = len(parts) == 1
    for part in parts:
        septets = len(part.octets) if part.coding == 0 else 0
        assert septets <= (160 if alone else 153)
        assert part.coding == 0 or len(part.octets) <= (140 if alone else 134)
    return [str(text_of(part.octets, esm_class=0, data_coding=part.coding)) for part in parts]


@pytest.mark.parametrize(
    ("case", "text", "parts"),
    [
        ("SMS-01", "a" * 160, 1),
        ("SMS-01", "a" * 161, 2),
        ("SMS-01", "a" * 306, 2),
        ("SMS-01", "a" * 307, 3),
        ("SMS-02", "a" * 158 + "€", 1),
        ("SMS-02", "a" * 159 + "€", 2),
        ("SMS-02", "a" * 152 + "€" + "a" * 152, 3),
        ("SMS-03", "ç" * 70, 1),
        ("SMS-03", "ç" * 71, 2),
        ("SMS-03", "ç" * 134, 2),
        ("SMS-03", "ç" * 135, 3),
        ("SMS-04", "ș" * 68 + SMILE, 1),
        ("SMS-04", "ș" * 69 + SMILE, 2),
        ("SMS-04", "ș" * 66 + SMILE + "ș" * 66, 3),
    ],
)
def test_sms_01_to_04_at_the_borders(network: tuple[Smsc, SmppCarrier], case: str, text: str, parts: int) -> None:
    found = billed(network, text)
    assert (len(found), count(text).parts, "".join(found)) == (parts, parts, text), case


@settings(max_examples=60, deadline=None)
@given(st.one_of(GSM, ANY))
def test_sms_09_parts_shown_are_parts_billed(network: tuple[Smsc, SmppCarrier], text: str) -> None:
    ready = sendable(text)
    found = billed(network, ready)
    assert found == split(ready)
    assert len(found) == count(ready).parts


def test_sms_05_which_letters_need_the_wide_alphabet() -> None:
    assert count("éèàùüÉÇ").alphabet == Alphabet.GSM
    wide = "êëîïôûçœÈÀÊ«»’…–°ăâîșțĂÂÎȘȚ"
    assert count(wide).forcing == tuple(dict.fromkeys(wide))


def test_sms_06_07_a_name_makes_it_dear_and_a_spelling_is_offered() -> None:
    for text in (
        "François Lefèvre vous rappelle votre rendez-vous du mercredi 30 septembre à 10 h 40 au centre médical.",
        "Clinica Carpați vă reamintește programarea de miercuri, 30 septembrie, ora 10:40, la Brașov.",
    ):
        counted, offered = count(text), spelling(text)
        assert (counted.alphabet, counted.parts) == (Alphabet.UCS2, 2)
        assert offered is not None
        assert (count(offered).parts, offered != text) == (1, True)


def test_sms_08_12_what_a_phone_must_not_be_given_is_gone(network: tuple[Smsc, SmppCarrier]) -> None:
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    assert count(family).units == 8
    ready = sendable(f"a\u202eb\u00a0c\fd\te\r\nf\u2028g {family} שלום مرحبا")
    assert ready == f"ab c\nd e\nf\ng {family} שלום مرحبا"
    assert "".join(billed(network, ready)) == ready
