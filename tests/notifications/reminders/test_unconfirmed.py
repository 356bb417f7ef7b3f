"""A reminder that goes to the staff: who has not confirmed by a given time before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.delivery import letters
from kalends.delivery.letters import NothingToSay
from kalends.delivery.models import Delivery
from kalends.foundation.errors import Invalid
from kalends.notifications.reminders.withdrawing import NO_LONGER
from tests.cast import Clinic, at
from tests.notifications.reminders.test_planning import DAY, HOUR, WEDNESDAY, book, cancel, look, move, remind
from tests.notifications.test_notices import choose, membership_of
from tests.web.staff.desk import Browser, text

STAFF: dict[str, Any] = {"state": "on", "medium": "staff", "amount": 1, "unit": "days", "at_minute": 8 * 60}
DUE = at(8, day=WEDNESDAY) - DAY
BLOT: dict[str, Any] = {"last": "Blot", "first": "Marie", "email": "m@b.example", "phone": ""}


def told(clinic: Clinic) -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.filter(kind="notice_unconfirmed").order_by("id"))


def written(clinic: Clinic, mail: Delivery) -> str:
    with clinic.acting():
        found = letters.look_up(clinic.organization, [mail])
    letter = letters.write(clinic.organization, mail, found)
    return f"{letter.subject}\n{letter.text}"


def confirm(clinic: Clinic, visit: Any) -> None:
    with clinic.acting() as now:
        booking.confirm(clinic.organization, visit.id, by=clinic.patient(), now=now)


@pytest.fixture(autouse=True)
def _admin_is_told(tilleuls: Clinic) -> None:
    choose(tilleuls, recipients=[membership_of(tilleuls, tilleuls.admin).id])


def test_one_message_of_all_that_nobody_has_confirmed(tilleuls: Clinic, signed_in: Browser) -> None:
    remind(tilleuls, _1=STAFF)
    book(tilleuls)
    book(tilleuls, 11, **BLOT)
    confirm(tilleuls, book(tilleuls, 14, last="Noir", first="Luc", email="l@b.example", phone=""))
    look(DUE - HOUR)
    assert told(tilleuls) == []
    look(DUE, DUE, DUE + HOUR, DUE + 3 * HOUR)
    (mail,) = told(tilleuls)
    assert (mail.recipient, mail.useless_after) == (tilleuls.admin.email, at(11, day=WEDNESDAY))
    said = written(tilleuls, mail)
    assert said.startswith("2 appointments not confirmed · ")
    assert [word in said for word in ("Clémence Aubrée", "06 12 34 56 78", "Marie Blot", "Luc Noir")] == [
        True,
        True,
        True,
        False,
    ]
    assert [word in said.splitlines()[0] for word in ("Aubrée", "Blot")] == [False, False]
    with tilleuls.acting():
        assert tilleuls.organization.deliveries.filter(kind="reminder").count() == 0
    page = text(signed_in(tilleuls.admin).get("/app/tilleuls/notices/"))
    assert "Not confirmed yet" in page
    assert "Clémence Aubrée, Marie Blot" in page


def test_who_confirms_before_it_leaves_is_not_in_it(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=STAFF)
    first, second = book(tilleuls), book(tilleuls, 11, **BLOT)
    look(DUE)
    confirm(tilleuls, first)
    assert written(tilleuls, told(tilleuls)[0]).startswith("1 appointment not confirmed · ")
    confirm(tilleuls, second)
    (mail,) = told(tilleuls)
    assert (mail.state, mail.reason) == ("aborted", NO_LONGER)
    mail.state = "queued"
    with pytest.raises(NothingToSay):
        written(tilleuls, mail)


def test_moved_it_is_told_of_anew_and_cancelled_never(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=STAFF)
    first, second = book(tilleuls), book(tilleuls, 11, **BLOT)
    cancel(tilleuls, second, now=DUE - HOUR)
    look(DUE)
    move(tilleuls, first, 15, day=WEDNESDAY + DAY, now=DUE + HOUR)
    look(DUE + DAY)
    assert [row.useless_after for row in told(tilleuls)] == [at(10, day=WEDNESDAY), at(15, day=WEDNESDAY + DAY)]


def test_patients_have_reminders_of_their_own_beside_it(tilleuls: Clinic) -> None:
    """At the same time too: it is no second reminder."""
    patient = {"state": "on", "medium": "email", "amount": 1, "unit": "days", "at_minute": 8 * 60}
    remind(tilleuls, _1=patient, _2=STAFF)
    book(tilleuls)
    look(DUE)
    with tilleuls.acting():
        kinds = sorted(
            tilleuls.organization.deliveries.filter(kind__in=["reminder", "notice_unconfirmed"]).values_list(
                "kind", "recipient"
            )
        )
    assert kinds == [("notice_unconfirmed", tilleuls.admin.email), ("reminder", "clemence@courriel.example")]


def test_after_the_visit_there_is_nothing_to_confirm(tilleuls: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        remind(tilleuls, _1={**STAFF, "side": "after"})
    assert [(one.field, one.message) for one in refused.value.errors] == [
        ("1.side", "Who has not confirmed is told before the appointment only.")
    ]


def test_by_hours_each_at_its_own_time(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={"state": "on", "medium": "staff", "amount": 3, "unit": "hours"})
    book(tilleuls)
    book(tilleuls, 14, **BLOT)
    look(at(7, day=WEDNESDAY), at(11, day=WEDNESDAY), at(11, day=WEDNESDAY) + timedelta(minutes=1))
    assert [written(tilleuls, mail).splitlines()[0][:27] for mail in told(tilleuls)] == [
        "1 appointment not confirmed"
    ] * 2
