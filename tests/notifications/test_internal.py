"""Notices by internal message and by SMS: whom they reach, what they say, and that nobody reads another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from kalends.delivery import segments
from kalends.delivery.letters import Letter
from kalends.delivery.operations import set_settings
from kalends.notifications.jobs import forget_old_notices
from kalends.notifications.operations.notices import mark_read
from kalends.notifications.queries import notices_of, unread_count
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Role
from tests.api.callers import member
from tests.cast import NOW, Clinic, at
from tests.notifications.test_notices import cancel, choose, membership_of, move
from tests.notifications.test_operations import book
from tests.notifications.test_texts import written
from tests.web.staff.desk import Browser

EVERYTHING: dict[str, Any] = {f"notice_{what}": ["message", "sms"] for what in ("added", "moved", "deleted")}
INBOX = "/app/tilleuls/notices/"


def unread(clinic: Clinic) -> dict[Role, int]:
    with clinic.acting():
        return {role: unread_count(clinic.organization, clinic.actor(role)) for role in Role}


def texts(clinic: Clinic) -> list[tuple[str, str]]:
    with clinic.acting():
        rows = clinic.organization.deliveries.filter(kind__startswith="notice", medium="sms").order_by("id")
        return [(row.kind.removeprefix("notice_"), row.recipient) for row in rows]


def call_by(clinic: Clinic, phone: str) -> None:
    with clinic.acting():
        clinic.organization.providers.update(phone=phone)


def test_nobody_chosen_the_account_reads_it_and_is_texted(tilleuls: Clinic) -> None:
    """CLI-14, CLI-16."""
    call_by(tilleuls, "+33687654321")
    choose(tilleuls, **EVERYTHING)
    visit = book(tilleuls)
    move(tilleuls, visit, 11)
    cancel(tilleuls, visit)
    assert unread(tilleuls) == {Role.ADMIN: 0, Role.STAFF: 0, Role.PROVIDER: 3}
    assert texts(tilleuls) == [(what, "+33687654321") for what in ("added", "moved", "deleted")]


def test_who_was_chosen_reads_it_instead_and_is_texted_at_their_own_number(tilleuls: Clinic) -> None:
    call_by(tilleuls, "+33687654321")
    with tilleuls.acting() as now:
        admin = tilleuls.organization.memberships.select_related("organization").get(person=tilleuls.admin)
        organizations.edit_membership(admin, phone="06 11 22 33 44", by=tilleuls.actor(), now=now)
    choose(tilleuls, **EVERYTHING, recipients=[admin.id, membership_of(tilleuls, tilleuls.doctor).id])
    book(tilleuls)
    assert unread(tilleuls) == {Role.ADMIN: 1, Role.STAFF: 0, Role.PROVIDER: 1}
    assert sorted(texts(tilleuls)) == [("added", "+33611223344"), ("added", "+33687654321")]


def test_a_fixed_line_gets_no_text_message(tilleuls: Clinic) -> None:
    call_by(tilleuls, "+33241234567")
    choose(tilleuls, **EVERYTHING)
    book(tilleuls)
    assert texts(tilleuls) == []


def test_the_text_message_names_no_patient_and_keeps_to_the_cheap_alphabet(tilleuls: Clinic) -> None:
    call_by(tilleuls, "+33687654321")
    with tilleuls.acting():
        tilleuls.organization.providers.update(sms_name="Dr Vasseur")
    choose(tilleuls, **EVERYTHING)
    visit = book(tilleuls)
    move(tilleuls, visit, 11)
    cancel(tilleuls, visit)
    for language, added in (
        ("en", "New appointment: 07/12/2026 10:00, Dr Vasseur"),
        ("fr", "Nouveau rendez-vous: 07/12/2026 10h00, Dr Vasseur"),
        ("ro", "Programare noua: 07.12.2026 10:00, Dr Vasseur"),
    ):
        with tilleuls.acting():
            tilleuls.organization.deliveries.update(language=language)
        said: dict[str, Letter] = written(tilleuls)
        assert said["notice_added"].text == added
        for kind in ("notice_added", "notice_moved", "notice_deleted"):
            assert (segments.alphabet_of(said[kind].text), "Aubrée" in said[kind].text) == ("gsm", False)


def test_the_reminder_at_once_says_what_reminders_say(tilleuls: Clinic) -> None:
    """CLI-17: booked and moved, as the options say; cancelled, nothing; never to who is not told at all."""
    choose(tilleuls, immediate_reminder=["sms"])
    visit = book(tilleuls)
    assert written(tilleuls)["appointment_booked"].text == (
        "Dr Hélène Vasseur vous rappelle votre rendez-vous le 07/12/2026 à 10h00"
    )
    move(tilleuls, visit, 11)
    cancel(tilleuls, visit)
    book(tilleuls, starts_at=at(14), tell_patient=False)
    with tilleuls.acting():
        rows = tilleuls.organization.deliveries.filter(medium="sms").order_by("id")
        assert [row.kind for row in rows] == ["appointment_booked", "appointment_moved"]


def test_reading_is_everybodys_own(tilleuls: Clinic) -> None:
    choose(
        tilleuls,
        notice_added=["message"],
        recipients=[membership_of(tilleuls, one).id for one in (tilleuls.admin, tilleuls.doctor)],
    )
    book(tilleuls)
    doctor = tilleuls.actor(Role.PROVIDER)
    with tilleuls.acting():
        theirs = notices_of(tilleuls.organization, tilleuls.actor()).get()
    with tilleuls.acting(doctor):
        assert mark_read(tilleuls.organization, by=doctor, now=NOW, notice_ids=[theirs.id]) == 0
        assert mark_read(tilleuls.organization, by=doctor, now=NOW) == 1
    assert unread(tilleuls) == {Role.ADMIN: 1, Role.STAFF: 0, Role.PROVIDER: 0}


class TestThePage:
    @pytest.fixture
    def told(self, tilleuls: Clinic) -> Clinic:
        choose(tilleuls, **EVERYTHING)
        move(tilleuls, book(tilleuls), 11)
        return tilleuls

    def test_the_bell_counts_and_the_page_tells(self, told: Clinic, signed_in: Browser) -> None:
        doctor = signed_in(told.doctor)
        answer = doctor.get(INBOX)
        assert (answer.context["bell"].count, len(answer.context["lines"])) == (2, 2)
        (moved, added) = answer.context["lines"]
        assert (moved.title, moved.when, moved.words) == (
            "Appointment moved",
            "Monday 7 December 2026 at 11:00",
            ("Before: Monday 7 December 2026 at 10:00.",),
        )
        assert (added.title, added.name, bool(added.url)) == ("New appointment", "Clémence Aubrée", True)

    def test_read_it_goes_from_the_list_and_stays_under_all(self, told: Clinic, signed_in: Browser) -> None:
        doctor = signed_in(told.doctor)
        newest = doctor.get(INBOX).context["lines"][0]
        assert doctor.post(f"{INBOX}reading/", {"notice": str(newest.id)}).status_code == 302
        assert [line.title for line in doctor.get(INBOX).context["lines"]] == ["New appointment"]
        assert len(doctor.get(INBOX, {"show": "all"}).context["lines"]) == 2
        assert b"1 unread notice<" in doctor.get(f"{INBOX}bell/").content

    def test_others_see_nothing_of_it(self, told: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        admin: Client = signed_in(told.admin)
        assert admin.get(INBOX, {"show": "all"}).context["lines"] == []
        assert signed_in(carpati.admin).get(INBOX).status_code == 404

    def test_in_the_language_of_the_reader(self, told: Clinic, signed_in: Browser) -> None:
        type(told.doctor).objects.filter(id=told.doctor.id).update(language="ro")
        with translation.override("ro"):
            titles = [line.title for line in signed_in(told.doctor).get(INBOX).context["lines"]]
        assert titles == ["Programare mutată", "Programare nouă"]


def test_the_api_tells_the_owner_of_the_token(tilleuls: Clinic) -> None:
    choose(tilleuls, notice_added=["message"], recipients=[membership_of(tilleuls, tilleuls.admin).id])
    visit = book(tilleuls)
    caller = member(tilleuls)
    (item,) = caller.get("tilleuls/notices?unread=true").json()["items"]
    assert (item["kind"], item["appointment"], item["starts"], item["read_at"]) == (
        "notice_added",
        str(visit.id),
        ["2026-12-07T10:00:00+01:00"],
        None,
    )
    assert caller.post("tilleuls/notices/reading", {"notices": [item["id"]]}).json() == {"read": 1}
    assert caller.get("tilleuls/notices?unread=true").json()["items"] == []
    assert member(tilleuls, role=Role.PROVIDER).get("tilleuls/notices").json()["items"] == []


def test_by_the_api_each_way_can_be_named(tilleuls: Clinic) -> None:
    call_by(tilleuls, "+33687654321")
    caller = member(tilleuls)
    visit = book(tilleuls)
    sent = {"tell_provider": ["message", "sms"]}
    assert caller.post(f"tilleuls/appointments/{visit.id}/cancel", sent).status_code == 200
    assert unread(tilleuls)[Role.PROVIDER] == 1
    assert texts(tilleuls) == [("deleted", "+33687654321")]


def test_aud_09_notices_go_with_the_log(tilleuls: Clinic, carpati: Clinic) -> None:
    """They name patients; read or not, nobody needs them longer than is known to whom what was sent."""
    choose(tilleuls, notice_added=["message"])
    book(tilleuls)
    with tilleuls.acting() as now:
        set_settings(tilleuls.organization, kept_days=30, by=tilleuls.actor(), now=now)
    for days, left in ((29, 1), (31, 0)):
        with tilleuls.acting() as now:
            tilleuls.organization.notices.update(written_at=now - timedelta(days=days))
        forget_old_notices(0)
        with tilleuls.acting():
            assert tilleuls.organization.notices.count() == left
