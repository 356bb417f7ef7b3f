"""AUD: nothing without a trace, and no trace of patients where it does not belong. AUD-02: tests/audit."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from logging.config import dictConfig
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError
from django.test import Client

from kalends.audit.models import Entry
from kalends.booking import operations as booking
from kalends.booking.operations.feeds import make_feed
from kalends.booking.queries import link_secret
from kalends.booking.queries.feeds import feed_secret
from kalends.foundation.actor import system
from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member
from tests.api.callers import booking as asked_booking
from tests.cast import Clinic
from tests.web.public.visitor import TYPED, Visitor, working_day
from tests.web.staff.desk import Browser, at, book, coming

TABLE = "audit_entry"


@pytest.fixture
def mute(owner: psycopg.Connection) -> Any:
    """The application can write no trace any more."""
    owner.execute(f"REVOKE INSERT ON {TABLE} FROM kalends_app")
    yield
    owner.execute(f"GRANT INSERT ON {TABLE} TO kalends_app")


def entries(clinic: Clinic) -> list[Entry]:
    with clinic.acting():
        return list(clinic.organization.audit_entries.order_by("id"))


def test_aud_01_every_look_and_every_act_leaves_one_trace(tilleuls: Clinic, signed_in: Browser) -> None:
    """By the desk, a practitioner, a program, the patient, a calendar program, an export and a job."""
    visit, other = book(tilleuls, at(10)), book(tilleuls, at(11), last="Blot", email="m@b.example", phone="")
    with tilleuls.acting() as now:
        feed = make_feed(tilleuls.schedule, label="Téléphone", shows_names=True, by=tilleuls.actor(), now=now)
        tilleuls.organization.services.update(needs_approval=True, approval_hours=1)
    asked = book(tilleuls, at(14), by=tilleuls.patient(), last="Caron", email="c@c.example", phone="+33612345679")
    desk, doctor, program = signed_in(tilleuls.staff), signed_in(tilleuls.doctor), member(tilleuls)
    reader = member(tilleuls, Role.STAFF)
    app = "/app/tilleuls"

    visitor = Visitor(tilleuls)
    confirmation = visitor.get(f"/tilleuls/appointment/{link_secret(visit)}/").form("/confirmation/")

    def expire() -> None:
        with tilleuls.acting(system("requests")) as now:
            booking.expire(tilleuls.organization, asked.id, by=system("requests"), now=now + timedelta(hours=2))

    nadia, helene = ("person", "Nadia Kerjean", "staff"), ("person", "Hélène Vasseur", "provider")
    ines, patient = ("token", "Inès Barbier (test)", "admin"), ("patient", "patient", "patient")
    steps: list[tuple[Callable[[], Any], str, tuple[str, str, str]]] = [
        (lambda: desk.get(f"{app}/?day={coming()}"), "agenda:read", nadia),
        (lambda: doctor.get(f"{app}/agenda/?view=day&day={coming()}"), "agenda:read", helene),
        (lambda: desk.get(f"{app}/appointments/{visit.id}/"), "appointment:read", nadia),
        (lambda: desk.get(f"{app}/patients/{visit.contact_id}/"), "contact:read", nadia),
        (lambda: desk.get(f"{app}/patients/?q=aub"), "contact:search", nadia),
        (lambda: list(desk.get(f"{app}/files/patients.csv").streaming_content), "contact:export", nadia),
        (lambda: list(desk.get(f"{app}/files/appointments.csv").streaming_content), "appointment:export", nadia),
        (lambda: program.get("tilleuls/appointments"), "appointment:list", ines),
        (lambda: program.get("tilleuls/contacts", search="aub"), "contact:search", ines),
        (
            lambda: Client().get("/fhir/R4/tilleuls/Appointment", headers=reader.headers),
            "appointment:list",
            ("token", "Nadia Kerjean (test)", "staff"),
        ),
        (lambda: Client().get(f"/feeds/{feed_secret(feed)}.ics"), "feed:read", ("system", "Téléphone", "system")),
        (lambda: visitor.post(confirmation), "appointment:confirm", patient),
        (
            lambda: desk.post(f"{app}/appointments/{other.id}/cancellation/", {"reason": "Train"}),
            "appointment:cancel",
            nadia,
        ),
        (expire, "appointment:expire", ("system", "requests", "system")),
    ]
    for do, act, who in steps:
        known = {one.id for one in entries(tilleuls)}
        do()
        fresh = [one for one in entries(tilleuls) if one.id not in known]
        assert [(one.act, (one.actor_kind, one.actor_label, one.role)) for one in fresh] == [(act, who)]
        assert fresh[0].subject_id or fresh[0].after, act


def test_aud_03_what_cannot_be_traced_does_not_happen(tilleuls: Clinic, mute: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        book(tilleuls, at(10))
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 0
        assert tilleuls.organization.occupancies.count() == 0
        assert tilleuls.organization.contacts.count() == 0


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that the application writes to its log, as it is written in production, down to the least important."""
    stream = io.StringIO()
    handler = {**settings.LOGGING["handlers"]["stderr"], "stream": stream}
    names = ("", *settings.LOGGING["loggers"])
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in names}
    dictConfig(
        {
            **settings.LOGGING,
            "incremental": False,
            "handlers": {"stderr": handler},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {},
        }
    )
    yield stream
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers


