"""SMART Scheduling Links: what patients may book, for everybody."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class

from kalends.agenda import operations as agenda
from kalends.agenda.models import Visibility
from tests.api.callers import Caller, booking, monday, wall
from tests.api.fhir.readers import Reader
from tests.cast import Clinic


def published() -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The manifest, and what its files hold by kind; every line is valid."""
    response = Reader().ask("$bulk-publish")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    manifest = orjson.loads(response.content)
    held: dict[str, list[Any]] = {}
    for output in manifest["output"]:
        file = Caller().client.get(urlsplit(output["url"]).path)
        assert (file.status_code, file.headers["Content-Type"]) == (200, "application/fhir+ndjson")
        assert file.headers["Cache-Control"] == "public, max-age=60"
        assert file.headers["Access-Control-Allow-Origin"] == "*"
        for line in file.content.splitlines():
            told = orjson.loads(line)
            assert told["resourceType"] == output["type"]
            get_fhir_model_class(output["type"]).model_validate(told)
            held.setdefault(output["type"], []).append(told)
    return manifest, held


def test_all_that_can_be_booked(tilleuls: Clinic) -> None:
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls, 10)).status_code == 201
    manifest, held = published()
    base = Reader().base
    assert (manifest["request"], manifest["error"]) == (f"{base}/$bulk-publish", [])
    [location], [schedule] = held["Location"], held["Schedule"]
    site = base.partition("/fhir/")[0]
    assert location["telecom"] == [
        {"system": "phone", "value": "+33261914012"},
        {"system": "url", "value": f"{site}/tilleuls/?location={tilleuls.schedule.location_id}"},
    ]
    assert schedule["actor"] == [{"reference": f"Location/{location['id']}"}]
    slots = {slot["start"]: slot for slot in held["Slot"]}
    assert len(slots) == len(held["Slot"])
    assert (wall(9) in slots, wall(10) in slots) == (True, False)
    nine = slots[wall(9)]
    link = (
        f"{site}/tilleuls/services/{tilleuls.service.id}/times/?location={tilleuls.schedule.location_id}"
        f"&provider={tilleuls.schedule.provider_id}&from={monday()}"
    )
    assert nine["schedule"] == {"reference": f"Schedule/{schedule['id']}"}
    registry = "http://fhir-registry.smarthealthit.org/StructureDefinition"
    assert nine["extension"] == [
        {"url": f"{registry}/booking-deep-link", "valueUrl": link},
        {"url": f"{registry}/booking-phone", "valueString": "+33261914012"},
    ]
    page = Caller().client.get(link.removeprefix(site)).content.decode()
    assert "Dr Hélène Vasseur" in page


def test_only_what_the_public_page_offers(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        agenda.edit_service(tilleuls.service, visibility=Visibility.HIDDEN, by=tilleuls.actor(), now=now)
    manifest, held = published()
    assert (held, [output["type"] for output in manifest["output"]]) == ({}, ["Location", "Schedule"])


def test_weeks_that_are_not_named_are_not_there(tilleuls: Clinic) -> None:
    far = (monday() + timedelta(weeks=30)).isocalendar()
    for name in (f"slots-{far.year}-W{far.week:02d}", "slots-2020-W01", "slots", "patients", "slots-2026-W99"):
        assert Reader().refused(f"$bulk-publish/{name}.ndjson")[0] == 404, name


def test_the_shape_is_that_of_published_examples(tilleuls: Clinic) -> None:
    """Every element that all examples have is here too, and refers in the same way."""
    folder = Path(os.environ.get("KALENDS_SMART_EXAMPLES", "examples/smart-scheduling-links"))
    if not folder.is_dir():
        pytest.skip("The published examples are not here: KALENDS_SMART_EXAMPLES names no folder.")
    _manifest, held = published()
    for kind, pattern in (("Location", "locations*"), ("Schedule", "schedules*"), ("Slot", "slots*")):
        lines = [orjson.loads(line) for file in folder.glob(pattern) for line in file.read_bytes().splitlines()]
        common = set.intersection(*(set(line) for line in lines)) - {"identifier"}
        if kind == "Schedule":
            common -= {"extension"}  # which vaccine
        for told in held[kind]:
            assert common <= set(told), (kind, common - set(told))
    for line in (orjson.loads(text) for file in folder.glob("slots*") for text in file.read_bytes().splitlines()):
        known = {one["url"] for one in line["extension"]} - {line["extension"][-1]["url"]}
        assert known == {one["url"] for one in held["Slot"][0]["extension"]}
        break
