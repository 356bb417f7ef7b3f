"""Repeating an appointment at the desk."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, audited, book, coming, notices, text

ASKED = {"every": "1", "unit": "week", "count": "4", "until": "", "policy": "skip"}


def test_dates_are_shown_first_then_booked(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.staff)
    visit = book(tilleuls, at(9))
    book(tilleuls, at(9, day=coming() + timedelta(weeks=2)), last="Autre", email="autre@courriel.example", phone="")
    page = f"/app/tilleuls/appointments/{visit.id}/repetition/"
    assert f'href="{page}"' in desk.get(f"/app/tilleuls/appointments/{visit.id}/").content.decode()
    shown = desk.get(page, ASKED)
    assert [(row.number, row.is_made, row.why) for row in shown.context["rows"]] == [
        (2, True, ""),
        (3, False, "this time is taken"),
        (4, True, ""),
    ]
    assert audited(tilleuls, "series:make") == []
    answer = desk.post(page, {**ASKED, "tell": "on"}, follow=True)
    assert notices(answer) == ["good: 2 dates are booked."]
    assert [(row.number, row.is_made) for row in answer.context["rows"]] == [
        (1, True),
        (2, True),
        (3, False),
        (4, True),
    ]
    assert text(answer).count("Try again") == 1


def test_a_date_that_is_left_out_is_tried_again_and_the_rest_cancelled(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    visit = book(tilleuls, at(9))
    second = book(tilleuls, at(9, day=coming() + timedelta(weeks=1)), last="Autre", email="autre@a.example", phone="")
    page = f"/app/tilleuls/appointments/{visit.id}/repetition/"
    made = desk.post(page, {**ASKED, "count": "3"}, follow=True)
    (add_url,) = [row.add_url for row in made.context["rows"] if row.add_url]
    refused = desk.post(add_url, follow=True)
    assert len(notices(refused)) == 1
    desk.post(f"/app/tilleuls/appointments/{second.id}/cancellation/", {"reason": ""})
    added = desk.post(add_url, follow=True)
    assert [row.is_made for row in added.context["rows"]] == [True, True, True]
    rest = added.context["cancel_url"]
    assert len(desk.get(rest).context["visits"]) == 3
    cancelled = desk.post(rest, {"reason": "Guéri"}, follow=True)
    assert notices(cancelled) == ["good: 3 appointments are cancelled."]
    assert all(row.cancelled for row in cancelled.context["rows"])


def test_nothing_to_book_is_said_and_nothing_typed_is_lost(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    visit = book(tilleuls, at(9))
    page = f"/app/tilleuls/appointments/{visit.id}/repetition/"
    wrong = desk.get(page, {**ASKED, "every": "99"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["every"])
    endless = desk.get(page, {**ASKED, "count": ""})
    assert endless.context["form"].errors == {"count": ["Please say how many dates, or until when."]}
