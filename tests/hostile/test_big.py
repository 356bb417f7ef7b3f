"""BIG: too long, too many, too deep, and what is no text at all; by the pages and by the API.

BIG-03: names, tests/contacts, tests/api/test_contacts.py; 04: searching, tests/contacts; 09: tests/hostile/test_tel.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.api.callers import Caller, booking, member, told
from tests.cast import Clinic

Browser = Callable[..., Client]
FORM = "application/x-www-form-urlencoded"
NO_TEXT = {"no UTF-8": b"%ff%fe", "half of a pair": b"%ed%a0%80", "written longer": b"%c0%af", "NUL": b"a%00b"}
MANY = "&".join(f"a{number}=1" for number in range(1000))
PATIENTS, NEW = "/app/tilleuls/patients/", "/app/tilleuls/patients/new/"


def known(clinic: Clinic) -> int:
    with clinic.acting():
        return int(clinic.organization.contacts.count())


@pytest.mark.parametrize("address", ["/", "/tilleuls/", PATIENTS, "/app/tilleuls/agenda/", "/accounts/login/"])
def test_big_01_a_thousand_arguments_are_refused_calmly(tilleuls: Clinic, signed_in: Browser, address: str) -> None:
    answer = signed_in(tilleuls.staff).get(f"{address}?{MANY}", headers={"accept-language": "en"})
    assert (answer.status_code, "This request could not be read" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    "sent", [{"last_name": "x" * 1_000_001}, {f"f{number}": "1" for number in range(10_000)}], ids=["long", "many"]
)
def test_big_01_a_form_that_is_too_much_is_refused(tilleuls: Clinic, signed_in: Browser, sent: dict[str, str]) -> None:
    body = "&".join(f"{name}={value}" for name, value in sent.items())
    assert signed_in(tilleuls.staff).post(NEW, body, content_type=FORM).status_code == 400
    assert known(tilleuls) == 0


@pytest.mark.parametrize("field", ["last_name", "first_name", "email", "phone", "birth_date", "address"])
def test_big_01_a_long_text_in_each_field_names_it(tilleuls: Clinic, field: str) -> None:
    sent = {"last_name": "Aubrée", "first_name": "Anne", field: "x" * 100_000}
    status, body = told(member(tilleuls).post("tilleuls/contacts", sent))
    assert (status, [error["field"] for error in body["errors"]]) == (422, [field])
    status, body = told(member(tilleuls).post("tilleuls/contacts", {**sent, field: "x" * 1_000_001}))
    assert (status, body["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"last_name": ' + b"9" * 900_000 + b"}",
        b'{"last_name": "a", "last_name": "b"}',
        b'{"last_name": NaN}',
        b'{"last_name": "a\\ud800b"}',
        b'{"last_name": "a\xff\xfeb"}',
        b'{"last_name": "a\xc0\xafb"}',
        b'{"last_name": "a\\u0000b"}',
    ],
    ids=["deep", "a long number", "said twice", "NaN", "half of a pair", "no UTF-8", "written longer", "NUL"],
)
def test_big_02_05_06_what_is_no_json_is_refused(tilleuls: Clinic, raw: bytes) -> None:
    caller = member(tilleuls)
    status, body = told(caller.send("POST", "tilleuls/contacts", raw))
    assert (status, body["code"], known(tilleuls)) == (400, "malformed", 0)


@pytest.mark.parametrize("kind", NO_TEXT)
def test_big_05_06_what_is_no_text_is_nobodys_name(tilleuls: Clinic, signed_in: Browser, kind: str) -> None:
    body = b"last_name=" + NO_TEXT[kind] + b"&first_name=Anne&language=fr"
    answer = signed_in(tilleuls.staff).post(NEW, body, content_type=FORM)
    assert (answer.status_code, known(tilleuls)) == (422 if kind == "NUL" else 400, 0)


@pytest.mark.parametrize("kind", NO_TEXT)
def test_big_05_06_what_is_no_text_is_not_looked_for(tilleuls: Clinic, signed_in: Browser, kind: str) -> None:
    asked = f"?search={NO_TEXT[kind].decode()}"
    assert signed_in(tilleuls.staff).get(f"{PATIENTS}{asked}").status_code == 400
    status, body = told(member(tilleuls).get(f"tilleuls/contacts{asked}"))
    assert (status, body["code"]) == (400, "malformed")


def test_big_01_fhir_says_so_too(tilleuls: Clinic) -> None:
    answer = Client().get(f"/fhir/R4/tilleuls/Schedule?{MANY}", headers=member(tilleuls).headers)
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_big_01_the_public_call_says_so_too(tilleuls: Clinic) -> None:
    status, body = told(Caller().get(f"public/tilleuls/services?{MANY}"))
    assert (status, body["code"], body["detail"]) == (400, "malformed", "The address asks for too much at once.")
    sent = booking(tilleuls) | {"reason": "x" * 100_000}
    status, body = told(Caller().post("public/tilleuls/appointments", sent))
    assert (status, [error["field"] for error in body["errors"]]) == (422, ["reason"])
