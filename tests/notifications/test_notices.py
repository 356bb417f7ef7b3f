"""What practitioners are told, whom, and that nobody is told twice."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.accounts.models import Person
from kalends.agenda.models import Offering, Schedule
from kalends.agenda.operations import set_options
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries.series import Wish
from kalends.booking.rules.series import Pattern
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Membership, Organization, Provider
from kalends.organizations.permissions import Role
from tests.cast import MONDAY, NOW, Clinic, at
from tests.notifications.test_operations import book
from tests.notifications.test_texts import written

ACCOUNT = "vasseur@tilleuls.example"


@pytest.fixture
def told(tilleuls: Clinic) -> Clinic:
    """Dr Vasseur has an address, and wants to know everything by e-mail."""
    with tilleuls.acting():
        tilleuls.organization.providers.update(email=ACCOUNT)
    return choose(tilleuls, notice_added=["email"], notice_moved=["email"], notice_deleted=["email"])


def choose(clinic: Clinic, **fields: Any) -> Clinic:
    by = clinic.actor()
    with clinic.acting(by):
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        set_options(clinic.organization, provider, by=by, now=NOW, **fields)
    return clinic


def speak_english(clinic: Clinic) -> None:
    clinic.organization.languages = ["en"]
    with clinic.acting():
        Organization.objects.filter(id=clinic.id).update(languages=["en"])


def notices(clinic: Clinic) -> list[tuple[str, str]]:
    with clinic.acting():
        rows = clinic.organization.deliveries.filter(kind__startswith="notice").order_by("id")
        return [(row.kind.removeprefix("notice_"), row.recipient) for row in rows]


def membership_of(clinic: Clinic, person: Person) -> Membership:
    with clinic.acting():
        return clinic.organization.memberships.get(person=person)


def move(clinic: Clinic, appointment: Appointment, hour: int, **more: Any) -> None:
    by = clinic.actor()
    with clinic.acting(by):
        wish = {"schedule_id": clinic.schedule.id, "starts_at": at(hour), **more}
        booking.move(clinic.organization, appointment.id, by=by, now=NOW, **wish)


def cancel(clinic: Clinic, appointment: Appointment, **more: Any) -> None:
    with clinic.acting():
        booking.cancel(clinic.organization, appointment.id, by=clinic.actor(), now=NOW, **more)


def test_without_options_nobody_is_told(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.providers.update(email=ACCOUNT)
    cancel(tilleuls, book(tilleuls))
    assert notices(tilleuls) == []


def test_added_moved_and_deleted_go_to_the_accounts_address(told: Clinic) -> None:
    appointment = book(told)
    move(told, appointment, 11)
    cancel(told, appointment)
    assert notices(told) == [("added", ACCOUNT), ("moved", ACCOUNT), ("deleted", ACCOUNT)]


def test_each_of_the_three_is_chosen_by_itself(told: Clinic) -> None:
    choose(told, notice_added=[], notice_deleted=["sms", "message"])
    appointment = book(told)
    move(told, appointment, 11)
    cancel(told, appointment)
    assert notices(told) == [("moved", ACCOUNT)]


def test_what_was_ticked_for_the_act_comes_before_the_options(told: Clinic) -> None:
    choose(told, notice_added=[])
    appointment = book(told, tell_provider=("email",))
    move(told, appointment, 11, tell_provider=())
    cancel(told, appointment, tell_provider=())
    assert notices(told) == [("added", ACCOUNT)]


def test_chosen_recipients_take_the_place_of_the_account_each_once(told: Clinic) -> None:
    people = [membership_of(told, one).id for one in (told.admin, told.doctor)]
    choose(told, recipients=people)
    book(told)
    assert sorted(notices(told)) == [("added", "admin@tilleuls.example"), ("added", "provider@tilleuls.example")]


def test_who_has_left_is_no_longer_told_and_the_account_is_instead(told: Clinic) -> None:
    doctor = membership_of(told, told.doctor)
    choose(told, recipients=[doctor.id])
    with told.acting():
        told.organization.memberships.filter(id=doctor.id).update(is_active=False)
    book(told)
    assert notices(told) == [("added", ACCOUNT)]


def test_without_any_address_nothing_is_queued(told: Clinic) -> None:
    with told.acting():
        told.organization.providers.update(email="")
    book(told)
    assert notices(told) == []


def test_a_request_is_told_when_it_comes_and_not_again_when_approved(told: Clinic) -> None:
    with told.acting():
        told.organization.services.update(needs_approval=True)
    asked = book(told)
    with told.acting():
        booking.approve(told.organization, asked.id, by=told.actor(), now=NOW)
    assert notices(told) == [("added", ACCOUNT)]


def test_a_refused_request_is_told_as_deleted(told: Clinic) -> None:
    with told.acting():
        told.organization.services.update(needs_approval=True)
    asked = book(told)
    with told.acting():
        booking.refuse(told.organization, asked.id, by=told.actor(), now=NOW)
    assert notices(told) == [("added", ACCOUNT), ("deleted", ACCOUNT)]


def test_a_visit_that_is_on_again_is_told_as_added(told: Clinic) -> None:
    appointment = book(told)
    cancel(told, appointment)
    with told.acting():
        booking.undo(told.organization, appointment.id, by=told.actor(), now=NOW)
    assert notices(told) == [("added", ACCOUNT), ("deleted", ACCOUNT), ("added", ACCOUNT)]


def test_a_series_is_one_notice_with_all_dates(told: Clinic) -> None:
    first = book(told, tell_provider=())
    wish = Wish(
        schedule_id=told.schedule.id,
        service_id=told.service.id,
        minute=600,
        pattern=Pattern(MONDAY, 1, "week", 3, None),
        policy="skip",
        has_first=True,
    )
    by = told.actor()
    with told.acting(by):
        booking.make_series(
            told.organization, wish, contact=first.contact, begins_with=first, reason="Secret", by=by, now=NOW
        )
    assert notices(told) == [("added", ACCOUNT)]
    letter = written(told)["notice_added"]
    for day in ("lundi 7 décembre 2026", "lundi 14 décembre 2026", "lundi 21 décembre 2026"):
        assert day in letter.text
    with told.acting(by):
        booking.cancel_rest(told.organization, first.id, by=by, now=NOW)
    assert notices(told) == [("added", ACCOUNT), ("deleted", ACCOUNT)]


def test_moved_to_a_colleague_both_are_told_as_each_has_chosen(told: Clinic) -> None:
    with told.acting():
        provider = Provider.all_rows.create(
            organization=told.organization, name="Dr Blin", sort_key="blin", email="blin@tilleuls.example"
        )
        other = Schedule.all_rows.create(
            organization=told.organization,
            name="Dr Blin",
            provider=provider,
            location_id=told.schedule.location_id,
            time_zone=told.schedule.time_zone,
            step_minutes=30,
        )
        Offering.all_rows.create(organization=told.organization, schedule=other, service=told.service)
        for rule in told.schedule.opening_rules.all():
            type(rule).all_rows.create(
                organization=told.organization,
                schedule=other,
                weekday=rule.weekday,
                from_minute=rule.from_minute,
                to_minute=rule.to_minute,
            )
        set_options(told.organization, provider, notice_moved=["email"], by=told.actor(), now=NOW)
    appointment = book(told)
    move(told, appointment, 11, schedule_id=other.id)
    assert notices(told) == [("added", ACCOUNT), ("moved", "blin@tilleuls.example"), ("moved", ACCOUNT)]


def test_the_notice_tells_who_and_when_and_never_why(told: Clinic) -> None:
    speak_english(told)
    appointment = book(told, reason="Grossesse")
    move(told, appointment, 11)
    letter = written(told)["notice_moved"]
    assert letter.subject == "Appointment moved · Monday 7 December 2026 at 11:00 · Dr Vasseur"
    page = f"/app/tilleuls/appointments/{appointment.id}/"
    for words in ("Clémence Aubrée", "Consultation", "Before: Monday 7 December 2026 at 10:00.", page):
        assert words in letter.text
    assert [word for word in ("Grossesse", "1987", "33612345678", "courriel.example") if word in letter.text] == []
    assert "Aubrée" not in letter.subject


def test_recipients_read_it_in_their_own_language(told: Clinic) -> None:
    with told.acting():
        Person.objects.filter(id=told.admin.id).update(language="ro")
    choose(told, recipients=[membership_of(told, told.admin).id])
    book(told)
    with told.acting():
        (row,) = told.organization.deliveries.filter(kind="notice_added")
    assert (row.language, told.organization.language) == ("ro", "fr")


def test_a_secretary_cannot_be_a_recipient(told: Clinic) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(told, recipients=[membership_of(told, told.staff).id])
    assert [error.field for error in refusal.value.errors] == ["recipients"]
    assert membership_of(told, told.staff).role == Role.STAFF
