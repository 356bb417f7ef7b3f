"""Questions that nobody thought of: an answer or a refusal, never a fault."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.api.fhir.metadata import KINDS
from tests.api.fhir.readers import FHIR, reader
from tests.cast import Clinic

NAMES = sorted({one.name for kind in KINDS for one in kind.parameters} | {"_count", "_cursor", "_format", "_include"})
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", ",", "|", "x|", "/", "ge", "1", "-1", "true", "Schedule/", "Location/../x", "2026-12-07"]),
    st.builds(
        "{}{:04d}-{:02d}-{:02d}{}".format,
        st.sampled_from(["", "eq", "ge", "gt", "le", "lt", "sa", "eb", "ap"]),
        st.integers(0, 9999),
        st.integers(0, 13),
        st.integers(0, 32),
        st.sampled_from(["", "T24:00Z", "T00:00:00Z", "T23:59:59.999999+23:59", "T10:00:00-99:99", "T1"]),
    ),
)
QUESTIONS = st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=4)


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from([kind.name for kind in KINDS]), question=QUESTIONS)
def _anything(asking: Any, clinic: Clinic, kind: str, question: dict[str, Any]) -> None:
    for response in (
        asking.ask(kind, **question),
        asking.ask(kind, **{"schedule": str(clinic.schedule.id), **question}),
    ):
        told = orjson.loads(response.content)
        assert (response.status_code, told["resourceType"]) in (
            (200, "Bundle"),
            (400, "OperationOutcome"),
            (406, "OperationOutcome"),
        ), response.content
        assert response.headers["Content-Type"] == FHIR


def test_whatever_is_asked(tilleuls: Clinic) -> None:
    _anything(reader(tilleuls), tilleuls)
