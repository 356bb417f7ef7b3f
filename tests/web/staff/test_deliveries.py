"""What has been sent, as the desk sees it, and sending again."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from kalends.delivery import operations as delivery
from kalends.delivery.models import Receipt
from kalends.organizations.permissions import Role
from tests.api.callers import member, told
from tests.cast import Clinic
from tests.delivery.returning import die
from tests.delivery.test_courier import queue
from tests.delivery.texting import row, send
from tests.delivery.texting import text as text_to
from tests.web.staff.desk import Browser, audited

SENT = "/app/tilleuls/sent/"
PARIS = ZoneInfo("Europe/Paris")
ARRIVED, LOST = "+33612345601", "+33612345602"


def listed(answer: HttpResponse) -> list[tuple[str, str]]:
    """Address and state."""
    assert answer.status_code == 200
    return [
        (told.to, str(told.fate.word))
        for told, _again in answer.context["rows"]  # type: ignore[attr-defined]
    ]


def two_messages(clinic: Clinic) -> None:
    """One that arrived, and a later one that did not."""
    for number, says in ((ARRIVED, Receipt.DELIVERED), (LOST, Receipt.UNDELIVERED)):
        id = text_to(clinic, number)
        send()
        with clinic.acting() as now:
            clinic.organization.deliveries.filter(id=id).update(handing_over_at=now, carrier="kannel")
            delivery.take_receipt(clinic.organization, id, says=says, reason="stat:UNDELIV", now=now)


def test_the_newest_first_and_narrowed(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    text_to(carpati, "+40722000001")
    two_messages(tilleuls)
    client = signed_in(tilleuls.staff)
    assert listed(client.get(SENT)) == [(LOST, "Did not arrive"), (ARRIVED, "Arrived")]
    assert listed(client.get(SENT, {"state": "delivered"})) == [(ARRIVED, "Arrived")]
    assert listed(client.get(SENT, {"to": "5602", "medium": "sms"})) == [(LOST, "Did not arrive")]
    assert listed(client.get(SENT, {"medium": "fax"})) == []
    with tilleuls.acting() as now:
        long_ago = (now - timedelta(days=9)).date().isoformat()
    assert listed(client.get(SENT, {"first": long_ago, "last": long_ago})) == []
    assert client.get(SENT, {"state": "lost"}).status_code == 400
    assert len(audited(tilleuls, "delivery:list")) == 5


def test_addresses_from_which_mails_come_back_are_listed_whoever_they_belong_to(
    tilleuls: Clinic, carpati: Clinic, signed_in: Browser
) -> None:
    """A practitioner's and a colleague's have no record of a patient."""
    die(tilleuls, "Vasseur@tilleuls.example")
    die(carpati, "popa@carpati.example")
    client = signed_in(tilleuls.staff)
    page = client.get(SENT)
    assert [(one["address"], one["reason"]) for one in page.context["dead"]] == [
        ("vasseur@tilleuls.example", "5.1.1 No such user")
    ]
    for said in ("popa@carpati.example", "", "vasseur@tilleuls.example"):
        assert client.post(f"{SENT}arriving/", {"address": said}).status_code == 302
    assert client.get(SENT).context["dead"] == []
    assert len(audited(tilleuls, "dead-address:end")) == 1
    with carpati.acting():
        assert carpati.organization.dead_addresses.filter(ended_at=None).count() == 1


def test_only_what_did_not_arrive_is_sent_again(tilleuls: Clinic, signed_in: Browser) -> None:
    two_messages(tilleuls)
    client = signed_in(tilleuls.staff)
    (again,) = re.findall(r'action="(\S+/again/)"', client.get(SENT).content.decode())
    answer = client.post(again, {"to": "5602"}, follow=True)
    assert listed(answer) == [(LOST, "Waiting")]
    with tilleuls.acting():
        ids = dict(tilleuls.organization.deliveries.values_list("recipient", "id"))
    assert row(tilleuls, ids[LOST]).receipt == ""
    assert client.post(f"{SENT}{ids[ARRIVED]}/again/").status_code == 409
    assert row(tilleuls, ids[ARRIVED]).state == "delivered"


def test_it_leaves_as_a_table(tilleuls: Clinic, signed_in: Browser) -> None:
    two_messages(tilleuls)
    answer = signed_in(tilleuls.staff).get(f"{SENT}messages.csv", {"state": "undelivered"})
    head, line = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert head[:7] == ["When", "To", "What", "By", "State", "Why", "Text messages or pages"]
    assert head[7:] == ["Practitioner", "Tries", "Ended", "In test mode sent to"]
    assert line[1:9] == [LOST, "as_given", "SMS", "Did not arrive", "stat:UNDELIV", "1", "", "1"]
    with tilleuls.acting():
        known = tilleuls.organization.deliveries.get(recipient=LOST)
    assert known.settled_at is not None
    local = (one.astimezone(PARIS).replace(microsecond=0) for one in (known.queued_at, known.settled_at))
    assert [line[0], line[9]] == [str(one) for one in local]
    assert [one["rows"] for one in audited(tilleuls, "delivery:export")] == [1]


def test_narrowed_by_kind_and_practitioner(tilleuls: Clinic, signed_in: Browser) -> None:
    own = text_to(tilleuls, ARRIVED, schedules=[tilleuls.schedule.id])
    queue(tilleuls, "a@b.example")
    client, provider = signed_in(tilleuls.staff), str(tilleuls.schedule.provider_id)
    assert listed(client.get(SENT, {"kind": "appointment_booked"})) == [("a@b.example", "Waiting")]
    assert listed(client.get(SENT, {"provider": provider})) == [(ARRIVED, "Waiting")]
    assert listed(client.get(SENT, {"provider": str(own)})) == []
    assert client.get(SENT, {"kind": "unheard_of"}).status_code == 400
    answer = client.get(f"{SENT}messages.csv", {"provider": provider})
    (_head, line) = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (line[1], line[7]) == (ARRIVED, "Dr Hélène Vasseur")


def test_practitioners_see_what_is_about_their_own_agendas(tilleuls: Clinic, signed_in: Browser) -> None:
    text_to(tilleuls, ARRIVED, schedules=[tilleuls.schedule.id])
    text_to(tilleuls, LOST)
    client = signed_in(tilleuls.doctor)
    assert client.get(SENT).status_code == 403
    with tilleuls.acting():
        tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(granted=["contact:read"])
    answer = client.get(SENT)
    assert listed(answer) == [(ARRIVED, "Waiting")]
    assert (answer.context["providers"], answer.context["attention"]) == ([], [])
    caller = member(tilleuls, Role.PROVIDER)
    assert [one["recipient"] for one in told(caller.get("tilleuls/deliveries"))[1]["items"]] == [ARRIVED]


def test_what_needs_somebody_stands_first_until_it_is_left(tilleuls: Clinic, signed_in: Browser) -> None:
    id = text_to(tilleuls, LOST)
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(state="unknown", needs_somebody=True, settled_at=now)
    client = signed_in(tilleuls.staff)
    answer = client.get("/app/tilleuls/")
    assert "Messages that need you" in answer.content.decode()
    answer = client.get(SENT)
    assert [(row.to, bool(again)) for row, again, _leave in answer.context["attention"]] == [(LOST, True)]
    assert client.post(f"{SENT}{id}/leaving/").status_code == 302
    assert client.get(SENT).context["attention"] == []
    assert "Messages that need you" not in client.get("/app/tilleuls/").content.decode()
    assert (row(tilleuls, id).state, len(audited(tilleuls, "delivery:leave"))) == ("unknown", 1)
