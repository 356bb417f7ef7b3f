"""The agenda options of a practitioner: the form, what the booking window makes of them, and the own agenda."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kalends.agenda.operations import set_options
from kalends.agenda.queries.options import options_of
from kalends.booking.models import Appointment
from tests.cast import Clinic
from tests.web.staff.desk import BOOK, Browser, at, book, chosen, coming

AGENDA = "/app/tilleuls/agenda/"
ACCOUNT = "vasseur@tilleuls.example"
AS_NEW = {"waiting_span": "120", "days_shown": "7", "stepping": "week", "immediate_reminder": ["email"]}


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def page(clinic: Clinic) -> str:
    return f"/app/tilleuls/settings/providers/{clinic.schedule.provider_id}/options/"


def choose(clinic: Clinic, **fields: Any) -> None:
    with clinic.acting() as now:
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        set_options(clinic.organization, provider, by=clinic.actor(), now=now, **fields)


def address_the_account(clinic: Clinic) -> None:
    with clinic.acting():
        clinic.organization.providers.update(email=ACCOUNT)


def notices(clinic: Clinic) -> list[str]:
    with clinic.acting():
        rows = clinic.organization.deliveries.filter(kind__startswith="notice").order_by("id")
        return [row.kind for row in rows]


class TestTheForm:
    def test_all_of_it_is_kept_and_audited_once(self, tilleuls: Clinic, desk: Client) -> None:
        with tilleuls.acting():
            doctor = tilleuls.organization.memberships.get(person=tilleuls.doctor)
        wanted = {
            **AS_NEW,
            "waiting_list": "on",
            "days_shown": "3",
            "stepping": "day",
            "notice_added": ["message", "email", "sms"],
            "recipients": [str(doctor.id)],
            "immediate_reminder": ["sms"],
            "required_fields": ["birth_date", "reason"],
        }
        assert desk.post(page(tilleuls), wanted).status_code == 302
        form = desk.get(page(tilleuls)).context["form"]
        kept = {name: form[name].value() for name in form.fields}
        assert kept == {
            "waiting_list": True,
            "waiting_span": 120,
            "days_shown": 3,
            "stepping": "day",
            "notice_added": ["message", "email", "sms"],
            "notice_moved": [],
            "notice_deleted": [],
            "recipients": [str(doctor.id)],
            "immediate_reminder": ["sms"],
            "required_fields": ["birth_date", "reason"],
        }
        with tilleuls.acting():
            (line,) = tilleuls.organization.audit_entries.filter(act="provider:options")
        assert line.before["recipients"] == []
        assert line.after["recipients"] == [str(doctor.id)]

    def test_the_audit_says_whose_options_were_changed(self, tilleuls: Clinic, desk: Client) -> None:
        choose(tilleuls, days_shown=5)
        lines = desk.get("/app/tilleuls/audit/").context["lines"]
        found = [(str(line.did), line.about) for line in lines if line.who == "Inès Barbier"]
        assert ("changed the options of a practitioner", [("Dr Hélène Vasseur", "")]) in found

    def test_a_refused_week_is_named_and_nothing_typed_is_lost(self, tilleuls: Clinic, desk: Client) -> None:
        sent = {**AS_NEW, "days_shown": "4", "waiting_span": "90", "required_fields": ["town"]}
        answer = desk.post(page(tilleuls), sent)
        form = answer.context["form"]
        assert (answer.status_code, list(form.errors)) == (422, ["stepping"])
        assert (form["waiting_span"].value(), form["required_fields"].value()) == ("90", ["town"])
        with tilleuls.acting():
            assert options_of(tilleuls.organization, tilleuls.schedule.provider_id)._state.adding

    def test_the_week_is_shut_below_five_days(self, tilleuls: Clinic, desk: Client) -> None:
        def week() -> str:
            html = desk.get(page(tilleuls)).content.decode()
            return html[html.index('value="week"') : html.index("Offered from 5 days shown.")]

        assert " disabled" not in week()
        choose(tilleuls, days_shown=4, stepping="day")
        assert " disabled" in week()

    def test_where_notices_go_is_in_sight(self, tilleuls: Clinic, desk: Client) -> None:
        assert "No e-mail address on this account" in desk.get(page(tilleuls)).content.decode()
        address_the_account(tilleuls)
        assert ACCOUNT in desk.get(page(tilleuls)).content.decode()

    def test_strangers_and_secretaries(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        assert signed_in(tilleuls.staff).get(page(tilleuls)).status_code == 403
        theirs = f"/app/tilleuls/settings/providers/{carpati.schedule.provider_id}/options/"
        assert signed_in(tilleuls.admin).get(theirs).status_code == 404


class TestTheBookingWindow:
    def boxes(self, answer: Any) -> tuple[bool, bool]:
        confirmation = answer.context["confirmation"]
        return confirmation.tell, confirmation.notify

    def test_the_boxes_are_ticked_as_the_options_say(self, tilleuls: Clinic, desk: Client) -> None:
        address_the_account(tilleuls)
        asked = chosen(tilleuls, new="yes")
        assert self.boxes(desk.get(BOOK, asked)) == (True, False)
        choose(tilleuls, notice_added=["email"], immediate_reminder=[])
        assert self.boxes(desk.get(BOOK, asked)) == (False, True)
        assert self.boxes(desk.get(BOOK, {**asked, "part": "drawer"})) == (False, True)

    def test_without_an_address_the_box_is_shut_and_says_why(self, tilleuls: Clinic, desk: Client) -> None:
        choose(tilleuls, notice_added=["email", "message", "sms"], immediate_reminder=["sms"])
        answer = desk.get(BOOK, chosen(tilleuls, new="yes"))
        html = answer.content.decode()
        assert self.boxes(answer) == (False, False)
        for words in (
            "No e-mail address on this account.",
            "No mobile number on this account.",
            "1 person reads it here, at the bell.",
            f"/settings/providers/{tilleuls.schedule.provider_id}/",
        ):
            assert words in html

    def test_nobody_to_read_a_message_shuts_its_box(self, tilleuls: Clinic, desk: Client) -> None:
        with tilleuls.acting():
            tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(is_active=False)
        choose(tilleuls, notice_added=["message"])
        answer = desk.get(BOOK, chosen(tilleuls, new="yes"))
        assert not answer.context["confirmation"].notify_message
        assert "Nobody signs in for this account, and no recipients are chosen." in answer.content.decode()

    def test_each_way_is_ticked_for_the_act_and_leaves(self, tilleuls: Clinic, desk: Client) -> None:
        """CLI-14, CLI-15, CLI-17: by message, e-mail and SMS, and a reminder at once by SMS."""
        with tilleuls.acting():
            tilleuls.organization.providers.update(email=ACCOUNT, phone="+33687654321")
        choose(tilleuls, notice_added=["message", "sms"], immediate_reminder=["sms"])
        boxes = desk.get(BOOK, chosen(tilleuls, new="yes")).context["confirmation"]
        ticked = [
            name for name in ("tell", "tell_sms", "notify", "notify_message", "notify_sms") if getattr(boxes, name)
        ]
        assert ticked == ["tell_sms", "notify_message", "notify_sms"]
        self.send(tilleuls, desk, **dict.fromkeys(ticked, "on"))
        with tilleuls.acting():
            rows = tilleuls.organization.deliveries.order_by("recipient")
            assert [(row.kind, row.medium, row.recipient) for row in rows] == [
                ("appointment_booked", "sms", "+33612345678"),
                ("notice_added", "sms", "+33687654321"),
            ]
            assert tilleuls.organization.notices.count() == 1

    def send(self, clinic: Clinic, desk: Client, **more: Any) -> Any:
        who = {
            "last_name": "Aubrée",
            "first_name": "Clémence",
            "birth_date": "14/03/1987",
            "phone": "06 12 34 56 78",
            "email": "clemence@courriel.example",
        }
        return desk.post(BOOK, {**chosen(clinic, new="yes"), **who, **more})

    @pytest.mark.parametrize(("ticked", "told"), [({"notify": "on"}, ["notice_added"]), ({}, [])])
    def test_what_is_ticked_is_what_leaves(
        self, tilleuls: Clinic, desk: Client, ticked: dict[str, str], told: list[str]
    ) -> None:
        address_the_account(tilleuls)
        choose(tilleuls, notice_added=["email"])
        assert self.send(tilleuls, desk, **ticked).status_code == 302
        assert notices(tilleuls) == told

    def test_required_fields_are_asked_for_and_enforced(self, tilleuls: Clinic, desk: Client) -> None:
        choose(tilleuls, required_fields=["town", "reason"])
        form = desk.get(BOOK, chosen(tilleuls, new="yes")).context["form"]
        assert form.fields["town"].required
        answer = self.send(tilleuls, desk)
        errors = answer.context["form"].errors
        assert (answer.status_code, sorted(errors)) == (422, ["__all__", "town"])
        assert errors["__all__"] == ["Please ask for the reason of the visit: it is required here."]
        assert self.send(tilleuls, desk, town="Angers", reason="Contrôle").status_code == 302

    def test_the_remark_of_the_record_and_that_of_the_visit_are_two(self, tilleuls: Clinic, desk: Client) -> None:
        choose(tilleuls, required_fields=["remark"])
        answer = self.send(tilleuls, desk, visit_remark="Ascenseur en panne")
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["remark"])
        assert self.send(tilleuls, desk, remark="Malentendante", visit_remark="Ascenseur").status_code == 302
        with tilleuls.acting():
            made = tilleuls.organization.appointments.select_related("contact").get()
        assert (made.contact.remark, made.remark) == ("Malentendante", "Ascenseur")

    def test_a_known_record_is_asked_for_what_it_lacks(self, tilleuls: Clinic, desk: Client) -> None:
        choose(tilleuls, required_fields=["birth_date", "town"])
        known = book(tilleuls, at(9)).contact
        form = desk.get(BOOK, chosen(tilleuls, contact=known.id)).context["form"]
        assert list(form.fields) == ["town"]

    def test_moving_and_cancelling_tell_as_ticked(self, tilleuls: Clinic, desk: Client) -> None:
        address_the_account(tilleuls)
        choose(tilleuls, notice_moved=["email"], immediate_reminder=[])
        visit: Appointment = book(tilleuls, at(10))
        here = f"/app/tilleuls/appointments/{visit.id}"
        there = {"schedule": tilleuls.schedule.id, "start": at(11).isoformat()}
        assert self.boxes(desk.get(f"{here}/moving/", there)) == (False, True)
        assert self.boxes(desk.get(f"{here}/cancellation/")) == (True, False)
        desk.post(f"{here}/moving/", {**there, "notify": "on"})
        desk.post(f"{here}/cancellation/", {"notify": "on"})
        assert notices(tilleuls) == ["notice_moved", "notice_deleted"]

    @pytest.mark.parametrize(("options", "told"), [({"notice_moved": ["email"]}, ["notice_moved"]), ({}, [])])
    def test_a_move_by_hand_tells_as_the_options_say(
        self, tilleuls: Clinic, desk: Client, options: dict[str, list[str]], told: list[str]
    ) -> None:
        address_the_account(tilleuls)
        choose(tilleuls, **options)
        visit = book(tilleuls, at(10))
        there = {"schedule": tilleuls.schedule.id, "start": at(11).isoformat()}
        assert desk.post(f"/app/tilleuls/agenda/placing/{visit.id}/", there).status_code == 200
        assert notices(tilleuls) == told


class TestTheOwnAgenda:
    def days(self, client: Client, **asked: Any) -> list[Any]:
        board = client.get(AGENDA, asked).context["board"]
        return [column.day for column in board.columns]

    def test_it_counts_from_the_next_sign_in(self, tilleuls: Clinic, signed_in: Browser) -> None:
        before = signed_in(tilleuls.doctor)
        choose(tilleuls, days_shown=3, stepping="day")
        assert before.get(AGENDA).context["wish"].view == "week"
        client = signed_in(tilleuls.doctor)
        first = client.get(AGENDA).context
        assert (first["wish"].view, len(first["board"].columns)) == ("days", 3)
        assert [column.is_today for column in first["board"].columns] == [True, False, False]

    @pytest.mark.parametrize("shown", [5, 6, 7])
    def test_by_week_it_begins_on_monday_with_so_many_days(
        self, tilleuls: Clinic, signed_in: Browser, shown: int
    ) -> None:
        choose(tilleuls, days_shown=shown, stepping="week")
        monday = coming()
        days = self.days(signed_in(tilleuls.doctor), day=coming(3))
        assert [(day - monday).days for day in days] == list(range(shown))

    def test_one_day_is_today(self, tilleuls: Clinic, signed_in: Browser) -> None:
        choose(tilleuls, days_shown=1, stepping="day")
        context = signed_in(tilleuls.doctor).get(AGENDA).context
        assert [column.is_today for column in context["board"].columns] == [True]

    def test_what_the_address_says_comes_first(self, tilleuls: Clinic, signed_in: Browser) -> None:
        choose(tilleuls, days_shown=3, stepping="day")
        client = signed_in(tilleuls.doctor)
        assert len(self.days(client, view="day")) == 1
        assert len(self.days(client, view="days", days=2)) == 2
        assert len(self.days(client, view="days")) == 3

    def test_the_desks_own_view_is_untouched(self, tilleuls: Clinic, signed_in: Browser) -> None:
        choose(tilleuls, days_shown=2, stepping="day")
        for person in (tilleuls.staff, tilleuls.admin):
            assert signed_in(person).get(AGENDA).context["wish"].view == "week"

    def test_who_became_another_practitioners_member_looks_as_everybody(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        choose(tilleuls, days_shown=2, stepping="day")
        client = signed_in(tilleuls.doctor)
        with tilleuls.acting():
            other = tilleuls.organization.providers.create(
                organization=tilleuls.organization, name="Dr Blin", sort_key="blin"
            )
            tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(provider_id=other.id)
        assert client.get(AGENDA).context["wish"].view == "side"
