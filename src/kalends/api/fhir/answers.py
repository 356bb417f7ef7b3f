"""What goes out: resources, bundles of them, and refusals as OperationOutcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse

from kalends.agenda.models import Service
from kalends.agenda.queries.plans import ServicePlan
from kalends.api.problems import headers_of
from kalends.foundation.errors import FieldError, Refusal
from kalends.organizations.models import Organization

MEDIA_TYPE = "application/fhir+json"
Resource = dict[str, Any]
_ISSUES = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
    500: "exception",
    503: "transient",
}


def base_of(organization: Organization) -> str:
    return f"{settings.BASE_URL}/fhir/R4/{organization.slug}"


def answer(resource: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(resource), content_type=MEDIA_TYPE, status=status)


def outcome(refusal: Refusal) -> HttpResponse:
    """The refusal, an issue for each field. What is wrong with a question is 400 in FHIR."""
    errors: tuple[FieldError, ...] = getattr(refusal, "errors", ())
    status = 400 if refusal.status == 422 else refusal.status
    common = {"severity": "error", "code": _ISSUES.get(status, "invalid")}
    issues = [
        {**common, "details": {"text": str(error.message)}, "diagnostics": f"http.{error.field}"} for error in errors
    ]
    told = {
        "resourceType": "OperationOutcome",
        "issue": issues or [{**common, "details": {"text": str(refusal)}}],
    }
    response = answer(told, status=status)
    for name, value in headers_of(refusal).items():
        response.headers[name] = value
    return response


def reference(kind: str, id: UUID | str, display: str = "") -> Resource:
    told: Resource = {"reference": f"{kind}/{id}"}
    return {**told, "display": display} if display else told


def service_type(organization: Organization, service: Service | ServicePlan) -> Resource:
    """A service of the house as a CodeableConcept; its code is what `service-type` asks for."""
    name = service.name_in(organization.language)
    system = f"{settings.BASE_URL}/api/v1/{organization.slug}/services"
    return {"coding": [{"system": system, "code": str(service.id), "display": name}], "text": name}
