"""Examination notifications > Notification settings: one page, one button."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kalends.notifications.institution.queries import settings_of
from kalends.notifications.models import NotificationSettings
from tests.cast import Clinic
from tests.notifications.test_internal import call_by
from tests.notifications.test_notices import cancel, choose, move
from tests.notifications.test_operations import book
from tests.web.staff.desk import Browser, audited, text

PAGE = "/app/tilleuls/settings/notifications/"
DESK, NIGHT = "receptie@arcada.example", "noapte@arcada.example"


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def typed(**fields: Any) -> dict[str, Any]:
    usual = {"cancellation_mode": "late", "cancellation_hours": "24", "payment_hours": "48"}
    return {"version": "0", **usual, **fields}


def kept(clinic: Clinic) -> NotificationSettings:
    with clinic.acting():
        return settings_of(clinic.organization)


def test_a_new_organization_tells_nobody(tilleuls: Clinic, desk: Client) -> None:
    form = desk.get(PAGE).context["form"]
    shown = [form[name].value() for name in ("booking_emails", "cancellation_emails", "cancellation_mode")]
    assert (shown, form["cancellation_hours"].value()) == (["", "", "late"], 24)


def test_it_stands_in_the_menu_under_its_own_head(tilleuls: Clinic, desk: Client) -> None:
    groups = {group.title: [link.label for link in group.links] for group in desk.get(PAGE).context["places"]}
    assert groups["Examination notifications"] == [
        "Notification settings",
        "Reminders: what goes out",
        "Deliveries",
    ]


def test_all_of_it_is_saved_at_once(tilleuls: Clinic, desk: Client) -> None:
    sent = typed(
        booking_emails=f"{DESK}\r\n{NIGHT}, Receptie@arcada.example",
        booking_locations=[str(tilleuls.schedule.location_id)],
        booking_services=[str(tilleuls.service.id)],
        booking_minimal="on",
        cancellation_emails=NIGHT,
        cancellation_mode="held",
        cancellation_hours="48",
        payment_emails=DESK,
        payment_hours="72",
    )
    answer = desk.post(PAGE, sent, follow=True)
    assert "Saved." in text(answer)
    now = kept(tilleuls)
    assert (now.booking_emails, now.booking_minimal, now.version) == ([DESK, NIGHT], True, 1)
    assert (now.booking_locations, now.booking_services) == ([tilleuls.schedule.location_id], [tilleuls.service.id])
    assert (now.cancellation_emails, now.cancellation_mode, now.cancellation_hours) == ([NIGHT], "held", 48)
    (line,) = audited(tilleuls, "notices:set")
    assert (line["who"], line["booking_emails"]) == ("Inès Barbier", [DESK, NIGHT])
    assert json.loads(answer.context["saved_values"]) == {
        "version": ["1"],
        "booking_emails": [DESK, NIGHT],
        "booking_locations": [str(tilleuls.schedule.location_id)],
        "booking_services": [str(tilleuls.service.id)],
        "booking_minimal": ["on"],
        "cancellation_emails": [NIGHT],
        "cancellation_mode": ["held"],
        "cancellation_hours": ["48"],
        "payment_emails": [DESK],
        "payment_hours": ["72"],
    }


def test_one_bad_address_refuses_the_save_by_name_and_keeps_the_rest(tilleuls: Clinic, desk: Client) -> None:
    sent = typed(
        booking_emails=DESK,
        booking_minimal="on",
        cancellation_emails=f"{NIGHT}\nasistente@arcada",
        cancellation_hours="9",
    )
    answer = desk.post(PAGE, sent)
    assert answer.status_code == 422
    (sentence,) = answer.context["form"].errors["cancellation_emails"]
    assert sentence == "“asistente@arcada” is not a complete address: the part after the dot is missing."
    lists = answer.context["lists"]
    assert (lists["cancellation_emails"].bad, lists["booking_emails"].bad) == ("asistente@arcada", "")
    assert answer.context["form"]["cancellation_emails"].value() == f"{NIGHT}\nasistente@arcada"
    assert answer.context["form"]["booking_minimal"].value()
    assert answer.context["note"] == "something is to be corrected in part 3"
    assert kept(tilleuls)._state.adding


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cancellation_hours": ""}, "cancellation_hours"),
        ({"cancellation_hours": "0"}, "cancellation_hours"),
        ({"cancellation_hours": "721"}, "cancellation_hours"),
        ({"cancellation_hours": "soon"}, "cancellation_hours"),
        ({"cancellation_mode": "never"}, "cancellation_mode"),
        ({"payment_hours": "0"}, "payment_hours"),
        ({"booking_services": ["01990000-0000-7000-8000-000000000000"]}, "booking_services"),
        ({"booking_emails": "x\x00@arcada.example"}, "booking_emails"),
        ({"booking_emails": " ".join(f"a{n}@arcada.example" for n in range(201))}, "booking_emails"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_saved(
    tilleuls: Clinic, desk: Client, wrong: dict[str, Any], field: str
) -> None:
    answer = desk.post(PAGE, typed(cancellation_emails=DESK) | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["cancellation_emails"].value() == DESK
    assert kept(tilleuls)._state.adding


def test_who_saves_second_is_told_and_may_save_knowingly(tilleuls: Clinic, desk: Client) -> None:
    desk.post(PAGE, typed(booking_emails=DESK))
    answer = desk.post(PAGE, typed(booking_emails=NIGHT))
    assert answer.status_code == 409
    assert "Somebody else has saved these settings meanwhile." in text(answer)
    assert (kept(tilleuls).booking_emails, answer.context["form"]["version"].value()) == ([DESK], "1")
    desk.post(PAGE, typed(booking_emails=NIGHT, version="1"))
    assert kept(tilleuls).booking_emails == [NIGHT]


def test_blind_copies_are_a_list_that_is_managed_address_by_address(tilleuls: Clinic, desk: Client) -> None:
    rows = {
        "copy-0-email": "arhiva@arcada.example",
        "copy-0-on": "on",
        "copy-0-kinds": ["bookings", "reminders"],
        "copy-1-email": "veche@arcada.example",
        "copy-1-kinds": ["bookings"],
        "copy-2-email": "  ",
    }
    added = desk.post(PAGE, typed(**rows, add_copy="1"))
    assert (added.status_code, [row.email for row in added.context["copies"]][-1], kept(tilleuls).version) == (
        200,
        "",
        0,
    )
    removed = desk.post(PAGE, typed(**rows, remove_copy="1"))
    assert [row.email for row in removed.context["copies"]] == ["arhiva@arcada.example"]
    assert desk.post(PAGE, typed(**rows)).status_code == 302
    assert kept(tilleuls).copies == [
        {"email": "arhiva@arcada.example", "on": True, "kinds": ["bookings", "reminders"]},
        {"email": "veche@arcada.example", "on": False, "kinds": ["bookings"]},
    ]


def test_a_bad_copy_is_named_in_its_row(tilleuls: Clinic, desk: Client) -> None:
    rows = {"copy-0-email": "arhiva@arcada.example", "copy-0-on": "on", "copy-0-kinds": "bookings"}
    more = {"copy-7-email": "calitate@arcada", "copy-7-on": "on", "copy-7-kinds": "bookings"}
    answer = desk.post(PAGE, typed(**rows, **more))
    errors = [row.error for row in answer.context["copies"]]
    assert (answer.status_code, errors[0], "“calitate@arcada”" in errors[1]) == (422, "", True)
    assert (answer.context["note"], kept(tilleuls).version) == ("something is to be corrected in part 2", 0)


def test_secretaries_and_strangers(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    assert signed_in(tilleuls.staff).get(PAGE).status_code == 403
    assert signed_in(carpati.admin).get(PAGE).status_code == 404


PREVIEW, MESSAGE = f"{PAGE}preview/", f"{PAGE}message/"


def test_the_preview_follows_what_is_typed_and_saves_nothing(tilleuls: Clinic, desk: Client) -> None:
    sent = typed(booking_emails=f"{DESK} x@y", cancellation_emails=NIGHT, preview="cancelled", preview_hours="7")
    answer = desk.post(PREVIEW, sent)
    shown = answer.context["preview"]
    gets = [(row.line.address, row.what, row.line.why, row.is_new) for row in shown["gets"]]
    assert gets == [
        ("claire.exemple@patient.example", "E-mail to the patient", "is the patient", False),
        (NIGHT, "E-mail to the institution", "part 3: less than 24 hours before", True),
    ]
    assert [(row.line.address, row.line.why, row.is_new) for row in shown["nothing"]] == [
        (DESK, "part 1 tells of bookings and moves only", True),
        ("x@y", "part 1 cannot be saved", True),
    ]
    assert kept(tilleuls)._state.adding


def test_without_scripts_the_same_page_shows_it(tilleuls: Clinic, desk: Client) -> None:
    answer = desk.post(PAGE, typed(booking_emails=DESK, preview="moved", look="1"))
    assert (answer.status_code, answer.context["wish"].event) == (200, "moved")
    assert [row.line.address for row in answer.context["preview"]["gets"]][1:] == [DESK]
    assert "Not saved yet." in text(answer)
    assert kept(tilleuls)._state.adding


def test_a_wish_that_cannot_be_read_is_as_usual(tilleuls: Clinic, desk: Client) -> None:
    sent = typed(preview="x", preview_hours="no", preview_schedule="x", preview_service="x", cancellation_hours="")
    wish = desk.post(PREVIEW, sent).context["wish"]
    assert (wish.event, wish.hours, wish.schedule.id) == ("booked", 7, tilleuls.schedule.id)


def test_without_an_agenda_there_is_no_example(tilleuls: Clinic, desk: Client) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(is_active=False)
    assert "an example stands here" in text(desk.get(PAGE))
    assert desk.get(MESSAGE, {"to": "patient"}).status_code == 404


def test_the_message_can_be_seen(tilleuls: Clinic, desk: Client) -> None:
    url = desk.post(PREVIEW, typed(booking_emails=DESK, booking_minimal="on")).context["preview"]["gets"][-1].url
    page = desk.get(url)
    assert "Claire" not in page.context["letter"].text
    assert page.context["letter"].subject.startswith("Nouveau rendez-vous")
    alone = desk.get(page.context["alone_url"])
    assert alone["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<title>Nouveau rendez-vous</title>" in alone.content.decode()
    assert desk.get(MESSAGE, {"to": "nobody"}).status_code == 400


def test_what_the_options_of_the_practitioner_say_is_shown_by_each_way_as_it_happens(
    tilleuls: Clinic, desk: Client
) -> None:
    """The preview's answer, then what a booking, its move and its cancelling really leave behind."""
    account = "vasseur@tilleuls.example"
    call_by(tilleuls, "+33687654321")
    with tilleuls.acting():
        tilleuls.organization.providers.update(email=account)
    ways = {"notice_added": ["message", "sms"], "notice_moved": ["email"], "immediate_reminder": ["sms"]}
    choose(tilleuls, **ways)
    why = "the options of the practitioner say so"
    patient = ("claire.exemple@patient.example", "E-mail to the patient", "is the patient")
    texted = ("the patient’s mobile number", "SMS to the patient", why)
    expected = {
        "booked": [
            patient,
            texted,
            ("Hélène Vasseur", "Message to the practitioner", why),
            ("06 87 65 43 21", "SMS to the practitioner", why),
        ],
        "moved": [patient, texted, (account, "E-mail to the practitioner", why)],
        "cancelled": [patient],
    }
    pages = {event: desk.post(PREVIEW, typed(preview=event)).context["preview"]["gets"] for event in expected}
    assert {
        event: [(row.line.address, row.what, row.line.why) for row in gets] for event, gets in pages.items()
    } == expected
    visit = book(tilleuls)
    move(tilleuls, visit, 11)
    cancel(tilleuls, visit)
    with tilleuls.acting():
        left = tilleuls.organization.deliveries.order_by("id").values_list("kind", "medium", "recipient")
        assert sorted(left) == [
            ("appointment_booked", "email", "clemence@courriel.example"),
            ("appointment_booked", "sms", "+33612345678"),
            ("appointment_cancelled", "email", "clemence@courriel.example"),
            ("appointment_moved", "email", "clemence@courriel.example"),
            ("appointment_moved", "sms", "+33612345678"),
            ("notice_added", "sms", "+33687654321"),
            ("notice_moved", "email", account),
        ]
        assert [notice.kind for notice in tilleuls.organization.notices.all()] == ["notice_added"]
    told = [row.url and text(desk.get(row.url)) for row in pages["booked"]]
    assert [("Dr Hélène Vasseur vous rappelle" in told[1], told[2], "Nouveau rendez-vous: " in told[3])] == [
        (True, "", True)
    ]
    assert desk.get(MESSAGE, {"to": "institution", "by": "sms"}).status_code == 404
