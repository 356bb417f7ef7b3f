"""The waiting list at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Offer, WaitlistEntry
from tests.booking.waiting_list import join, person, switch
from tests.cast import Clinic
from tests.statements import noted
from tests.web.staff.desk import Browser, at, audited, book, notices, text

BASE = "/app/tilleuls/waiting/"
FORM = {"weekdays": ["1", "2"], "from": "09:00", "to": "", "most_a_day": "1", "most_in_all": "3", "rank": "2"}


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Any) -> Browser:
    switch(tilleuls, span=90)
    return signed_in(tilleuls.staff)


def entry(clinic: Clinic) -> WaitlistEntry:
    with clinic.acting():
        return clinic.organization.waitlist.select_related("contact").get()


def offer(clinic: Clinic, **asked: Any) -> Offer:
    with clinic.acting():
        return clinic.organization.offers.get(**asked)


def waits(clinic: Clinic, number: int, **more: Any) -> WaitlistEntry:
    with clinic.acting() as now:
        pass
    who = more.pop("who", None) or person(number)
    return join(clinic, who, now=now - timedelta(hours=10 - number), **more)


def freed(clinic: Clinic) -> None:
    visit = book(clinic, at(10))
    with clinic.acting() as now:
        booking.cancel(clinic.organization, visit.id, by=clinic.actor(), now=now)


def test_somebody_new_is_entered_and_the_end_follows_the_start(tilleuls: Clinic, desk: Browser) -> None:
    page = desk.get(f"{BASE}new/?new=yes&service={tilleuls.service.id}")
    assert page.context["form"]["services"].value() == [str(tilleuls.service.id)]
    assert b'data-span="90"' in page.content
    sent = {**FORM, "new": "yes", "last_name": "Morel", "first_name": "Ana", "services": [tilleuls.service.id]}
    answer = desk.post(f"{BASE}new/", sent)
    assert answer.status_code == 302
    found = entry(tilleuls)
    assert (found.contact.last_name, found.from_minute, found.to_minute, found.weekdays, found.rank) == (
        "Morel", 540, 630, [1, 2], 2,
    )  # fmt: skip
    assert found.source == "staff"
    listed = desk.get(BASE)
    assert [line.name for line in listed.context["lines"]] == ["Morel Ana"]
    assert "9:00 to 10:30" in text(listed)


def test_somebody_known_is_looked_up_and_bad_fields_are_named(tilleuls: Clinic, desk: Browser) -> None:
    visit = book(tilleuls, at(10))
    page = desk.get(f"{BASE}new/?q=aubree")
    (found,) = page.context["found"]
    page = desk.get(found[1])
    assert page.context["contact"].id == visit.contact_id
    sent = {**FORM, "contact": visit.contact_id, "services": [], "from": "23:30", "to": "23:30", "until": "31/12/2026"}
    answer = desk.post(f"{BASE}new/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["services"])
    answer = desk.post(f"{BASE}new/", {**sent, "services": [tilleuls.service.id]})
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["to", "until"])
    assert answer.context["form"]["from"].value() == "23:30"
    answer = desk.post(f"{BASE}new/", {**sent, "services": [tilleuls.service.id], "to": "01:30", "until": ""})
    assert answer.status_code == 302
    assert (entry(tilleuls).from_minute, entry(tilleuls).to_minute) == (1410, 1530)


def test_from_an_appointment_one_waits_for_something_earlier(tilleuls: Clinic, desk: Browser) -> None:
    visit = book(tilleuls, at(10))
    page = desk.get(f"/app/tilleuls/appointments/{visit.id}/")
    url = page.context["acts"]["earlier_url"]
    form = desk.get(url).context["form"]
    sent = {**FORM, "keeps": visit.id, "services": form["services"].value(), "schedules": form["schedules"].value()}
    assert desk.post(f"{BASE}new/", sent).status_code == 302
    assert (entry(tilleuls).keeps_id, entry(tilleuls).valid_until) == (visit.id, visit.local_day)


def test_a_time_is_offered_by_telephone_and_accepted(tilleuls: Clinic, desk: Browser) -> None:
    found = waits(tilleuls, 1)
    page = desk.get(f"{BASE}{found.id}/?schedule={tilleuls.schedule.id}&start={at(10).isoformat().replace('+', '%2B')}")
    assert page.context["wanted"]["may_mail"] is True
    sent = {"schedule": tilleuls.schedule.id, "start": at(10).isoformat(), "by": "phone"}
    answer = desk.post(f"{BASE}{found.id}/offering/", sent, follow=True)
    assert notices(answer) == ["good: Kept for 15 minutes: note the answer here."]
    made = offer(tilleuls)
    assert (made.by_phone, made.starts_at) == (True, at(10))
    answer = desk.post(f"/app/tilleuls/offers/{made.id}/acceptance/", follow=True)
    assert notices(answer) == ["good: Booked from the waiting list."]
    assert answer.context["appointment"].source == "phone"


def test_a_time_is_offered_by_text_message_where_there_is_no_mail(tilleuls: Clinic, desk: Browser) -> None:
    found = waits(tilleuls, 1, who=person(1, email="", phone="+33612345601"))
    new = desk.get(f"{BASE}new/?contact={found.contact_id}")
    assert new.context["only_phone"] is False
    page = desk.get(f"{BASE}{found.id}/?schedule={tilleuls.schedule.id}&start={at(10).isoformat().replace('+', '%2B')}")
    assert [page.context["wanted"][way] for way in ("may_mail", "may_text")] == [False, True]
    assert "Offer by text message" in text(page)
    sent = {"schedule": tilleuls.schedule.id, "start": at(10).isoformat(), "by": "text"}
    answer = desk.post(f"{BASE}{found.id}/offering/", sent, follow=True)
    assert notices(answer) == ["good: Offered by text message."]
    assert [line.by for line in answer.context["offers"]] == ["by text message"]


def test_whom_nothing_reaches_is_only_offered_by_telephone(tilleuls: Clinic, desk: Browser) -> None:
    found = waits(tilleuls, 1, who=person(1, email=""))
    freed(tilleuls)
    assert desk.get(f"{BASE}new/?contact={found.contact_id}").context["only_phone"] is True
    page = desk.get(f"{BASE}{found.id}/?schedule={tilleuls.schedule.id}&start={at(10).isoformat().replace('+', '%2B')}")
    assert [page.context["wanted"][way] for way in ("may_mail", "may_text")] == [False, False]
    assert [row["why"] for row in page.context["passed"]] == [
        "neither e-mails nor text messages reach them: offer by telephone"
    ]
    sent = {"schedule": tilleuls.schedule.id, "start": at(10).isoformat(), "by": "text"}
    answer = desk.post(f"{BASE}{found.id}/offering/", sent, follow=True)
    assert notices(answer) == ["bad: Neither e-mails nor text messages reach this patient: please offer by telephone."]


def test_an_open_offer_is_shown_and_withdrawn(tilleuls: Clinic, desk: Browser) -> None:
    waits(tilleuls, 1)
    waits(tilleuls, 2)
    freed(tilleuls)
    lines = desk.get(BASE).context["lines"]
    assert [(line.name, line.offer is not None) for line in lines] == [
        ("Nom1 Clémence", True),
        ("Nom2 Clémence", False),
    ]
    answer = desk.post(lines[0].offer.withdraw_url, follow=True)
    assert notices(answer) == ["good: The offer is withdrawn, and the time is free."]
    assert offer(tilleuls).status == "withdrawn"
    assert [line["who"] for line in audited(tilleuls, "waiting:withdraw")] == ["Nadia Kerjean"]


def test_withdrawn_in_favour_of_the_next(tilleuls: Clinic, desk: Browser) -> None:
    waits(tilleuls, 1)
    second = waits(tilleuls, 2)
    freed(tilleuls)
    desk.post(f"/app/tilleuls/offers/{offer(tilleuls).id}/withdrawal/", {"next": "yes"})
    assert offer(tilleuls, status="open").entry_id == second.id


def test_declining_and_leaving(tilleuls: Clinic, desk: Browser) -> None:
    found = waits(tilleuls, 1)
    freed(tilleuls)
    desk.post(f"/app/tilleuls/offers/{offer(tilleuls).id}/declining/")
    page = desk.get(f"{BASE}{found.id}/")
    assert [line.state for line in page.context["offers"]] == ["declined"]
    assert [row["why"] for row in page.context["passed"]] == ["was offered this time before"]
    desk.post(f"{BASE}{found.id}/leaving/")
    assert entry(tilleuls).status == "withdrawn"
    assert (desk.get(BASE).context["lines"], len(desk.get(f"{BASE}?status=all").context["lines"])) == ([], 1)


def test_an_entry_is_changed(tilleuls: Clinic, desk: Browser) -> None:
    found = waits(tilleuls, 1, from_minute=1410, to_minute=1530)
    form = desk.get(f"{BASE}{found.id}/").context["form"]
    assert (form["from"].value(), form["to"].value()) == ("23:30", "01:30")
    sent = {**FORM, "services": [tilleuls.service.id], "until": found.valid_until.isoformat(), "note": "Le matin"}
    assert desk.post(f"{BASE}{found.id}/", sent).status_code == 302
    assert (entry(tilleuls).from_minute, entry(tilleuls).to_minute, entry(tilleuls).note) == (540, 630, "Le matin")


def test_booking_into_an_offered_time_says_to_whom_it_is_offered(tilleuls: Clinic, desk: Browser) -> None:
    waits(tilleuls, 1)
    freed(tilleuls)
    with tilleuls.acting():
        known = tilleuls.organization.contacts.get(last_name="Aubrée")
    sent = {
        "service": tilleuls.service.id,
        "schedule": tilleuls.schedule.id,
        "start": at(10).isoformat(),
        "contact": known.id,
    }
    answer = desk.post("/app/tilleuls/book/", sent)
    assert answer.status_code == 409
    assert "This time is offered to Clémence Nom1 from the waiting list until" in text(answer)


def test_filters(tilleuls: Clinic, desk: Browser) -> None:
    waits(tilleuls, 1)
    for query, count in (
        (f"service={tilleuls.service.id}", 1),
        (f"schedule={tilleuls.schedule.id}", 1),
        ("service=00000000-0000-0000-0000-000000000000", 0),
    ):
        assert len(desk.get(f"{BASE}?{query}").context["lines"]) == count


def test_others_entries_and_offers_do_not_exist(tilleuls: Clinic, carpati: Clinic, desk: Browser) -> None:
    switch(carpati)
    theirs = waits(carpati, 1)
    freed(carpati)
    other = offer(carpati)
    assert desk.get(f"{BASE}{theirs.id}/").status_code == 404
    for page in (f"waiting/{theirs.id}/leaving/", f"offers/{other.id}/acceptance/", f"offers/{other.id}/withdrawal/"):
        assert desk.post(f"/app/tilleuls/{page}").status_code == 404
    assert offer(carpati).status == "open"


def test_a_practitioner_without_the_right_sees_no_list(tilleuls: Clinic, signed_in: Any) -> None:
    switch(tilleuls)
    assert signed_in(tilleuls.doctor).get(BASE).status_code == 403


def test_the_number_of_questions_does_not_grow_with_the_list(tilleuls: Clinic, desk: Browser) -> None:
    desk.get(BASE)
    waits(tilleuls, 1)
    with noted() as few:
        desk.get(BASE)
    for number in range(2, 9):
        waits(tilleuls, number)
    with noted() as many:
        assert len(desk.get(BASE).context["lines"]) == 8
    assert len(many) == len(few)


def test_the_list_is_switched_on_for_each_practitioner(tilleuls: Clinic, signed_in: Any) -> None:
    browser = signed_in(tilleuls.admin)
    url = f"/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/options/"
    rest = {"days_shown": "7", "stepping": "week", "immediate_reminder": ["email"]}
    assert browser.get(url).context["form"]["waiting_span"].value() == 120
    answer = browser.post(url, {**rest, "waiting_list": "on", "waiting_span": "10"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["waiting_span"])
    assert browser.post(url, {**rest, "waiting_list": "on", "waiting_span": "60"}).status_code == 302
    waits(tilleuls, 1)
    freed(tilleuls)
    assert browser.post(url, {**rest, "waiting_span": "60"}).status_code == 302
    with tilleuls.acting():
        lines = list(tilleuls.organization.audit_entries.filter(act="provider:options").order_by("at"))
    assert [line.after for line in lines] == [
        {"waiting_list": True, "waiting_span": 60, "open_offers": 0},
        {"waiting_list": False, "open_offers": 1},
    ]
