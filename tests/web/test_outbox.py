"""The outbox: what is listed, what can be opened, by whom."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import send_mail
from django.test import Client
from icalendar import Calendar
from pypdf import PdfReader

from kalends.accounts.models import Person
from kalends.delivery import operations
from kalends.delivery.models import State
from tests.cast import PASSWORD, Clinic
from tests.delivery import faxing
from tests.delivery.test_courier import carry, queue, rows


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "kalends.delivery.platform_mail.QueueBackend"  # test runners replace it
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def listed(page: bytes) -> list[tuple[str, str, str]]:
    """Subject, recipient, state of each row."""
    text = page.decode()
    found = re.findall(r'<th scope="row"><a [^>]*>(.*?)</a></th><td>(.*?)</td>.*?</svg>(.*?)</span>', text, re.DOTALL)
    return [(subject, to, word) for subject, to, word in found]


def address(clinic: Clinic, number: int = 0) -> str:
    return f"/outbox/{clinic.organization.slug}/{rows(clinic)[number].id}/"


def test_it_lists_all_organizations_newest_first(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    queue(tilleuls, "first@b.example")
    queue(carpati, "second@b.example")
    carry()
    send_mail("Reset <b>", "Follow https://a.example/x", None, ["third@b.example"])
    answer = client.get("/outbox/")
    assert [(to, word) for _, to, word in listed(answer.content)] == [
        ("third@b.example", "Waiting"),
        ("second@b.example", "Kept here"),
        ("first@b.example", "Kept here"),
    ]
    assert listed(answer.content)[0][0] == "Reset &lt;b&gt;"


def test_it_can_be_narrowed(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    queue(tilleuls, "first@b.example")
    carry()
    queue(carpati, "second@b.example")
    for query, expected in [
        ("to=FIRST", ["first@b.example"]),
        ("organization=carpati", ["second@b.example"]),
        ("state=queued", ["second@b.example"]),
        ("state=nonsense", ["second@b.example", "first@b.example"]),
        ("before=2020-01-01T00:00:00%2B00:00", []),
        ("before=yesterday", ["second@b.example", "first@b.example"]),
    ]:
        assert [to for _, to, _ in listed(client.get(f"/outbox/?{query}").content)] == expected


def test_older_ones_are_a_page_away(tilleuls: Clinic, client: Client) -> None:
    for number in range(51):
        queue(tilleuls, f"n{number}@b.example")
    first = client.get("/outbox/")
    assert len(listed(first.content)) == 50
    older = re.search(r'href="(\?[^"]*)" rel="next"', first.content.decode())
    assert older is not None
    second = client.get("/outbox/" + older[1].replace("&amp;", "&"))
    assert [to for _, to, _ in listed(second.content)] == ["n0@b.example"]
    assert b'rel="next"' not in second.content


def test_a_message_shows_its_text_its_letter_and_its_calendar_file(tilleuls: Clinic, client: Client) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    page = client.get(address(tilleuls))
    link = re.search(r'<a href="(http://[^"]*/tilleuls/appointment/[^"]*)"', page.content.decode())
    assert link is not None
    letter = client.get(address(tilleuls) + "letter/")
    assert link[1] in letter.content.decode()
    assert letter["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    calendar = client.get(address(tilleuls) + "appointment.ics")
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert Calendar.from_ical(calendar.content).events[0]["SEQUENCE"] == 0


def test_looking_leaves_a_trace(tilleuls: Clinic, client: Client) -> None:
    queue(tilleuls, "a@b.example")
    client.get(address(tilleuls))
    with tilleuls.acting():
        (entry,) = tilleuls.organization.audit_entries.filter(act="delivery:read")
        assert (entry.actor_label, entry.role, entry.subject_id) == (
            "demo",
            "visitor",
            tilleuls.organization.deliveries.get().id,
        )


def test_mail_of_the_platform_can_be_read(db: None, client: Client) -> None:
    send_mail("Reset", "Text https://a.example/x", None, ["a@b.example"], html_message="<p>Hyper</p>")
    (path,) = re.findall(r'href="(/outbox/platform/\d+/)"', client.get("/outbox/").content.decode())
    assert b'<a href="https://a.example/x"' in client.get(path).content
    assert client.get(path + "letter/").content == b"<p>Hyper</p>"
    carry()
    assert [word for _, _, word in listed(client.get("/outbox/").content)] == ["Kept here"]


def test_only_the_platform_sees_it_outside_the_demo(tilleuls: Clinic, client: Client, settings: Any) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    settings.DEMO = False
    pages = ["/outbox/", *(address(tilleuls) + rest for rest in ("", "letter/", "appointment.ics"))]
    assert [client.get(page).status_code for page in pages] == [404] * 4
    client.force_login(tilleuls.admin)
    assert [client.get(page).status_code for page in pages] == [404] * 4
    client.force_login(Person.objects.create_user("p@k.example", PASSWORD, name="P", is_platform_admin=True))
    assert [client.get(page).status_code for page in pages] == [200] * 4


def test_a_fax_is_read_as_it_comes_out_of_the_machine(tilleuls: Clinic, client: Client) -> None:
    with tilleuls.acting() as now:
        tilleuls.organization.providers.update(fax="+33241234501")
        operations.send_first_page(tilleuls.organization, "+33241234501", language="ro", by=tilleuls.actor(), now=now)
    faxing.carry()
    shown = client.get(address(tilleuls)).content.decode()
    assert ("pages.pdf" in shown, "letter/" in shown) == (True, False)
    answer = client.get(address(tilleuls) + "pages.pdf")
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(page.extract_text().split())
    assert ("Către Dr Hélène Vasseur" in text, "Prima pagină către acest număr" in text) == (True, True)
    queue(tilleuls, "a@b.example")
    assert client.get(f"/outbox/tilleuls/{rows(tilleuls)[1].id}/pages.pdf").status_code == 404


def test_what_has_left_is_listed_and_not_read(tilleuls: Clinic, client: Client, settings: Any) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    with tilleuls.acting():
        tilleuls.organization.deliveries.update(carrier="smtp")
    settings.DEMO = False
    client.force_login(Person.objects.create_user("p@k.example", PASSWORD, name="P", is_platform_admin=True))
    page = client.get(address(tilleuls))
    assert (page.status_code, b"/appointment/" in page.content) == (200, False)
    assert client.get(address(tilleuls) + "letter/").status_code == 404


def test_only_a_person_sends_the_unknown_again(tilleuls: Clinic, client: Client) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    assert client.post(address(tilleuls) + "again/").status_code == 409
    with tilleuls.acting():
        tilleuls.organization.deliveries.update(state=State.UNKNOWN, attempts=3)
    assert client.get(address(tilleuls) + "again/").status_code == 405
    assert client.post(address(tilleuls) + "again/").status_code == 302
    row = rows(tilleuls)[0]
    assert (row.state, row.attempts, row.claimed_by) == ("queued", 0, "")
    with tilleuls.acting():
        assert tilleuls.organization.audit_entries.filter(act="delivery:send-again").count() == 1


def test_what_would_come_too_late_is_not_sent_again(tilleuls: Clinic, client: Client) -> None:
    queue(tilleuls, "a@b.example")
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(state=State.FAILED, useless_after=now - timedelta(minutes=1))
    assert client.post(address(tilleuls) + "again/").status_code == 409
    assert rows(tilleuls)[0].state == "failed"


def test_ids_of_others_are_not_found(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    queue(tilleuls, "a@b.example")
    own = rows(tilleuls)[0].id
    assert client.get(f"/outbox/carpati/{own}/").status_code == 404
    assert client.get(f"/outbox/nobody/{own}/").status_code == 404
    assert client.post(f"/outbox/carpati/{own}/again/").status_code == 404
