"""Calls that nobody thought of, made from the description, against a real server: no 5xx, and no answer that the
description does not know."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.callers import booking, member, wall
from tests.cast import Clinic

pytestmark = pytest.mark.slow
CONFORMS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def with_ids(described: Any, ids: dict[str, str]) -> Any:
    """The description, with our ids where ids are asked for, so that calls get beyond the door."""
    if isinstance(described, list):
        return [with_ids(part, ids) for part in described]
    if not isinstance(described, dict):
        return described
    if described.get("in") == "query" and described["name"] in ids:
        return {**described, "schema": {"enum": [ids[described["name"]]]}}
    changed = {name: with_ids(part, ids) for name, part in described.items()}
    for name in ids.keys() & changed.get("properties", {}).keys():
        if changed["properties"][name].get("description") == "Opaque.":
            changed["properties"][name] = {"enum": [ids[name]]}
    if "start" in changed.get("properties", {}):
        changed["properties"]["start"] = {"enum": [wall(hour) for hour in range(9, 17)]}
    return changed


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_keeps_to_the_description(tilleuls: Clinic, server: httpx.Client, mode: GenerationMode) -> None:
    token = member(tilleuls).headers
    booked = server.post("public/tilleuls/appointments", json=booking(tilleuls)).json()
    contact = server.post("tilleuls/contacts", json={"last_name": "Ng"}, headers=token).json()
    ids = {
        "service": str(tilleuls.service.id),
        "schedule": str(tilleuls.schedule.id),
        "provider": str(tilleuls.schedule.provider_id),
        "location": str(tilleuls.schedule.location_id),
        "contact_id": contact["id"],
    }
    of_path = {
        "schedules": ids["schedule"],
        "services": ids["service"],
        "locations": ids["location"],
        "providers": ids["provider"],
        "appointments": booked["id"],
        "contacts": contact["id"],
    }
    described = server.get("openapi.json").json()
    if mode == GenerationMode.POSITIVE:
        schema, checks = from_dict(with_ids(described, ids)), CONFORMS
    else:
        schema, checks = from_dict(described), [*CONFORMS, negative_data_rejection]
    base, headers = str(server.base_url).removesuffix("/api/v1/"), {**token, "User-Agent": "generated"}
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not (list(operation.query) or list(operation.body)):
            continue  # nothing but the address, and that is ours
        path = {"org": "tilleuls", "token": booked["manage_url"].split("/")[-2]}
        path["id"] = of_path.get(operation.path.split("/")[4], "") if len(operation.path.split("/")) > 4 else ""
        asked = {name: path[name] for name in path if f"{{{name}}}" in operation.path}

        @EXAMPLES
        @given(operation.as_strategy(mode, path_parameters=asked or None))
        def call(case: Case) -> None:
            nonlocal count
            count += 1
            case.call_and_validate(base_url=base, headers=headers, checks=checks, timeout=60)

        call()
    assert count > 100
