"""The CapabilityStatement, made from what there is: nothing is promised that no address keeps."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from django.http import HttpResponse

from kalends.api.access import Anybody, Call, published, requires
from kalends.api.fhir import appointment, places, schedule, slot
from kalends.api.fhir.answers import MEDIA_TYPE, Resource, answer, base_of
from kalends.api.fhir.asked import Parameter
from kalends.api.fhir.door import asked_by
from kalends.api.fhir.kinds import Kind
from kalends.organizations.permissions import Right

KINDS: Sequence[Kind] = (appointment.KIND, places.LOCATION, places.PRACTITIONER, schedule.KIND, slot.KIND)
FHIR_VERSION = "4.0.1"
SAID_ON = "2026-11-22"
"""When this description last changed."""
BULK_PUBLISH = "http://hl7.org/fhir/uv/smart-scheduling-links/OperationDefinition/bulk-publish"
_SECURITY = "Bearer token of a member, as for the API; $bulk-publish and the files it names are for everybody."
_COMMON = (
    Parameter("_count", "token", "How many at once; 50 unless said, at most 200."),
    Parameter("_cursor", "token", "From the next link of a page."),
    Parameter("_format", "token", "json"),
)


class _Known(Anybody):
    """Anybody where the page is published; elsewhere those with a token, as no stranger learns who is here."""

    def __call__(self, request: Call) -> bool:
        return (requires(Right.AGENDA_READ) if "Authorization" in request.headers else published)(request)


@asked_by(_Known())
def metadata(request: Call, org: str) -> HttpResponse:
    return answer(_statement(request))


def _statement(call: Call) -> Resource:
    base = base_of(call.organization)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SAID_ON,
        "kind": "instance",
        "software": {"name": "Kalends", "version": version("kalends")},
        "implementation": {"description": call.organization.name, "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": ["json", MEDIA_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {"description": _SECURITY},
                "resource": [_resource(kind) for kind in KINDS],
                "operation": [{"name": "bulk-publish", "definition": BULK_PUBLISH}],
            }
        ],
    }


def _resource(kind: Kind) -> Resource:
    parameters = [*kind.parameters, *_COMMON]
    return {
        "type": kind.name,
        "documentation": kind.documentation,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": one.name, "type": one.kind, "documentation": one.documentation} for one in parameters],
    }
