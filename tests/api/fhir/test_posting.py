"""Searching by POST, so that what is asked stays out of addresses and their logs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class

from kalends.api.fhir.metadata import KINDS
from tests.api.callers import Caller, booking
from tests.api.fhir.readers import FHIR, Reader, reader
from tests.cast import Clinic

FORM = "application/x-www-form-urlencoded"


def post(
    asking: Reader, kind: str, body: bytes | dict[str, Any], *, query: str = "", content_type: str = FORM
) -> tuple[int, Any]:
    sent = body if isinstance(body, bytes) else urlencode(body, doseq=True).encode()
    address = f"/fhir/R4/{asking.slug}/{kind}/_search{query}"
    response = asking.caller.client.post(address, sent, content_type=content_type, headers=asking.caller.headers)
    assert response.headers["Content-Type"] == FHIR, response.content
    told = orjson.loads(response.content)
    get_fhir_model_class(told["resourceType"]).model_validate(told)
    return response.status_code, told


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_form_finds_what_the_address_finds(tilleuls: Clinic, kind: str) -> None:
    asking = reader(tilleuls)
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls)).status_code == 201
    question = {"schedule": str(tilleuls.schedule.id), "_count": "2"} if kind == "Slot" else {"_count": "2"}
    by_address = asking.told(kind, **question)
    assert post(asking, kind, question) == by_address
    assert len(by_address[1]["entry"]) == (2 if kind == "Slot" else 1)
    halves = ({name: value} for name, value in [*question.items(), ("_format", "json")])
    first, *rest = halves
    together = {name: value for half in rest for name, value in half.items()}
    assert post(asking, kind, together, query=f"?{urlencode(first)}")[1].get("entry") == by_address[1]["entry"]


def test_pages_go_on_by_address_or_by_form(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    question = {"schedule": str(tilleuls.schedule.id), "_count": "1"}
    _status, first = post(asking, "Slot", question)
    [following] = [link["url"] for link in first["link"] if link["relation"] == "next"]
    cursor = following.rpartition("_cursor=")[2]
    second = post(asking, "Slot", {**question, "_cursor": cursor})[1]["entry"]
    assert second != first["entry"]
    assert asking.found("Slot", **question, _cursor=cursor) == [one["resource"] for one in second]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code", "sentence"),
    [
        (b'{"active": "true"}', "application/json", 415, "not-supported", "Send a form in UTF-8"),
        (b"active=true", f"{FORM}; charset=latin-1", 415, "not-supported", "Send a form in UTF-8"),
        (b"_id=%ff", FORM, 400, "invalid", "The form holds characters that cannot be read."),
        (b"_id=%00", FORM, 400, "invalid", "The form holds characters that cannot be read."),
        (b"name=x", FORM, 400, "invalid", "This cannot be searched by."),
        (b"active=true&active=true", FORM, 400, "invalid", "Say this once"),
        (b"_format=xml", FORM, 406, "not-supported", "Only JSON is told here"),
        (b"a" * 1_000_001, FORM, 413, "too-long", "This is too large."),
    ],
)
def test_forms_that_are_refused(
    tilleuls: Clinic, body: bytes, content_type: str, status: int, code: str, sentence: str
) -> None:
    refused, told = post(reader(tilleuls), "Schedule", body, content_type=content_type)
    issue = told["issue"][0]
    assert (refused, issue["code"], issue["details"]["text"].startswith(sentence)) == (status, code, True)


def test_an_empty_form_asks_for_everything(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    by_address = post(asking, "Schedule", b"", query="?active=true")[1]
    assert post(asking, "Schedule", b"")[1]["entry"] == by_address["entry"]


def test_strangers_find_nothing_and_a_search_is_not_read(tilleuls: Clinic, carpati: Clinic) -> None:
    assert post(Reader(), "Schedule", {})[0] == 401
    assert post(Reader(reader(carpati).caller), "Schedule", {})[0] == 404
    response = reader(tilleuls).ask("Schedule/_search")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
