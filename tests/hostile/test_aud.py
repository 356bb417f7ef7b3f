"""AUD: nothing without a trace. AUD-02: tests/audit; AUD-04: tests/foundation/test_logs.py."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError

from tests.cast import Clinic
from tests.web.staff.desk import at, book

TABLE = "audit_entry"


@pytest.fixture
def mute(owner: psycopg.Connection) -> Any:
    """The application can write no trace any more."""
    owner.execute(f"REVOKE INSERT ON {TABLE} FROM kalends_app")
    yield
    owner.execute(f"GRANT INSERT ON {TABLE} TO kalends_app")


def test_aud_03_what_cannot_be_traced_does_not_happen(tilleuls: Clinic, mute: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        book(tilleuls, at(10))
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 0
        assert tilleuls.organization.occupancies.count() == 0
        assert tilleuls.organization.contacts.count() == 0
