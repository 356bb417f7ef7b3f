"""The description of the API (OpenAPI 3.1), with what every operation has in common."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from kalends.api.idempotency import HEADER, LONGEST_KEY
from kalends.api.problems import MEDIA_TYPE
from kalends.api.schemas.fields import Problem

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "The same key with the same call, within 24 hours, is one act with one answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
}


class DescribedAPI(NinjaAPI):
    """Every operation may answer a problem; every one that creates takes an idempotency key."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**options)
        nested = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= {**nested.pop("$defs"), "Problem": nested}
        for operations in described["paths"].values():
            for operation in operations.values():
                operation["responses"]["4XX"] = {
                    "description": "A problem",
                    "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
                }
                if "201" in map(str, operation["responses"]):
                    operation["parameters"].append(_KEY)
        return described
