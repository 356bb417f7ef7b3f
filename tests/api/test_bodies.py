"""What cannot be read is refused before anybody looks at it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kalends.api import bodies
from tests.api.callers import Caller, booking, member, problem, told
from tests.cast import Clinic

PATH = "public/tilleuls/appointments"
MALFORMED = (400, problem(400, "malformed", "This is not JSON as it should be: nothing was read from it."))
ADDRESS = (400, problem(400, "malformed", "The address holds characters that cannot be read."))
HOSTILE = [
    b"",
    b" ",
    b"nothing",
    b"{",
    b"{}{}",
    b'{"a": 1,}',
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1e400}',
    b'{"a": 1, "a": 1}',
    b'{"a": {"b": 1, "b": 2}}',
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b"[" * 33 + b"]" * 33,
    b'{"a": ' + b"9" * 1_000_000 + b"}",
    b'{"a": 1234567890123456789}',
    b'{"a": 0.' + b"1" * 100 + b"}",
    b'{"a": "\\u0000"}',
    b'{"\\u0000": "a"}',
    b'{"a": "\\ud800"}',
    b'{"a": ["\\udc00\\ud800"]}',
    b'{"a": "\xff"}',
    b'{"a": "\xc0\xaf"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\x00"}',
    b'\xef\xbb\xbf{"a": 1}',
    '{"a": 1}'.encode("utf-16"),
]


@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: repr(raw[:20]))
def test_what_is_not_read(raw: bytes) -> None:
    with pytest.raises(bodies.Malformed):
        bodies.read(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, 2.5, true, null, "\xc3\xa9\\u00e9"]} ', {"a": [1, 2.5, True, None, "éé"]}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        (b"[" * 32 + b"]" * 32, [[]]),
        (b"-999999999999999999"[:18], -99999999999999999),
    ],
)
def test_what_is_read(raw: bytes, value: Any) -> None:
    read = bodies.read(raw)
    if raw.startswith(b"[["):
        depth = 0
        while read:
            read, depth = read[0], depth + 1
        assert depth == 31
    else:
        assert read == value


@pytest.mark.parametrize("raw", [raw for raw in HOSTILE if 0 < len(raw) < 1_000_000], ids=lambda raw: repr(raw[:20]))
def test_patients_are_told_400(tilleuls: Clinic, raw: bytes) -> None:
    assert told(Caller().post(PATH, raw)) == MALFORMED


def test_staff_too(tilleuls: Clinic) -> None:
    assert told(member(tilleuls).put("tilleuls/channels", b'{"items": [], "items": []}')) == MALFORMED


def test_too_large(tilleuls: Clinic) -> None:
    body = booking(tilleuls)
    body["contact"]["remark"] = "x" * 1_000_001
    assert told(Caller().post(PATH, body)) == (413, problem(413, "too_large", "This is too large."))


def test_a_long_text_is_told_by_its_field(tilleuls: Clinic) -> None:
    body = booking(tilleuls)
    body["contact"]["last_name"] = "x" * 900_000
    error = ("contact.last_name", "This is too long: at most 2000 characters.")
    assert told(Caller().post(PATH, body)) == (422, problem(422, "invalid", "Some fields need your attention.", error))


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin-1", ""],
)
def test_only_json(tilleuls: Clinic, kind: str) -> None:
    response = Client().generic("POST", f"/api/v1/{PATH}", b"{}", content_type=kind)
    sentence = "Send JSON in UTF-8, with the content type application/json."
    assert told(response) == (415, problem(415, "unsupported_media_type", sentence))


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_a_body_is_an_object(tilleuls: Clinic, raw: bytes) -> None:
    status, body = told(Caller().post(PATH, raw))
    assert (status, body["code"]) == (422, "invalid")


def test_an_absent_body_is_missing(tilleuls: Clinic) -> None:
    status, body = told(Caller().post(PATH))
    assert (status, body["code"]) == (422, "required_field")


@pytest.mark.parametrize("field", ["last_name", "first_name", "email", "phone", "birth_date", "remark", "town"])
@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["x"]])
def test_a_text_is_a_text(tilleuls: Clinic, field: str, value: Any) -> None:
    body = booking(tilleuls)
    body["contact"][field] = value
    error = (f"contact.{field}", "This should be text.")
    assert told(Caller().post(PATH, body)) == (422, problem(422, "invalid", "Some fields need your attention.", error))


@pytest.mark.parametrize(
    "query", ["cursor=%00", "cursor=a%00b", "%00=1", "cursor=%ff", "cursor=%ed%a0%80", "cursor=%c0%af"]
)
def test_an_address_that_cannot_be_read(tilleuls: Clinic, query: str) -> None:
    assert told(Caller().client.get(f"/api/v1/public/organizations?{query}")) == ADDRESS


def test_a_thousand_arguments(tilleuls: Clinic) -> None:
    query = "&".join(f"limit={number}" for number in range(1000))
    status, body = told(Caller().client.get(f"/api/v1/public/organizations?{query}"))
    assert (status, body["code"]) == (400, "malformed")


def test_filters_that_reach_for_the_insides_are_unknown_fields(tilleuls: Clinic) -> None:
    """WEB-10."""
    for name in ("password__startswith", "_connector", "organization", "order_by", "id__in", "from\n"):
        response = member(tilleuls).get("tilleuls/appointments", **{name: "x"})
        error = (name, "There is no such field.")
        assert told(response) == (422, problem(422, "invalid", "Some fields need your attention.", error))
