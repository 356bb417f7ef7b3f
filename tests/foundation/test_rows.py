"""Filling rows: values as the audit keeps them, fields that nobody may send."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid, RequiredField
from tests.cast import Clinic

ID = UUID("01900000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (5, 5),
        ("é", "é"),
        (ChannelKind.WEBSITE, "website"),
        (ID, str(ID)),
        (date(2026, 12, 7), "2026-12-07"),
        (datetime(2026, 12, 7, 7, tzinfo=UTC), "2026-12-07T07:00:00+00:00"),
        ([ID, ChannelKind.API], [str(ID), "api"]),
        ((1, 2), [1, 2]),
        ({"b", "a"}, ["a", "b"]),
        ({ChannelKind.API: date(2026, 1, 1)}, {"api": "2026-01-01"}),
    ],
)
def test_the_audit_keeps_plain_values(value: object, kept: object) -> None:
    found = rows.plain(value)
    assert (found, type(found)) == (kept, type(kept))


def test_fields_that_are_only_empty_are_required_ones() -> None:
    missing = [FieldError("name", "?")]
    with pytest.raises(RequiredField) as refused:
        rows.refuse([], missing)
    assert refused.value.errors == tuple(missing)
    with pytest.raises(Invalid) as other:
        rows.refuse([FieldError("slug", "!")], missing)
    assert (other.value.code, [error.field for error in other.value.errors]) == ("invalid", ["slug", "name"])
    rows.refuse([], [])


def test_only_what_differs_is_a_change(tilleuls: Clinic) -> None:
    schedule = tilleuls.schedule
    allowed = {"name", "step_minutes", "provider", "note"}
    with tilleuls.acting():
        same = {"name": " Dr  Vasseur", "step_minutes": "30", "provider": schedule.provider}
        assert rows.fill(schedule, same, allowed=allowed) == rows.Changes()
        changes = rows.fill(schedule, {**same, "note": "salle 3"}, allowed=allowed)
    assert changes == rows.Changes({"note": ""}, {"note": "salle 3"}, {"note"})


def test_a_field_that_may_not_be_sent_is_a_defect_of_the_caller(tilleuls: Clinic) -> None:
    with pytest.raises(TypeError, match="version"):
        rows.fill(tilleuls.schedule, {"version": 9}, allowed={"name"})
    assert tilleuls.schedule.version == 1
