"""Hand-written opening hours: one safe reading, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.imports.hours import LONGEST_TEXT, SENTENCES, Hours, read_hours

UNDERSTOOD = """
9h-17h                                  | 9:00-17:00
9H-17H                                  | 9:00-17:00
9h - 17h                                | 9:00-17:00
9h 19h                                  | 9:00-19:00
9h 12 h                                 | 9:00-12:00
9h/17h                                  | 9:00-17:00
9 h 00 - 17 h 00                        | 9:00-17:00
9 h 15 - 17 h 05                        | 9:15-17:05
8 h 30 / 17 H 30                        | 8:30-17:30
9h à 16h 30                             | 9:00-16:30
9hà12h                                  | 9:00-12:00
9 heures à 12 heures                    | 9:00-12:00
09:00-17:00                             | 9:00-17:00
10: 00-16: 00                           | 10:00-16:00
09:00–17:30                             | 9:00-17:30
8.30/20.00                              | 8:30-20:00
de 8h à 18h                             | 8:00-18:00
ouvert de 8h à 18h                      | 8:00-18:00
9h à 18h.                               | 9:00-18:00
14-17H                                  | 14:00-17:00
10-18h00                                | 10:00-18:00
0h-24h                                  | 0:00-24:00
９h－１７h                                 | 9:00-17:00
9h-12h et 14h-17h                       | 9:00-12:00 14:00-17:00
9h-12h, 14h-17h                         | 9:00-12:00 14:00-17:00
9h-12het14h-17h                         | 9:00-12:00 14:00-17:00
9h à 12h et de 14h à 18 h               | 9:00-12:00 14:00-18:00
8H30 12h / 14H 18H                      | 8:30-12:00 14:00-18:00
8h/12h-14h/20h                          | 8:00-12:00 14:00-20:00
9:00-13:00-14:00-18:00                  | 9:00-13:00 14:00-18:00
8:00-12:30 14:00-19:00                  | 8:00-12:30 14:00-19:00
14h-18h / 9h-12h                        | 9:00-12:00 14:00-18:00
10:00-13:00/13:00-17:00                 | 10:00-13:00 13:00-17:00
07:00-09:30/12:00-13:30/18:00-19:30     | 7:00-9:30 12:00-13:30 18:00-19:30
"""

MENDED = """
8h30-12h-30 / 14h00-18h00               | 8:30-12:30 14:00-18:00
08:00-13-00/14:00-18:00                 | 8:00-13:00 14:00-18:00
09h-13h / 13h30-17hh30                  | 9:00-13:00 13:30-17:30
09:00-12                                | 9:00-12:00
14h-17                                  | 14:00-17:00
"""

NOT_UNDERSTOOD = """
ouvert                                  | open_without_hours
Ouvert                                  | open_without_hours
ouvert matin                            | open_without_hours
ouvert l'après-midi                     | open_without_hours
pas d'horaires réguliers                | irregular
No                                      | not_hours
-                                       | not_hours
15h                                     | one_time
9h-12h-14h                              | unpaired
9h-12h/14h-3h                           | ends_before_start
9h-9h                                   | empty_period
22h-0h                                  | ends_before_start
09:30-16:30/14:00-18:00                 | overlap
14H00-18H00 9H00-18H00                  | overlap
8H30 12                                 | no_unit
9-12                                    | no_unit
19/01                                   | no_unit
9h 12-14h 18                            | ambiguous
9h 15                                   | ambiguous
08:00-13:00/14:00-18:0                  | truncated
9h-25h                                  | odd_number
9h-17h75                                | odd_number
24h30-25h                               | odd_number
0900-1700                               | odd_number
9:-12:                                  | odd_sign
9h et 17h                               | odd_sign
9h-12h à 14h-17h                        | odd_sign
9h-17h-                                 | odd_sign
9h | 17h                                | odd_sign
f9h-13h/14h-17h                         | words
9h-17h le mardi                         | words
Au centre : contacter le 01.42.81.03.50 | odd_number
fermé8h/12h-14h/20h                     | contradictory
fermé de 12h à 14h                      | contradictory
08:30/17:30, à confirmer                | unconfirmed
9h-18h sauf matin du 18                 | exception
8:00-12:30 uniquement le 16 janvier     | dated
14:00-18:00 à partir du 25/01           | dated
8:00-12:00 (19/01 uniquement) / 14h-18h | dated
9H-13H / 14H-17H30 (ES APRES-MIDI)      | restricted
9h-17h sur RDV (ES)                     | restricted
"""

UNSTATED = """
non précisé
Non précisé à ce jour
A CONFIRMER
à préciser
à repréciser
à compléter
en attente
en attente d'informations
en attente d’informations
en attente de précision
En cours de précisions
en cours de définition
en cours de finalisation
"""


def rows(table: str) -> list[tuple[str, str]]:
    return [tuple(part.strip() for part in line.rsplit("|", 1)) for line in table.strip().splitlines()]


def shown(hours: Hours) -> str:
    return " ".join(f"{start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}" for start, end in hours.periods)


@pytest.mark.parametrize(("text", "periods"), rows(UNDERSTOOD))
def test_understood(text: str, periods: str) -> None:
    hours = read_hours(text)
    assert (hours.kind, shown(hours), hours.reason, hours.note) == ("periods", periods, "", "")


@pytest.mark.parametrize(("text", "periods"), rows(MENDED))
def test_slips_are_read_over_and_say_so(text: str, periods: str) -> None:
    hours = read_hours(text)
    assert (hours.kind, shown(hours), hours.reason, hours.note) == ("periods", periods, "mended", text)


@pytest.mark.parametrize(("text", "reason"), rows(NOT_UNDERSTOOD))
def test_not_understood(text: str, reason: str) -> None:
    assert read_hours(text) == Hours("unknown", reason=reason, note=text)


@pytest.mark.parametrize("text", ["fermé", "FERME", "Fermé ", "\u00a0fermée."])
def test_closed(text: str) -> None:
    assert read_hours(text) == Hours("closed")


@pytest.mark.parametrize("text", UNSTATED.strip().splitlines())
def test_left_open_by_the_writer(text: str) -> None:
    assert read_hours(text) == Hours("unstated", reason="not_stated", note=text)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b", " " * 100_000])
def test_empty(text: str) -> None:
    assert read_hours(text) == Hours("unstated")


@pytest.mark.parametrize("text", ["8H- 17H sur RDV", "8h-17h (sur rendez-vous)", "8h-17h, uniquement sur RDV"])
def test_by_appointment_is_a_remark_that_takes_nothing_away(text: str) -> None:
    assert read_hours(text) == Hours("periods", ((480, 1020),), reason="remark", note=text)


@pytest.mark.parametrize("text", ["\u00a08 h 30 / 17 H 30", "8h30 –\u202f17h30", "\u200b8h30-17h30"])
def test_unusual_spaces_and_dashes(text: str) -> None:
    assert read_hours(text) == Hours("periods", ((510, 1050),))


@pytest.mark.parametrize("piece", ["9", "9h-17h ", "9:", "-", "h", "(", "é", "\u202e", "\x00", "\ud800", "９"])
def test_a_hundred_thousand_characters_are_not_looked_at(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert read_hours(text) == Hours("unknown", reason="too_long", note=text[:LONGEST_TEXT].strip())


def test_every_reason_has_a_sentence() -> None:
    assert read_hours("ouvert").sentence == "It says open, but not from when to when."
    assert read_hours("9h-12h").sentence == ""


STYLES = ("{h}h{m:02}", "{h:02}:{m:02}", "{h} h {m:02}", "{h}H{m:02}", "{h:02}: {m:02}", "{h}.{m:02}")


@st.composite
def written_hours(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    periods = tuple(zip(edges[::2], edges[1::2], strict=True))
    style = draw(st.sampled_from(STYLES))
    within = draw(st.sampled_from(["-", " - ", "–", " à ", "/", " "]))
    between = draw(st.sampled_from([" / ", " et ", " et de ", ", ", " ", " - "]))

    def write(minute: int) -> str:
        return style.format(h=minute // 60, m=minute % 60)

    return between.join(f"{write(start)}{within}{write(end)}" for start, end in periods), periods


@given(written_hours())
def test_what_is_written_plainly_is_read_back(case: tuple[str, tuple[tuple[int, int], ...]]) -> None:
    text, periods = case
    assert read_hours(text) == Hours("periods", periods)


LIKELY = st.text(alphabet="0123456789h:./- ,()HàéfermOuvtsd\u00a0–", max_size=40)


@given(st.one_of(LIKELY, st.text(max_size=250)))
def test_whatever_is_written_the_answer_is_sound(text: str) -> None:
    hours = read_hours(text)
    edges = [edge for period in hours.periods for edge in period]
    assert bool(edges) == (hours.kind == "periods")
    assert edges == sorted(edges)
    assert all(start < end for start, end in hours.periods)
    assert all(0 <= edge <= 1440 for edge in edges)
    assert hours.reason == "" or hours.reason in SENTENCES
    assert bool(hours.reason) == bool(hours.note)
    assert hours.note in text
    assert hours.kind != "unknown" or hours.reason != ""
