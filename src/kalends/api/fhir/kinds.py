"""A kind of resource: how it is read and searched. Addresses and the CapabilityStatement are made from these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse

from kalends.api.access import Call, requires
from kalends.api.fhir.answers import Resource, answer, base_of
from kalends.api.fhir.asked import Parameter, Question
from kalends.api.fhir.door import READS, View, asked_by, asked_of
from kalends.api.naming import sender_says
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right

Found = tuple[list[Resource], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` raises NotFound; `search` answers one page and the cursor after it. Both within a transaction."""

    name: str
    documentation: str
    parameters: Sequence[Parameter]
    read: Callable[[Call, str, datetime], Resource]
    search: Callable[[Call, Question, datetime], Found]


def reading(kind: Kind) -> View:
    @asked_by(requires(Right.AGENDA_READ))
    def read(request: Call, org: str, id: str) -> HttpResponse:
        with tenancy.acting(organization=request.organization, by=request.actor) as now:
            told = kind.read(request, id, now)
        return answer(told)

    return read


def searching(kind: Kind, methods: tuple[str, ...] = READS) -> View:
    """With the method POST: at `_search`, with a form."""

    @asked_by(requires(Right.AGENDA_READ), methods=methods)
    def search(request: Call, org: str) -> HttpResponse:
        question = Question(request.organization, asked_of(request), kind.parameters)
        acting = tenancy.acting(organization=request.organization, by=request.actor)
        with sender_says({"cursor": "_cursor"}), acting as now:
            found, following = kind.search(request, question, now)
        return answer(_bundle(request, kind, found, following))

    return search


def _bundle(request: Call, kind: Kind, found: Sequence[Resource], following: str | None) -> Resource:
    """Without a total, which would cost more than the page."""
    here = f"{base_of(request.organization)}/{kind.name}"
    asked = [(name, value) for name, values in asked_of(request).lists() for value in values]
    links = [{"relation": "self", "url": _address(here, asked)}]
    if following:
        rest = [(name, value) for name, value in asked if name != "_cursor"]
        links.append({"relation": "next", "url": _address(here, [*rest, ("_cursor", following)])})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if found:
        bundle["entry"] = [
            {"fullUrl": f"{here}/{told['id']}", "resource": told, "search": {"mode": "match"}} for told in found
        ]
    return bundle


def _address(here: str, asked: Sequence[tuple[str, str]]) -> str:
    return f"{here}?{urlencode(asked)}" if asked else here
