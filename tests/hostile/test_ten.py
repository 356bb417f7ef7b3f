"""TEN: tenants in the database itself, with the application's filters taken away."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import psycopg
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from kalends.booking import operations as booking
from kalends.contacts.models import Contact
from kalends.contacts.queries import search
from kalends.delivery import clock_watch
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.database.models import TenantModel, new_id
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization
from tests.cast import NOW, Clinic, at, data

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


def book(clinic: Clinic) -> None:
    by = clinic.actor()
    with clinic.acting(by):
        booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(11) if clinic.organization.country == "FR" else at(10),
            contact=data(),
            by=by,
            now=NOW,
        )


def raw(sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
    """Past the application: no filter but the database's own."""
    with connection.cursor() as cursor:
        cursor.cursor.execute(sql, params)
        return cursor.cursor.fetchall() if cursor.cursor.description else []


def test_ten_05_without_any_filter_only_the_own_rows_are_seen(tilleuls: Clinic, carpati: Clinic) -> None:
    book(tilleuls)
    book(carpati)
    seen = {}
    with carpati.acting():
        for model in TENANT_MODELS:
            rows = raw(f'SELECT DISTINCT organization_id FROM "{model._meta.db_table}"')
            seen[model.__name__] = {row[0] for row in rows}
    assert {name: ids for name, ids in seen.items() if ids - {carpati.id}} == {}
    assert seen["Appointment"] == seen["Contact"] == seen["Occupancy"] == seen["Entry"] == {carpati.id}


def test_ten_06_a_row_for_the_other_tenant_is_refused(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), tilleuls.acting():
        Contact(organization=carpati.organization, last_name="X", last_key="x", created_at=NOW).save(force_insert=True)


def test_ten_06_the_other_tenants_rows_are_not_changed(tilleuls: Clinic, carpati: Clinic, owner) -> None:  # type: ignore[no-untyped-def]
    book(carpati)
    with tilleuls.acting():
        raw("UPDATE booking_appointment SET reason = 'x'")
        raw("DELETE FROM agenda_occupancy")
    assert owner.execute("SELECT reason FROM booking_appointment").fetchall() == [("",)]
    assert owner.execute("SELECT count(*) FROM agenda_occupancy").fetchone() == (1,)


def test_ten_07_a_reference_to_the_other_tenant_is_refused(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="same_organization"), tilleuls.acting():
        raw(
            "INSERT INTO agenda_offering (organization_id, id, schedule_id, service_id) VALUES (%s, %s, %s, %s)",
            [tilleuls.id, new_id(), tilleuls.schedule.id, carpati.service.id],
        )


def test_ten_07_assigning_the_other_tenants_row_is_refused_in_code(tilleuls: Clinic, carpati: Clinic) -> None:
    with tilleuls.acting():
        schedule = tilleuls.organization.schedules.get()
        with pytest.raises(ValueError, match="another organization"):
            schedule.provider = carpati.schedule.provider


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_models_cannot_be_asked_without_an_organization(model: type[TenantModel]) -> None:
    with pytest.raises(tenancy.NoScope):
        model.objects.all()


def test_ten_10_without_a_scope_there_are_no_rows_and_no_error(tilleuls: Clinic) -> None:
    book(tilleuls)
    assert raw("SELECT * FROM booking_appointment") == []


def test_ten_11_an_aborted_act_leaves_nothing_to_the_next_on_the_connection(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(RuntimeError), tilleuls.acting():
        raise RuntimeError
    assert raw("SELECT nullif(current_setting('kalends.organization', true), '')") == [(None,)]
    with carpati.acting():
        assert raw("SELECT id FROM agenda_schedule") == [(carpati.schedule.id,)]


def test_ten_12_a_round_over_one_tenant_leaves_nothing_to_the_next(tilleuls: Clinic, carpati: Clinic) -> None:
    seen = {}

    def act(organization: Organization, *, now: datetime) -> None:
        seen[organization.id] = raw("SELECT organization_id FROM agenda_schedule")

    turn = clock_watch.unless_doubted(act, by=system("test"), at=None)
    for clinic in (tilleuls, carpati):
        turn(clinic.organization)
        assert raw("SELECT nullif(current_setting('kalends.organization', true), '')") == [(None,)]
    assert seen == {tilleuls.id: [(tilleuls.id,)], carpati.id: [(carpati.id,)]}


def test_ten_12_a_round_without_a_tenant_refuses_to_run() -> None:
    with pytest.raises(tenancy.NoScope):
        tenancy.current()
    with pytest.raises(tenancy.NoScope):
        Contact.objects.all()


def test_a_scope_does_not_nest_and_nothing_stands_around_it(tilleuls: Clinic, carpati: Clinic) -> None:
    with tilleuls.acting(), pytest.raises(RuntimeError), carpati.acting():
        pass
    with transaction.atomic(), pytest.raises(RuntimeError), carpati.acting():
        pass


def test_reads_may_span_tenants_and_writes_not(tilleuls: Clinic, carpati: Clinic) -> None:
    book(carpati)
    with tenancy.acting(organization=tilleuls.organization, by=system("test"), reads=[carpati.organization]):
        assert len(raw("SELECT id FROM agenda_schedule")) == 2
        raw("DELETE FROM agenda_occupancy")
        assert len(raw("SELECT id FROM agenda_occupancy")) == 1


def test_ten_13_the_same_person_may_be_known_to_both(tilleuls: Clinic, carpati: Clinic) -> None:
    book(tilleuls)
    book(carpati)
    for clinic in (tilleuls, carpati):
        with clinic.acting():
            assert [contact.organization_id for contact in search(clinic.organization, "aubree")] == [clinic.id]


def test_a_member_of_one_is_nobody_in_the_other(tilleuls: Clinic, carpati: Clinic) -> None:
    found = organizations.member_of(tilleuls.admin, "tilleuls")
    assert found is not None
    assert found[2].role == "admin"
    assert organizations.member_of(tilleuls.admin, "carpati") is None
    assert [membership.organization.slug for membership in organizations.memberships_of(tilleuls.admin)] == ["tilleuls"]


def test_ten_09_the_owner_or_a_superuser_is_refused_as_the_application(
    database_urls: tuple[str, str], owner: psycopg.Connection
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kalends.operating.cli", "check"],
        env={"DATABASE_URL": database_urls[0], "PATH": "", "KALENDS_SECRET_KEY": "k" * 50},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
