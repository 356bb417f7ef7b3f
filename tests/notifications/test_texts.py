"""The letters: every one in every language, whole, and literal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from icalendar import Calendar

from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.operations import waiting
from kalends.booking.queries.series import Wish
from kalends.booking.rules.series import Pattern
from kalends.delivery import letters
from kalends.delivery import operations as delivery
from kalends.delivery.events import TextsStopped
from kalends.delivery.letters import Letter
from kalends.delivery.walls import Wall
from kalends.foundation import secrets
from kalends.notifications.institution.operations import set_notices
from kalends.notifications.operations import tell_texts_stopped
from kalends.notifications.reminders import planning
from kalends.notifications.reminders.operations import set_rules
from kalends.notifications.texts import Kind, days
from kalends.notifications.texts.sheet import Fact, Sheet, Way
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Role
from kalends.organizations.queries import invitation_by_token
from tests.booking.waiting_list import switch
from tests.cast import NOW, Clinic, at, data
from tests.notifications.test_operations import book
from tests.payments.owing import owe

LANGUAGES = ["en", "fr", "ro"]


def written(clinic: Clinic) -> dict[str, Letter]:
    """All letters that wait, by kind."""
    with clinic.acting():
        waiting = list(clinic.organization.deliveries.order_by("id"))
        found = letters.look_up(clinic.organization, waiting)
    return {delivery.kind: letters.write(clinic.organization, delivery, found) for delivery in waiting}


def all_letters(clinic: Clinic, **more: Any) -> dict[str, Letter]:
    tell_the_institution(clinic)
    with clinic.acting():
        clinic.organization.services.update(needs_approval=True)
    tell_the_practitioner(clinic)
    asked = book(clinic, **more)
    with clinic.acting():
        booking.refuse(clinic.organization, asked.id, by=clinic.actor(), now=NOW)
    asked = book(clinic, **{**more, "starts_at": at(16)})
    with clinic.acting():
        booking.approve(clinic.organization, asked.id, by=clinic.actor(), now=NOW)
        clinic.organization.services.update(needs_approval=False)
    appointment = book(clinic, **more)
    by = clinic.actor()
    with clinic.acting(by):
        booking.move(
            clinic.organization,
            appointment.id,
            schedule_id=clinic.schedule.id,
            starts_at=at(11),
            by=by,
            now=NOW,
        )
    with clinic.acting(by):
        booking.cancel(clinic.organization, appointment.id, by=by, now=NOW)
    with clinic.acting(by) as now:
        organizations.invite(clinic.organization, email="new@b.example", role=Role.STAFF, by=by, now=now)
        delivery.set_sender(clinic.organization, provider=None, address="accueil@b.example", by=by, now=now)
    wait_for_a_time(clinic, appointment)
    repeat(clinic, appointment)
    owe(clinic, **more)
    be_reminded(clinic, **more)
    with clinic.acting() as now:
        clinic.admin.language = clinic.organization.language
        clinic.admin.save()
        tell_texts_stopped(TextsStopped(clinic.organization, Wall.HOUR, now))
    return written(clinic)


def be_reminded(clinic: Clinic, **more: Any) -> None:
    with clinic.acting():
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        rule = {"state": "on", "amount": 1, "unit": "days"}
        sent = {1: {**rule, "medium": "email"}, 2: {**rule, "medium": "staff"}}
        set_rules(clinic.organization, provider, sent=sent, by=clinic.actor(), now=NOW)
    untold = {"tell_patient": False, "tell_provider": ()}
    book(clinic, **{**more, **untold, "starts_at": at(9, day=date(2026, 12, 17))})
    with clinic.acting():
        planning.plan(clinic.organization, now=at(9, day=date(2026, 12, 16)))


def tell_the_practitioner(clinic: Clinic) -> None:
    with clinic.acting():
        clinic.organization.providers.update(email="vasseur@tilleuls.example")
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        ways = {name: ["email"] for name in ("notice_added", "notice_moved", "notice_deleted")}
        agenda.set_options(clinic.organization, provider, by=clinic.actor(), now=NOW, **ways)


def repeat(clinic: Clinic, appointment: Appointment) -> None:
    """Books a series, and cancels the rest of it."""
    wish = Wish(clinic.schedule.id, clinic.service.id, 900, Pattern(date(2026, 12, 8), 1, "week", 3, None), "skip")
    by, organization = clinic.actor(), clinic.organization
    with clinic.acting(by):
        organization.contacts.update(language=appointment.language)
        contact = organization.contacts.get(id=appointment.contact_id)
        made = booking.make_series(organization, wish, contact=contact, by=by, now=NOW)
    with clinic.acting(by):
        booking.cancel_rest(organization, made.appointments[0].id, by=by, now=NOW)


def tell_the_institution(clinic: Clinic) -> None:
    everything = {"booking_emails": ["receptie@arcada.example"], "cancellation_emails": ["receptie@arcada.example"]}
    with clinic.acting() as now:
        set_notices(
            clinic.organization,
            sent={**everything, "cancellation_mode": "every"},
            by=clinic.actor(),
            now=now,
        )


def wait_for_a_time(clinic: Clinic, appointment: Appointment) -> None:
    """Joins the waiting list, is offered a time, and loses it again."""
    by, organization = clinic.actor(), clinic.organization
    switch(clinic)
    with clinic.acting(by):
        entry = waiting.join(
            organization,
            contact=organization.contacts.get(id=appointment.contact_id),
            language=appointment.language,
            services=[clinic.service.id],
            by=by,
            now=NOW,
        )
    with clinic.acting(by):
        made = waiting.offer(organization, entry.id, schedule_id=clinic.schedule.id, starts_at=at(14), by=by, now=NOW)
    with clinic.acting(by):
        waiting.withdraw(organization, made.id, by=by, now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_whole_in_every_language(tilleuls: Clinic, language: str) -> None:
    tilleuls.organization.languages = [language]
    found = all_letters(tilleuls, language=language)
    assert sorted(found) == sorted(kind.value for kind in Kind)
    for letter in found.values():
        for text in (letter.subject, letter.text, letter.html):
            assert [word for word in ("None", "%(", "{{", "{%", "()", ", ,") if word in text] == []
        assert f'<html lang="{language}">' in letter.html
        assert "\n\n\n" not in letter.text
        assert "Centre médical des Tilleuls" in letter.text
        pages = re.findall(r"https?://\S+", letter.text)
        assert [page for page in pages if f'href="{page}"' not in letter.html] == []
        assert re.findall(r'(?<!href=")https?://', letter.html) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_organization_leaves_no_holes(tilleuls: Clinic, language: str) -> None:
    tilleuls.organization.phone = tilleuls.organization.email = ""
    with tilleuls.acting():
        tilleuls.organization.locations.update(address="", postcode="", town="", directions="")
        tilleuls.organization.providers.update(speciality="")
        tilleuls.organization.services.update(names={}, preparation={})
    for letter in all_letters(tilleuls, language=language, contact=data(first="")).values():
        assert [word for word in ("None", "%(", ", ,", " ,\n", "·  ·") if word in letter.text + letter.html] == []


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "%(day)s", "${x}", "[sujet]", "{settings}", "{% now 'Y' %}", "%s"])
def test_a_name_is_never_evaluated(tilleuls: Clinic, name: str) -> None:
    letter = written_once(tilleuls, first=name)
    assert f"{name} Aubrée" in letter.text
    assert name.replace("'", "&#x27;") in letter.html


def test_a_name_is_no_markup(tilleuls: Clinic) -> None:
    letter = written_once(tilleuls, first="<script>alert(1)</script>")
    assert "<script>" not in letter.html
    assert "<script>alert(1)</script> Aubrée" in letter.text


def test_the_address_and_the_directions_are_told(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.locations.update(directions="2e étage")
        tilleuls.organization.services.update(preparation={"fr": "Sans maquillage.\nSans vernis."})
    letter = written_once(tilleuls)
    for words in ("Centre, 12, rue des Tilleuls, 49000 Angers", "2e étage", "Dr Hélène Vasseur", "Dermatologie"):
        assert (words in letter.text, words in letter.html) == (True, True)
    assert "Sans maquillage.<br>Sans vernis." in letter.html
    assert "02 61 91 40 12" in letter.text


def written_once(clinic: Clinic, **contact: Any) -> Letter:
    book(clinic, contact=data(**contact))
    return written(clinic)["appointment_booked"]


def test_the_link_is_the_appointments_own(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    letter = written(tilleuls)["appointment_booked"]
    (token,) = re.findall(r"/tilleuls/appointment/([^/]+)/", letter.text)
    assert (re.findall(r"/tilleuls/appointment/([^/]+)/", letter.html), token in letter.subject) == ([token], False)
    secret = secrets.read(token)
    assert secret is not None
    assert (secret.organization_id, secret.hash) == (tilleuls.id, bytes(appointment.link_hash))


def test_no_link_is_stored(tilleuls: Clinic) -> None:
    book(tilleuls)
    (token,) = re.findall(r"/appointment/([^/]+)/", written(tilleuls)["appointment_booked"].text)
    with tilleuls.acting():
        assert token not in str(tilleuls.organization.deliveries.get().facts)


def test_the_subject_says_when_and_never_why(tilleuls: Clinic) -> None:
    book(tilleuls, language="en")
    subject = written(tilleuls)["appointment_booked"].subject
    assert subject == "Your appointment on Monday 7 December 2026 at 10:00, Centre médical des Tilleuls"


def test_a_cancelled_visit_leads_back_only_where_there_is_a_page(tilleuls: Clinic) -> None:
    for is_published, expected in ((True, 1), (False, 0)):
        tilleuls.organization.is_published = is_published
        appointment = book(tilleuls)
        by = tilleuls.actor()
        with tilleuls.acting(by):
            booking.cancel(tilleuls.organization, appointment.id, by=by, now=NOW)
        letter = written(tilleuls)["appointment_cancelled"]
        assert letter.html.count("<a class=") == expected
        assert "/appointment/" not in letter.text


def test_who_cancelled_is_told(tilleuls: Clinic) -> None:
    texts = []
    for by in (tilleuls.patient(), tilleuls.actor()):
        appointment = book(tilleuls, language="en")
        early = datetime(2026, 12, 1, tzinfo=UTC)
        with tilleuls.acting(by):
            booking.cancel(tilleuls.organization, appointment.id, by=by, now=early)
        texts.append(written(tilleuls)["appointment_cancelled"].text)
        with tilleuls.acting():
            tilleuls.organization.deliveries.all().delete()
    assert ["You cancelled it" in text for text in texts] == [True, False]


def test_the_calendar_rides_along(tilleuls: Clinic) -> None:
    found = all_letters(tilleuls)
    told = []
    for kind in (Kind.BOOKED, Kind.MOVED, Kind.CANCELLED):
        part = found[kind].calendar
        assert part is not None
        calendar = Calendar.from_ical(part.content)
        (event,) = calendar.events
        assert calendar["METHOD"] == part.method
        told.append((part.method, event["SEQUENCE"], event.start.astimezone(UTC), event["STATUS"]))
    assert told == [
        ("REQUEST", 0, at(10), "CONFIRMED"),
        ("REQUEST", 1, at(11), "CONFIRMED"),
        ("CANCEL", 2, at(11), "CANCELLED"),
    ]
    assert found[Kind.INVITATION].calendar is None


def test_the_invitation_leads_to_where_it_is_accepted(tilleuls: Clinic) -> None:
    by = tilleuls.actor()
    with tilleuls.acting(by) as now:
        made = organizations.invite(tilleuls.organization, email="new@b.example", role=Role.STAFF, by=by, now=now)
    letter = written(tilleuls)["invitation"]
    (token,) = re.findall(r"/accounts/invitation/([^/]+)/", letter.text)
    found = invitation_by_token(token)
    assert found is not None
    assert (found[0].id, found[1].id) == (tilleuls.id, made.id)
    assert "Inès Barbier" in letter.text


@pytest.mark.parametrize(
    ("language", "first", "seventh"),
    [
        ("en", "Tuesday 1 December 2026", "Monday 7 December 2026"),
        ("fr", "mardi 1er décembre 2026", "lundi 7 décembre 2026"),
        ("fr-CA", "mardi 1er décembre 2026", "lundi 7 décembre 2026"),
        ("ro", "marți, 1 decembrie 2026", "luni, 7 decembrie 2026"),
        ("xx", "Tuesday 1 December 2026", "Monday 7 December 2026"),
    ],
)
def test_days_are_written_as_one_writes_them(language: str, first: str, seventh: str) -> None:
    assert [days.day_in_words(date(2026, 12, day), language) for day in (1, 7)] == [first, seventh]


def test_an_hour_that_comes_twice_is_named() -> None:
    from kalends.foundation import clock

    zone = clock.zone("Europe/Paris")
    told = [days.hour_of(clock.wall(instant, zone)) for instant in clock.instants_of(date(2027, 10, 31), 150, zone)]
    assert told == ["2:30 (CEST)", "2:30 (CET)"]


def test_a_sheet_with_nothing_on_it_is_still_a_letter() -> None:
    with translation.override("en"):
        sheet = Sheet(language="en", sender="A", title="B", facts=(Fact("C", "D"),))
        assert sheet.text() == "A\n\nB\n\nC: D\n\n--\n"
        assert sheet.html().count("<p") == 4


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
def test_a_sheet_is_as_the_template_writes_it(language: str) -> None:
    """Whatever it says: the template is rendered once for many."""
    hostile = "<b>\"&' \ue0000\ue001 {{ sheet }} {% x %} ș"
    facts = (Fact("L", hostile, "more"), Fact("M", "N"))
    for given in (
        {},
        {"day": hostile, "struck": True, "words": (hostile, "w"), "facts": facts, "foot": ("A", hostile)},
        {"day": "d", "hour": "10:40", "hint": hostile, "button": "B", "address": "https://x.example/?a=1&b=2"},
        {
            "below": (hostile, "w"),
            "ways": (Way(hostile, "https://x.example/?a=1&b=2"),),
            "facts": (Fact("L", "t", "", Way("w", hostile)),),
        },
        {"before": "one\ntwo <i>", "greeting": hostile, "foot": ("A",)},
    ):
        with translation.override(language):
            sheet = Sheet(language=language, sender=hostile, title=hostile, **given)
            assert sheet.html() == render_to_string("notifications/letter.html", {"sheet": sheet})