@pytest.fixture
def refusing(owner: psycopg.Connection) -> Iterator[None]:
    """The database refuses every new record, and quotes it: a fault of ours that nobody has foreseen."""
    owner.execute("ALTER TABLE contacts_contact ADD CONSTRAINT nobody CHECK (last_name = '') NOT VALID")
    yield
    owner.execute("ALTER TABLE contacts_contact DROP CONSTRAINT nobody")


def test_aud_04_logs_name_nobody_whatever_goes_wrong(
    tilleuls: Clinic, written: io.StringIO, refusing: None, signed_in: Browser
) -> None:
    visitor = Visitor(tilleuls)
    visitor.client.raise_request_exception = False
    page = visitor.details(working_day(), "9:00")
    assert visitor.post(page.forms[-1], TYPED).status == 500
    assert (
        Caller(client=Client(raise_request_exception=False))
        .post("public/tilleuls/appointments", asked_booking(tilleuls))
        .status_code
        == 500
    )
    desk = signed_in(tilleuls.staff)
    desk.raise_request_exception = False
    typed = {"last_name": "Aubrée", "first_name": "Clémence", "birth_date": "14/03/1987", "phone": "06 12 34 56 78"}
    assert desk.post("/app/tilleuls/patients/new/", {**typed, "remark": "eczéma\n\net la suite"}).status_code == 500
    log = written.getvalue()
    assert log.count("IntegrityError") >= 3
    assert 'violates check constraint "nobody"' in log
    for word in ("Aubr", "Clémence", "1987", "12345678", "12 34 56 78", "courriel", "eczéma", "la suite", "DETAIL"):
        assert word not in log, word


def test_aud_04_logs_open_no_private_link(tilleuls: Clinic, written: io.StringIO, mute: None, owner: Any) -> None:
    owner.execute(f"GRANT INSERT ON {TABLE} TO kalends_app")
    visit = book(tilleuls, at(10))
    owner.execute(f"REVOKE INSERT ON {TABLE} FROM kalends_app")
    secret, client = link_secret(visit), Client(raise_request_exception=False)
    visitor = Visitor(tilleuls)
    visitor.client.raise_request_exception = False
    page = visitor.get(f"/tilleuls/appointment/{secret}/")
    assert visitor.post(page.form("/confirmation/")).status == 500
    assert Caller(client=client).post(f"public/appointments/{secret}/confirm").status_code == 500
    assert client.get(f"/tilleuls/appointment/{secret}x/").status_code == 404
    log = written.getvalue()
    assert "permission denied" in log
    assert "/tilleuls/appointment/…/confirmation/" in log
    for word in (secret, secret[:24], "Aubr", "courriel"):
        assert word not in log
