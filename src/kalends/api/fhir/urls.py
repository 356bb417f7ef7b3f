"""Addresses below /fhir/. What none of them knows is answered with an OperationOutcome too."""

from __future__ import annotations

from django.urls import path, re_path

from kalends.api.fhir.door import nothing_here
from kalends.api.fhir.kinds import reading, searching
from kalends.api.fhir.metadata import KINDS, metadata
from kalends.api.fhir.publishing import file, manifest

HERE = "R4/<slug:org>/"
urlpatterns = [
    path(f"{HERE}metadata", metadata),
    path(f"{HERE}$bulk-publish", manifest),
    path(f"{HERE}$bulk-publish/<str:name>.ndjson", file),
    *(path(f"{HERE}{kind.name}", searching(kind)) for kind in KINDS),
    *(path(f"{HERE}{kind.name}/_search", searching(kind, ("POST",))) for kind in KINDS),
    *(path(f"{HERE}{kind.name}/<str:id>", reading(kind)) for kind in KINDS),
    re_path("", nothing_here),
]
