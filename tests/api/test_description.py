"""The description of the API is true, and readable for people."""

from __future__ import annotations

import orjson
from django.test import Client

from kalends.api.v1.api import operations


def described(client: Client) -> dict:  # type: ignore[type-arg]
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return dict(orjson.loads(response.content))


def test_every_operation_is_described_with_its_errors_and_its_key(client: Client) -> None:
    told = described(client)
    known = {
        (path.removeprefix("/api/v1/"), method.upper()) for path, methods in told["paths"].items() for method in methods
    }
    plain = {"<slug:org>": "{org}", "<uuidstr:id>": "{id}", "<str:token>": "{token}"}

    def without_kinds(route: str) -> str:
        for kind, name in plain.items():
            route = route.replace(kind, name)
        return route

    assert known == {(without_kinds(route), method) for route, method, _ in operations()}
    for methods in told["paths"].values():
        for operation in methods.values():
            assert operation["description"], operation["operationId"]
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            keyed = "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
            assert keyed == ("201" in operation["responses"])


def test_what_needs_a_token_says_so(client: Client) -> None:
    for path, methods in described(client)["paths"].items():
        for operation in methods.values():
            asked = [] if path.startswith("/api/v1/public/") else [{"Bearer": []}]
            assert operation.get("security", []) == asked, path


def test_names_on_the_wire_are_those_of_the_description(client: Client) -> None:
    schemas = described(client)["components"]["schemas"]
    assert set(schemas["Period"]["properties"]) == {"from", "to"}
    assert set(schemas["ClosureSent"]["properties"]) == {"from", "from_time", "to", "to_time", "reason"}
    assert schemas["ClosureSent"]["required"] == ["from", "to"]
    assert schemas["AppointmentSent"]["additionalProperties"] is False


def test_the_page_for_people(client: Client) -> None:
    response = client.get("/api/docs")
    assert response.status_code == 200
    assert b"/api/v1/openapi.json" in response.content
    assert b"<script>" not in response.content
