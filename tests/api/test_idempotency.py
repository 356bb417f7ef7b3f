"""The same call twice is one act with one answer (BOK-04); the same key with something else is refused (BOK-05)."""

from __future__ import annotations

import httpx
import psycopg
import pytest

from kalends.api import idempotency
from kalends.api.idempotency import HEADER
from kalends.api.jobs import forget_kept_answers
from tests.api.callers import Caller, booking, member, person, problem, race, told
from tests.cast import Clinic

PATH = "public/tilleuls/appointments"


def test_the_first_answer_is_given_again_letter_by_letter(tilleuls: Clinic) -> None:
    first = Caller().post(PATH, booking(tilleuls), key="a")
    again = Caller().post(PATH, booking(tilleuls), key="a")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1


def test_a_conflict_is_an_answer_too(tilleuls: Clinic) -> None:
    taken = told(Caller().post(PATH, booking(tilleuls)))[1]
    first = Caller().post(PATH, booking(tilleuls, number=1), key="a")
    link = f"public/appointments/{taken['manage_url'].split('/')[-2]}"
    assert Caller().post(f"{link}/cancel").status_code == 200
    again = Caller().post(PATH, booking(tilleuls, number=1), key="a")
    assert (first.status_code, again.status_code, again.content) == (409, 409, first.content)
    assert Caller().post(PATH, booking(tilleuls, number=1), key="b").status_code == 201


def test_other_refusals_are_not_kept(tilleuls: Clinic) -> None:
    wrong = booking(tilleuls, contact=person(phone="1"))
    assert Caller().post(PATH, wrong, key="a").status_code == 422
    assert Caller().post(PATH, booking(tilleuls, service="x"), key="a").status_code == 404
    assert Caller().post(PATH, booking(tilleuls), key="a").status_code == 201


def test_the_same_key_for_another_call_is_refused(tilleuls: Clinic) -> None:
    assert Caller().post(PATH, booking(tilleuls), key="a").status_code == 201
    sentence = "This key was already used for another call."
    reused = (422, problem(422, "key_reused", sentence, ("Idempotency-Key", sentence)))
    assert told(Caller().post(PATH, booking(tilleuls, 11), key="a")) == reused
    asked = {name: value for name, value in booking(tilleuls, 11).items() if name != "contact"}
    assert told(Caller().post("public/tilleuls/holds", asked, key="a")) == reused
    with tilleuls.acting():
        assert tilleuls.organization.occupancies.count() == 1


def test_every_caller_has_keys_of_their_own(tilleuls: Clinic) -> None:
    admin, staff = member(tilleuls), member(tilleuls)
    assert admin.post("tilleuls/providers", {"name": "Dr Un"}, key="a").status_code == 201
    assert staff.post("tilleuls/providers", {"name": "Dr Deux"}, key="a").status_code == 201
    other = Caller({"User-Agent": "another"})
    assert Caller().post(PATH, booking(tilleuls), key="a").status_code == 201
    assert other.post(PATH, booking(tilleuls, 11, number=1), key="a").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é", "\x7f"])
def test_what_is_no_key(tilleuls: Clinic, key: str) -> None:
    error = ("Idempotency-Key", "1 to 255 printable characters, please.")
    expected = problem(422, "invalid", "Some fields need your attention.", error)
    assert told(Caller().post(PATH, booking(tilleuls), key=key)) == (422, expected)


@pytest.mark.parametrize("key", ["x" * 255, "a b", "~", "' OR 1=1"])
def test_what_is_a_key(tilleuls: Clinic, key: str) -> None:
    assert Caller().post(PATH, booking(tilleuls), key=key).status_code == 201


def test_no_secret_is_kept(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    _, body = told(Caller().post(PATH, booking(tilleuls), key="a"))
    token = body["manage_url"].split("/")[-2]
    kept = owner.execute("SELECT answer::text FROM api_keptanswer").fetchall()
    assert len(kept) == 1
    assert token not in kept[0][0]
    assert "http" not in kept[0][0]


def test_after_a_day_the_key_is_new(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    assert Caller().post(PATH, booking(tilleuls), key="a").status_code == 201
    owner.execute("UPDATE api_keptanswer SET kept_at = kept_at - interval '24 hours 1 second'")
    assert Caller().post(PATH, booking(tilleuls, 11), key="a").status_code == 201


def test_what_is_a_day_old_is_forgotten(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number, hour in enumerate((10, 11)):
        assert Caller().post(PATH, booking(tilleuls, hour, number=number), key=str(number)).status_code == 201
    owner.execute("UPDATE api_keptanswer SET kept_at = kept_at - interval '25 hours' WHERE answer::text LIKE '%T10:%'")
    forget_kept_answers(0)
    assert owner.execute("SELECT count(*) FROM api_keptanswer").fetchone() == (1,)


@pytest.mark.slow
def test_32_equal_calls_at_once_are_one_act(tilleuls: Clinic, server: httpx.Client) -> None:
    answers = race(32, lambda number: server.post(PATH, json=booking(tilleuls), headers={HEADER: "a"}))
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == 1
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1
        assert tilleuls.organization.contacts.count() == 1


def test_equal_calls_that_lose_lose_alike(tilleuls: Clinic) -> None:
    assert Caller().post(PATH, booking(tilleuls)).status_code == 201
    answers = race(8, lambda number: Caller().post(PATH, booking(tilleuls, number=1), key="a"))
    assert {status for status, _ in answers} == {409}
    assert len({body for _, body in answers}) == 1


def test_who_waits_too_long_for_the_first_is_told_so(
    tilleuls: Clinic, database_urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the key's turn; the wait is shortened, its end is what counts."""
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.2)
    caller = member(tilleuls)
    assert caller.post("tilleuls/providers", {"name": "Dr Un"}, key="a").status_code == 201
    with psycopg.connect(database_urls[0]) as other:
        with tilleuls.acting():
            kept = tilleuls.organization.kept_answers.get()
        key = idempotency.Key(kept.caller, bytes(kept.key_hash), b"")
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", idempotency.turn_of(tilleuls.organization, key))
        sentence = "The first call with this key is still running. Ask again in a moment."
        answered = told(caller.post("tilleuls/providers", {"name": "Dr Un"}, key="a"))
        assert answered == (409, problem(409, "in_progress", sentence))
    assert caller.post("tilleuls/providers", {"name": "Dr Un"}, key="a").status_code == 201
