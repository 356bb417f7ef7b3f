"""An update with other rules for a time zone: `migrate` puts visits to come right, and `verify` finds nothing."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from kalends.booking import operations as booking
from kalends.operating.migrating import MIGRATED_BY, migrate
from kalends.operating.verifying.everything import verify
from tests.booking.test_retiming import before
from tests.cast import Clinic, data
from tests.operating.test_verify import _free


def test_clk_11_migrating_keeps_the_hours_and_says_so(
    tilleuls: Clinic, owner: psycopg.Connection, database_urls: tuple[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert "tzdata" in MIGRATED_BY  # so that `up` migrates when it is another one
    owner_url, app_url = database_urls
    with tilleuls.acting() as now:
        slot = _free(tilleuls, now + timedelta(days=2))[0]
        visit = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=slot,
            contact=data(),
            by=tilleuls.actor(),
            now=now,
        )
    before(owner)
    assert _wrong(owner_url, app_url) != []
    migrate(owner_url=owner_url, app_url=app_url)
    said = capfd.readouterr().out
    assert said == "tilleuls: the rules of a time zone have changed; visits that keep their hour: 1.\n"
    assert _wrong(owner_url, app_url) == []
    with tilleuls.acting():
        assert tilleuls.organization.appointments.get().starts_at == visit.starts_at
    migrate(owner_url=owner_url, app_url=app_url)
    assert capfd.readouterr().out == ""


def _wrong(owner_url: str, app_url: str) -> list[str]:
    looked = verify(owner_url=owner_url, app_url=app_url)
    return [str(fault) for found in looked for fault in found.faults]
