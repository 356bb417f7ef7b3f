"""The reminders of a practitioner's account: the form, and what goes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kalends.booking import operations as booking
from kalends.delivery.operations import set_settings
from kalends.notifications.models import ReminderRule
from kalends.notifications.reminders.queries import rules_of
from kalends.organizations.operations import make_provider
from tests.cast import Clinic
from tests.notifications.test_notices import choose, membership_of
from tests.web.staff.desk import Browser, at, book, coming

GOES_OUT = "/app/tilleuls/reminders/"


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def page(clinic: Clinic) -> str:
    return f"/app/tilleuls/settings/providers/{clinic.schedule.provider_id}/reminders/"


def sent(number: int, **fields: Any) -> dict[str, Any]:
    typed = {"state": "off", "medium": "email", "amount": "2", "when": "days:before", **fields}
    return {f"{number}-{name}": value for name, value in typed.items()}


def kept(clinic: Clinic) -> list[ReminderRule]:
    with clinic.acting():
        return rules_of(clinic.organization, clinic.schedule.provider_id)


def test_a_new_account_has_two_that_are_off(tilleuls: Clinic, desk: Client) -> None:
    answer = desk.get(page(tilleuls))
    form = answer.context["form"]
    shown = [(form[f"{n}-state"].value(), form[f"{n}-amount"].value(), form[f"{n}-when"].value()) for n in (1, 2)]
    assert (form.numbers, shown) == ([1, 2], [("off", 2, "days:before"), ("off", 24, "hours:before")])
    assert "reminds you of your appointment on 28/12/2028 at 22:58" in answer.content.decode()


def test_all_of_it_is_kept_and_audited_once(tilleuls: Clinic, desk: Client) -> None:
    wanted = {
        "number": ["1", "2", "3"],
        **sent(1, state="on", medium="both", amount="3", sms_supplement="Merci.", email_supplement="À jeun.\nMerci."),
        **sent(2, state="new", amount="12", when="hours:before", services=[str(tilleuls.service.id)]),
        **sent(3, state="on", amount="1", when="days:after", at="18:30", skips_confirmed="on"),
    }
    assert desk.post(page(tilleuls), wanted).status_code == 302
    first, second, third = kept(tilleuls)
    assert (first.state, first.medium, first.amount, first.unit, first.side) == ("on", "both", 3, "days", "before")
    assert (first.sms_supplement, first.email_supplement) == ("Merci.", "À jeun.\nMerci.")
    assert (second.state, second.amount, second.unit, second.services) == ("new", 12, "hours", [tilleuls.service.id])
    assert (third.side, third.at_minute, third.skips_confirmed) == ("after", 1110, True)
    form = desk.get(page(tilleuls)).context["form"]
    assert (form.numbers, form["3-at"].value().strftime("%H:%M")) == ([1, 2, 3], "18:30")
    assert desk.post(page(tilleuls), wanted).status_code == 302
    lines = [str(line.did) for line in desk.get("/app/tilleuls/audit/").context["lines"]]
    assert lines.count("changed the appointment reminders of a practitioner") == 1


def test_further_reminders_come_and_go(tilleuls: Clinic, desk: Client) -> None:
    assert desk.get(f"{page(tilleuls)}?add=yes").context["form"].numbers == [1, 2, 3]
    three = {"number": ["1", "2", "3"], **sent(1), **sent(2), **sent(3, state="on")}
    desk.post(page(tilleuls), three)
    assert [rule.number for rule in kept(tilleuls)] == [1, 2, 3]
    desk.post(page(tilleuls), {**three, "3-remove": "on"})
    assert [rule.number for rule in kept(tilleuls)] == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "91"}, "1-amount"),
        ({"amount": "337", "when": "hours:before"}, "1-amount"),
        ({"amount": ""}, "1-amount"),
        ({"at": "09:00", "when": "hours:before"}, "1-at"),
        ({"sms_supplement": "x" * 100}, "1-sms_supplement"),
        ({"services": ["01990000-0000-7000-8000-000000000000"]}, "1-services"),
        ({"state": "maybe"}, "1-state"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    tilleuls: Clinic, desk: Client, wrong: dict[str, str], field: str
) -> None:
    typed = {"number": ["1", "2"], **sent(1, **{"email_supplement": "À jeun.", **wrong}), **sent(2)}
    answer = desk.post(page(tilleuls), typed)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, [field])
    assert form["1-email_supplement"].value() == "À jeun."
    assert [rule._state.adding for rule in kept(tilleuls)] == [True, True]


def test_a_supplement_may_fill_the_message_to_the_last_character(tilleuls: Clinic, desk: Client) -> None:
    part = desk.get(page(tilleuls)).context["parts"][0]
    room = 160 - len(part.before)
    for length, status in ((room, 302), (room + 1, 422)):
        typed = {"number": ["1", "2"], **sent(1, sms_supplement="x" * length), **sent(2)}
        assert desk.post(page(tilleuls), typed).status_code == status


def test_the_languages_of_the_patients_count_too(tilleuls: Clinic, carpati: Clinic, desk: Client) -> None:
    """A practice whose page is French only may have patients whose record says English."""
    with tilleuls.acting():
        type(tilleuls.organization).objects.filter(id=tilleuls.id).update(languages=["fr"])

    def texts() -> list[tuple[str, int]]:
        part = desk.get(page(tilleuls)).context["parts"][0]
        assert len(part.before) == max(len(text) for _language, text in part.texts) + 1
        return [(language, len(text)) for language, text in part.texts]

    book(tilleuls, at(10), language="fr")
    book(carpati, at(10), language="ro")
    ((_french, length),) = texts()
    filled = {"number": ["1", "2"], **sent(1, sms_supplement="x" * (160 - length - 1)), **sent(2)}
    assert desk.post(page(tilleuls), filled).status_code == 302
    book(tilleuls, at(11), last="Miller", email="miller@post.example", language="en")
    assert texts() == [("fr", length), ("en", length + 1)]
    assert desk.post(page(tilleuls), filled).status_code == 422


def test_strangers_and_secretaries(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    assert signed_in(tilleuls.staff).get(page(tilleuls)).status_code == 403
    theirs = f"/app/tilleuls/settings/providers/{carpati.schedule.provider_id}/reminders/"
    assert signed_in(tilleuls.admin).get(theirs).status_code == 404


def test_what_goes_out_on_a_day(tilleuls: Clinic, carpati: Clinic, desk: Client) -> None:
    visit = book(tilleuls, at(10))
    day = coming() - timedelta(days=2)
    assert desk.get(GOES_OUT, {"day": day.isoformat()}).context["lines"] == []
    desk.post(page(tilleuls), {"number": ["1", "2"], **sent(1, state="on"), **sent(2)})
    (line,) = desk.get(GOES_OUT, {"day": day.isoformat()}).context["lines"]
    assert (line.hour, line.name, line.provider, line.reminder, line.by) == (
        "10:00",
        "Clémence Aubrée",
        "Dr Hélène Vasseur",
        "Reminder 1",
        ["E-mail"],
    )
    assert line.url == f"/app/tilleuls/appointments/{visit.id}/"
    assert desk.get(GOES_OUT, {"day": (day + timedelta(days=1)).isoformat()}).context["lines"] == []
    with tilleuls.acting():
        assert tilleuls.organization.reminders.count() == 0
        assert tilleuls.organization.audit_entries.filter(act="appointment:list").count() == 3


def test_what_goes_out_to_the_staff_and_to_whom(tilleuls: Clinic, desk: Client) -> None:
    """Until somebody confirms; and where nobody of the staff would be told, that is said."""
    visit = book(tilleuls, at(10))
    day = {"day": (coming() - timedelta(days=2)).isoformat()}
    staff = {"number": ["1", "2"], **sent(1, state="on"), **sent(2, state="on", medium="staff")}
    desk.post(page(tilleuls), staff)
    to_patient, account = desk.get(GOES_OUT, day).context["lines"]
    assert (to_patient.by, to_patient.is_lost) == (["E-mail"], False)
    assert (account.by, account.is_lost) == (["Internal message to Hélène Vasseur"], False)
    with tilleuls.acting():
        tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(is_active=False)
    assert desk.get(GOES_OUT, day).context["lines"][1].is_lost
    choose(tilleuls, recipients=[membership_of(tilleuls, tilleuls.admin).id])
    (_patient, line) = desk.get(GOES_OUT, day).context["lines"]
    assert (line.hour, line.name, line.reminder, line.is_lost) == (
        "10:00",
        "Clémence Aubrée",
        "Reminder 2: not confirmed yet",
        False,
    )
    assert line.by == ["E-mail to admin@tilleuls.example", "Internal message to Inès Barbier"]
    with tilleuls.acting() as now:
        booking.confirm(tilleuls.organization, visit.id, by=tilleuls.patient(), now=now)
    assert [one.reminder for one in desk.get(GOES_OUT, day).context["lines"]] == ["Reminder 1"]


def name_the_account(clinic: Clinic, name: str) -> None:
    with clinic.acting():
        clinic.organization.providers.update(name=name)


def test_a_name_that_makes_messages_dear_is_told_and_a_spelling_offered_never_taken(
    tilleuls: Clinic, desk: Client
) -> None:
    """CLI-24: "François" forces 70 characters; parts and cost are shown, one press takes the other spelling."""
    name_the_account(tilleuls, "Dr François Dupré")
    with tilleuls.acting() as now:
        set_settings(tilleuls.organization, sms_price=729, by=tilleuls.actor(), now=now)
    shown = desk.get(page(tilleuls))
    name, html = shown.context["name"], shown.content.decode()
    assert (name.written, name.forcing, name.offered) == ("Dr François Dupré", "ç", "Dr Francois Dupré")
    assert "<b data-cost>€0.1458</b>" in html
    sent_again = {"number": ["1", "2"], **sent(1), **sent(2), "sms_name": ""}
    desk.post(page(tilleuls), sent_again)
    assert desk.get(page(tilleuls)).context["name"].written == "Dr François Dupré"
    desk.post(page(tilleuls), {**sent_again, "sms_name": "Dr Fr. Dupré, maçon"})
    name = desk.get(page(tilleuls)).context["name"]
    assert (name.written, name.forcing, name.offered) == ("Dr Fr. Dupré, maçon", "ç", "Dr Fr. Dupré, macon")
    desk.post(page(tilleuls), {**sent_again, "take_name": "Dr Francois Dupré"})
    shown = desk.get(page(tilleuls))
    assert (shown.context["name"].written, shown.context["name"].forcing) == ("Dr Francois Dupré", "")
    assert "<b data-cost>€0.0729</b>" in shown.content.decode()
    with tilleuls.acting():
        assert tilleuls.organization.providers.get().name == "Dr François Dupré"


def test_without_a_price_only_the_parts_are_told(tilleuls: Clinic, desk: Client) -> None:
    html = desk.get(page(tilleuls)).content.decode()
    assert ("data-cost" in html, "<b data-parts>1</b>" in html) == (False, True)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "vous rappelle"), ("ro", "vă reamintește"), ("en", "reminds you")]
)
def test_the_mail_is_seen_as_typed_and_nothing_is_saved(
    tilleuls: Clinic, desk: Client, language: str, words: str
) -> None:
    typed = {"number": ["1", "2"], **sent(1, email_supplement="Pour [contact]. <b>Merci</b>"), "language": language}
    answer = desk.post(f"{page(tilleuls)}1/preview/", typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert ("Dr Hélène Vasseur" in html, words in html, "&lt;b&gt;Merci&lt;/b&gt;" in html) == (True, True, True)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert [rule.email_supplement for rule in kept(tilleuls)] == ["", ""]
    with tilleuls.acting():
        assert tilleuls.organization.contacts.count() == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "1 rendez-vous non confirmé"),
        ("ro", "1 programare neconfirmată"),
        ("en", "1 appointment not confirmed"),
    ],
)
def test_what_goes_to_the_staff_is_seen_as_the_staff_reads_it(
    tilleuls: Clinic, desk: Client, language: str, words: str
) -> None:
    typed = {"number": ["1", "2"], **sent(1, medium="staff", email_supplement="À jeun."), "language": language}
    html = desk.post(f"{page(tilleuls)}1/preview/", typed).content.decode()
    assert (words in html, "02 61 91 40 12" in html, "À jeun." in html) == (True, True, False)


def test_an_account_without_an_agenda_has_nothing_to_show(tilleuls: Clinic, desk: Client) -> None:
    with tilleuls.acting() as now:
        other = make_provider(tilleuls.organization, name="Dr Blin", by=tilleuls.actor(), now=now)
    answer = desk.post(f"/app/tilleuls/settings/providers/{other.id}/reminders/1/preview/", {"language": "en"})
    assert "nothing to show yet" in answer.content.decode()
