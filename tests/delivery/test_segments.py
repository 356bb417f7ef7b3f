"""Length and parts of text messages (hostile cases SMS-01 to SMS-08, SMS-12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.delivery.segments import (
    ALONE,
    EXTENSION,
    GSM,
    TOGETHER,
    Alphabet,
    alphabet_of,
    count,
    sendable,
    spelling,
    split,
)

SMILE = "\N{SLIGHTLY SMILING FACE}"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
GSM_TEXTS = st.text(st.sampled_from(sorted(set(GSM) - {"\x1b"} | set(EXTENSION))), max_size=500)
ANY_TEXTS = st.text(st.sampled_from("aé[€çșא\u200d" + SMILE), max_size=300)


def parts(text: str) -> int:
    return count(text).parts


def test_the_7_bit_alphabet_is_the_standards() -> None:
    assert len(GSM) == 128
    assert [GSM[code] for code in (0, 9, 16, 36, 64, 96, 127)] == ["@", "Ç", "Δ", "¤", "¡", "¿", "à"]


def test_160_in_one_part_and_153_in_each_of_several() -> None:
    assert [parts("a" * length) for length in (0, 1, 160, 161, 306, 307)] == [0, 1, 1, 2, 2, 3]


def test_the_euro_sign_counts_twice_and_is_never_torn_apart() -> None:
    assert [parts("a" * 158 + "€"), parts("a" * 159 + "€")] == [1, 2]
    assert [len(part) for part in split("a" * 152 + "€" + "a" * 152)] == [152, 152, 1]


def test_70_in_one_part_and_67_in_each_of_several() -> None:
    assert [parts("ç" * length) for length in (70, 71, 134, 135)] == [1, 2, 2, 3]


def test_an_emoji_moves_whole_to_the_next_part() -> None:
    assert [parts("ç" * 68 + SMILE), parts("ç" * 69 + SMILE)] == [1, 2]
    assert [len(part) for part in split("ç" * 66 + SMILE + "ç" * 10)] == [66, 11]


def test_which_letters_are_in_it() -> None:
    assert [one for one in "éèàùüÉÇêëîïôûçœÈÀÊ«»’…–°ăâîșț" if alphabet_of(one) == Alphabet.GSM] == list("éèàùüÉÇ")
    assert count("Mme Çelik, garçon, François").forcing == ("ç",)


def test_what_is_sent_holds_no_controls_and_nothing_that_reverses() -> None:
    assert sendable("18\u00a0h\u202f30\tà\x0cl'heure\r\n\u202eok") == "18 h 30 à\nl'heure\nok"
    assert count(FAMILY).units == 8
    assert [count("שלום").alphabet, count("سلام").units] == [Alphabet.UCS2, 4]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("François Lœvenbrück à l’Hôtel-Dieu", "Francois Loevenbrück à l'Hotel-Dieu"),
        ("Centrul „Sănătate” Iași, ștampilă…", 'Centrul "Sanatate" Iasi, stampila...'),
        ("Hélène", None),
        ("Ольга", None),
        (f"Merci {SMILE}", None),
    ],
)
def test_a_spelling_is_offered_where_there_is_one(text: str, offered: str | None) -> None:
    assert spelling(text) == offered


@given(st.one_of(GSM_TEXTS, ANY_TEXTS, st.text(max_size=200)))
def test_parts_are_the_text_and_each_fits(text: str) -> None:
    counted = count(text)
    found = split(text)
    most = ALONE[counted.alphabet] if len(found) < 2 else TOGETHER[counted.alphabet]
    assert "".join(found) == text
    assert len(found) == counted.parts
    assert all(_units(part, counted.alphabet) <= most for part in found)
    assert sum(_units(part, counted.alphabet) for part in found) == counted.units <= counted.limit or not text


@given(st.text(max_size=200))
def test_an_offered_spelling_is_always_in_the_7_bit_alphabet(text: str) -> None:
    offered = spelling(text)
    assert offered is None or (alphabet_of(offered), alphabet_of(text)) == (Alphabet.GSM, Alphabet.UCS2)


def _units(text: str, alphabet: Alphabet) -> int:
    if alphabet == Alphabet.UCS2:
        return len(text.encode("utf-16-be", "surrogatepass")) // 2
    return len(text) + sum(text.count(one) for one in EXTENSION)
