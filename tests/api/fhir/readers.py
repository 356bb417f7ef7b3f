"""Programs that read FHIR. Every resource that comes back has to be one, by its published shape."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from fhir.resources.R4B import get_fhir_model_class

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member
from tests.cast import Clinic

FHIR = "application/fhir+json"


class Reader:
    """Somebody with a token (or none), at the addresses of one organization."""

    def __init__(self, caller: Caller | None = None, slug: str = "tilleuls") -> None:
        self.caller = caller or Caller()
        self.slug = slug

    @property
    def base(self) -> str:
        return f"{settings.BASE_URL}/fhir/R4/{self.slug}"

    def ask(self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, **asked: Any) -> Any:
        address = f"/fhir/R4/{self.slug}/{path}"
        send = getattr(self.caller.client, method.lower())
        return send(address, asked or None, headers={**self.caller.headers, **(headers or {})})

    def told(self, path: str, **asked: Any) -> tuple[int, Any]:
        """Status and resource, which is valid."""
        response = self.ask(path, **asked)
        assert response.headers["Content-Type"] == FHIR, response.content
        body = orjson.loads(response.content)
        get_fhir_model_class(body["resourceType"]).model_validate(body)
        return response.status_code, body

    def found(self, path: str, **asked: Any) -> list[Any]:
        """The resources of one page."""
        status, body = self.told(path, **asked)
        assert (status, body["resourceType"], body["type"]) == (200, "Bundle", "searchset"), body
        for entry in body.get("entry", []):
            assert entry["fullUrl"] == f"{self.base}/{path}/{entry['resource']['id']}"
        return [entry["resource"] for entry in body.get("entry", [])]

    def refused(self, path: str, **asked: Any) -> tuple[int, list[tuple[str, str, str | None]]]:
        """Status, and of each issue its code, its sentence and what it is about."""
        status, body = self.told(path, **asked)
        assert body["resourceType"] == "OperationOutcome", body
        issues = [(issue["code"], issue["details"]["text"], issue.get("diagnostics")) for issue in body["issue"]]
        return status, issues


def reader(clinic: Clinic, role: Role = Role.ADMIN, scopes: tuple[str, ...] = ()) -> Reader:
    return Reader(member(clinic, role, scopes), clinic.organization.slug)
