"""A taken time at the desk: who sits there is named, and those who may book it all the same with a reason."""

from __future__ import annotations

from typing import Any

from tests.cast import Clinic
from tests.web.staff.desk import BOOK, Browser, again, at, book, chosen, coming, look, text

PERSON = {
    "last_name": "Blot",
    "first_name": "Marie",
    "birth_date": "1980-01-02",
    "phone": "06 11 22 33 44",
    "email": "m@b.example",
}


def typed(clinic: Clinic, **more: Any) -> dict[str, Any]:
    return {**chosen(clinic), "new": "yes", **PERSON, **more}


def test_the_clash_is_named_and_asked_about(tilleuls: Clinic, signed_in: Browser) -> None:
    book(tilleuls, at(10))
    page = text(look(signed_in(tilleuls.admin), chosen(tilleuls)))
    assert "10:00 to 10:30: Aubrée Clémence, Consultation" in page
    assert "Book all the same" in page


def test_those_without_the_right_see_no_name_and_no_button(tilleuls: Clinic, signed_in: Browser) -> None:
    book(tilleuls, at(10))
    page = text(look(signed_in(tilleuls.staff), chosen(tilleuls)))
    assert ("Aubrée" in page, "Book all the same" in page) == (False, False)
    sent = typed(tilleuls, overbook="yes", overbooking_reason="Urgence")
    assert signed_in(tilleuls.staff).post(BOOK, sent).status_code in (200, 403)
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1


def test_a_reason_is_asked_for_and_nothing_is_lost(tilleuls: Clinic, signed_in: Browser) -> None:
    book(tilleuls, at(10))
    client = signed_in(tilleuls.admin)
    answer = client.post(BOOK, typed(tilleuls, overbook="yes"))
    assert answer.status_code == 422
    assert "Please say why this taken time is booked all the same." in text(answer)
    assert 'value="Blot"' in answer.content.decode()
    done = client.post(BOOK, typed(tilleuls, overbook="yes", overbooking_reason="Urgence"), follow=True)
    assert "Overbooked: Urgence" in text(done)


def test_who_loses_the_race_can_say_why_at_once(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    book(tilleuls, at(10))
    answer = client.post(BOOK, typed(tilleuls))
    assert "Why it is booked all the same" in text(answer) or "Book all the same" in text(answer)


def test_moving_into_a_taken_time(tilleuls: Clinic, signed_in: Browser) -> None:
    book(tilleuls, at(10))
    moved = book(tilleuls, at(11), last="Blot", first="Marie", email="m@b.example", phone="")
    client, path = signed_in(tilleuls.admin), f"/app/tilleuls/appointments/{moved.id}/moving/"
    where = {"schedule": str(tilleuls.schedule.id), "start": at(10).isoformat()}
    assert "Move there all the same" in text(client.get(path, where))
    page = text(client.get(path, {**where, "overbook": "yes"}))
    assert "10:00 to 10:30: Aubrée Clémence, Consultation" in page
    assert client.post(path, {**where, "overbook": "yes"}).status_code == 422
    client.post(path, {**where, "overbook": "yes", "overbooking_reason": "Urgence"})
    assert (again(tilleuls, moved).starts_at, again(tilleuls, moved).is_overbooked) == (at(10), True)


def test_the_list_can_show_nothing_but_what_is_overbooked(tilleuls: Clinic, signed_in: Browser) -> None:
    client, here = signed_in(tilleuls.admin), f"/app/tilleuls/?day={coming().isoformat()}&only=overbooked"
    book(tilleuls, at(10))
    assert "Nothing is overbooked on this day" in text(client.get(here))
    client.post(BOOK, typed(tilleuls, overbook="yes", overbooking_reason="Urgence"))
    shown = client.get(here)
    assert [line.name for line in shown.context["day"].agendas[0].lines] == ["Blot Marie"]
    assert "Overbooked: Urgence" in text(shown)
    assert "only=overbooked" not in shown.context["overbooked_url"]
    assert "only=overbooked" in shown.context["next_url"]
    everything = client.get(shown.context["overbooked_url"]).context["day"].agendas[0]
    assert [line.name for line in everything.lines if line.kind == "visit"] == ["Aubrée Clémence", "Blot Marie"]
