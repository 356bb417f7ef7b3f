"""Any practitioner: shown by turn, and the appointment says why."""

from __future__ import annotations

from tests.booking.rooms import second_schedule
from tests.cast import Clinic
from tests.web.public.visitor import Visitor
from tests.web.staff.desk import BOOK, Browser, at, book, coming, look, text
from tests.web.staff.test_booking import TYPED

WHY = (
    "Any practitioner; by turn: Dr Roux, 0 appointments in {days} days for a share of 100; "
    "Dr Vasseur, 1 appointment in {days} days for a share of 100."
)


def test_staff_are_shown_whose_turn_it_is_and_why(tilleuls: Clinic, signed_in: Browser) -> None:
    other = second_schedule(tilleuls)
    book(tilleuls, at(9))
    desk = signed_in(tilleuls.staff)
    week = look(desk, {"service": tilleuls.service.id, "day": coming().isoformat()}).context["week"]
    time = next(time for day in week.days for time in day.times if day.date == coming() and time.label == "10:00")
    assert (time.whose, time.others) == ("Dr Roux", 1)
    page = desk.get(time.url)
    sent = {**page.context["said"], "new": "yes", **TYPED}
    answer = desk.post(BOOK, sent, follow=True)
    with tilleuls.acting():
        assert tilleuls.organization.appointments.get(starts_at=at(10)).schedule_id == other.id
    assert WHY.format(days=1) in text(answer)


def test_a_patient_without_preference_comes_to_whose_turn_it_is(tilleuls: Clinic) -> None:
    other = second_schedule(tilleuls)
    book(tilleuls, at(9))
    visitor = Visitor(tilleuls)
    asked = f"provider=anyone&from={coming().isoformat()}"
    form = visitor.get(f"/tilleuls/services/{tilleuls.service.id}/times/?{asked}").form("/holds/")
    assert form.fields["turn"] == "anyone"
    for turn, expected in (("anyone", other.id), ("", tilleuls.schedule.id)):
        time = f"{tilleuls.schedule.id}~{int(at(10).timestamp())}"
        assert visitor.post(form, {"time": time, "turn": turn}).status == 303
        with tilleuls.acting():
            kept = tilleuls.organization.holds.order_by("-created_at").first()
        assert kept is not None
        assert (kept.schedule_id, bool(kept.chosen)) == (expected, turn == "anyone")
