"""LIM and TEL: which text messages never leave, and how many may."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from kalends.delivery import numbers, walls
from kalends.delivery.models import TextTally
from kalends.delivery.operations import guarding, set_settings
from kalends.foundation.database import tenancy
from tests.cast import Clinic
from tests.delivery.texting import row, send, text
from tests.web.staff.desk import Browser

NUMBER = "+33612345601"
FATES = {"answer": "suppressed", "news": "queued", "unasked": "queued"}


def decide(clinic: Clinic, **fields: Any) -> None:
    with clinic.acting() as now:
        set_settings(clinic.organization, by=clinic.actor(), now=now, **fields)


def states(clinic: Clinic, ids: list[UUID]) -> Counter[str]:
    return Counter(row(clinic, id).state for id in ids)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+33899123456", numbers.DEAR),
        ("+33810123456", numbers.DEAR),
        ("+19005551234", numbers.DEAR),
        ("+18005551234", numbers.DEAR),
        ("+40906123456", numbers.DEAR),
        ("+979123456789", numbers.NOWHERE),
        ("+881612345678", numbers.NOWHERE),
        ("+882161234567", numbers.NOWHERE),
        ("+870773111632", numbers.NOWHERE),
        ("+8835100012345", numbers.NOWHERE),
        ("+99912345678", numbers.NONE),
        ("+33639984101", numbers.NONE),
        ("+33700000000", numbers.NONE),
        ("+3315", numbers.NONE),
        ("+333646", numbers.NONE),
        ("+33145000002", numbers.LANDLINE),
        ("+40722123456", numbers.CLOSED),
        ("+262692123456", numbers.CLOSED),
        ("+18763456789", numbers.CLOSED),
        (NUMBER, ""),
    ],
)
def test_lim_02_tel_04_what_is_never_written_to(tilleuls: Clinic, number: str, why: str) -> None:
    """Whatever is opened: nothing dear, nothing of no country, nothing that no network has given out."""
    assert numbers.refusal(number, opened={"FR"}) == why
    if why != numbers.CLOSED:
        assert numbers.refusal(number, opened=numbers.COUNTRIES) == why
    id = text(tilleuls, number)
    send()
    found = row(tilleuls, id)
    assert (found.state, found.reason) == (("failed", why) if why else ("sent", ""))


def test_lim_02_countries_are_closed_until_they_are_opened(tilleuls: Clinic, carpati: Clinic) -> None:
    romanian = "+40722123456"
    ids = [text(tilleuls, romanian), text(carpati, romanian)]
    send()
    assert [row(*one).state for one in zip((tilleuls, carpati), ids, strict=True)] == ["failed", "sent"]
    decide(tilleuls, text_countries="ro, be")
    again = text(tilleuls, romanian)
    send()
    assert row(tilleuls, again).state == "sent"


def test_sms_10_where_no_names_are_shown_a_name_does_not_leave(tilleuls: Clinic, settings: Any) -> None:
    decide(tilleuls, text_countries="CA")
    settings.SMS_URL = "kannel://us:x@127.0.0.1:1?from=Tilleuls"
    id = text(tilleuls, "+15145550104")
    send()
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("failed", guarding.NO_NAMES)


@pytest.mark.parametrize("nature", FATES)
def test_lim_03_one_number_asked_four_times_in_ten_minutes(tilleuls: Clinic, carpati: Clinic, nature: str) -> None:
    """Over all organizations. What answers an act is refused, what was planned waits."""
    decide(carpati, text_countries="FR", sms_quiet_from=None, sms_quiet_until=None)
    for clinic in (tilleuls, carpati, tilleuls):
        assert states(clinic, [text(clinic, NUMBER)]) == {"queued": 1}
        send()
    fourth, other = text(carpati, NUMBER, nature=nature), text(carpati, "+33612345602", nature=nature)
    send()
    found = row(carpati, fourth)
    assert (found.state, row(carpati, other).state) == (FATES[nature], "sent")
    words = walls.REFUSED if nature == "answer" else walls.HELD
    assert (found.reason, found.attempts) == (words[walls.Wall.NUMBER], 0)
    with carpati.acting() as now:
        TextTally.objects.update(at=now - walls.NUMBER_SPAN)
        carpati.organization.deliveries.filter(id=fourth).update(due_at=now)
        assert carpati.organization.text_alarms.count() == 0
    send()
    assert row(carpati, fourth).state == ("suppressed" if nature == "answer" else "sent")


def test_what_can_only_wait_until_it_is_useless_ends_with_its_reason(tilleuls: Clinic) -> None:
    decide(tilleuls, sms_quiet_from=None, sms_quiet_until=None)
    with tilleuls.acting() as now:
        soon = now + timedelta(minutes=5)
    for _ in range(3):
        text(tilleuls, NUMBER)
    send()
    fourth = text(tilleuls, NUMBER, nature="unasked", useless_after=soon)
    send()
    found = row(tilleuls, fourth)
    assert (found.state, found.reason) == ("suppressed", walls.REFUSED[walls.Wall.NUMBER])


def test_lim_01_many_numbers_of_one_prefix_meet_a_wall_and_raise_an_alarm(tilleuls: Clinic, signed_in: Browser) -> None:
    ids = [text(tilleuls, f"+3361234{number:04}", nature="answer") for number in range(1, 61)]
    elsewhere = text(tilleuls, "+33655550001", nature="answer")
    send()
    assert states(tilleuls, ids) == {"sent": 20, "suppressed": 40}
    assert row(tilleuls, elsewhere).state == "sent"
    client = signed_in(tilleuls.admin)
    for page in ("/app/tilleuls/sent/", "/app/tilleuls/settings/deliveries/"):
        assert "40 text messages were stopped" in client.get(page).content.decode()
    assert "messages were stopped" not in signed_in(tilleuls.staff).get("/app/tilleuls/sent/").content.decode()
    client = signed_in(tilleuls.admin)
    assert client.post("/app/tilleuls/settings/deliveries/alarms/seen/").status_code == 302
    assert "messages were stopped" not in client.get("/app/tilleuls/sent/").content.decode()
    with tilleuls.acting():
        (alarm,) = tilleuls.organization.text_alarms.all()
    assert (alarm.wall, alarm.stopped, alarm.by_label != "") == ("prefix", 40, True)


def test_numbers_that_were_written_to_before_count_for_no_prefix(tilleuls: Clinic) -> None:
    decide(tilleuls, texts_to_a_prefix=1)
    known = [text(tilleuls, f"+3361234{number:04}") for number in range(1, 4)]
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(state="sent", settled_at=now - timedelta(days=2))
    again = [text(tilleuls, f"+3361234{number:04}") for number in range(1, 4)]
    new = [text(tilleuls, f"+3361234{number:04}", nature="answer") for number in (8, 9)]
    send()
    assert states(tilleuls, known + again) == {"sent": 6}
    assert states(tilleuls, new) == {"sent": 1, "suppressed": 1}


@pytest.mark.parametrize(("wall", "limits"), [("hour", (3, 10)), ("day", (10, 3))])
def test_an_hour_and_a_day_hold_so_many(tilleuls: Clinic, carpati: Clinic, wall: str, limits: tuple[int, int]) -> None:
    decide(tilleuls, texts_an_hour=limits[0], texts_a_day=limits[1])
    ids = [text(tilleuls, f"+336{number}555001", nature="answer") for number in range(10, 15)]
    others = [text(carpati, f"+407225550{number}") for number in range(10, 15)]
    send()
    assert (states(tilleuls, ids), states(carpati, others)) == ({"sent": 3, "queued": 2}, {"sent": 5})
    with tilleuls.acting():
        (alarm,) = tilleuls.organization.text_alarms.all()
    assert (alarm.wall, alarm.stopped) == (wall, 2)
    # Asked again they are no new alarm; when there is room they leave.
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(state="queued").update(due_at=now)
    send()
    with tilleuls.acting() as now:
        assert tilleuls.organization.text_alarms.get().stopped == 2
        TextTally.objects.update(at=now - walls.DAY)
        tilleuls.organization.deliveries.filter(state="queued").update(due_at=now)
    send()
    assert states(tilleuls, ids) == {"sent": 5}


def test_what_is_tried_again_is_counted_once(tilleuls: Clinic, settings: Any) -> None:
    decide(tilleuls, texts_an_hour=1)
    id = text(tilleuls, NUMBER)
    settings.SMS_URL = "kannel://us:x@127.0.0.1:1"
    send()
    assert row(tilleuls, id).state == "queued"
    settings.SMS_URL = ""
    send()
    assert row(tilleuls, id).state == "sent"


def test_lim_09_many_at_once_pass_no_limit(tilleuls: Clinic, carpati: Clinic) -> None:
    """Workers of two organizations ask for one number at the same time."""
    decide(carpati, text_countries="FR")
    for clinic in (tilleuls, carpati):
        for _ in range(10):
            text(clinic, NUMBER, nature="answer")
    ready = threading.Barrier(6)

    def work() -> None:
        ready.wait(10)
        send()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found: Counter[str] = Counter()
    for clinic in (tilleuls, carpati):
        with clinic.acting():
            found.update(clinic.organization.deliveries.values_list("state", flat=True))
    assert found == {"sent": 3, "suppressed": 17}


def test_lim_08_without_the_database_nothing_leaves(tilleuls: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counters cannot be read: what was claimed goes nowhere, and is sent when they can."""
    from django.db import OperationalError

    id = text(tilleuls, NUMBER)
    with monkeypatch.context() as broken:
        broken.setattr(guarding, "_TO_NUMBERS", "SELECT pg_terminate_backend(pg_backend_pid()), $1, $2")
        with pytest.raises(OperationalError):
            send()
    connection.close()
    assert row(tilleuls, id).state == "queued"
    send()
    assert row(tilleuls, id).state == "sent"


def test_old_tallies_are_forgotten(tilleuls: Clinic) -> None:
    text(tilleuls, NUMBER)
    send()
    with tenancy.acting(organization=None, by=tilleuls.actor()) as now:
        guarding.forget_tallies(now=now)
        assert TextTally.objects.count() == 1
        guarding.forget_tallies(now=now + walls.DAY + timedelta(minutes=1))
        assert TextTally.objects.count() == 0


def test_seen_only_by_those_who_decide(tilleuls: Clinic, client: Client, signed_in: Browser) -> None:
    assert signed_in(tilleuls.staff).post("/app/tilleuls/settings/deliveries/alarms/seen/").status_code == 403
