"""A calendar file into an agenda at the desk: brought, looked at, taken in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client

from kalends.agenda.imports.busy import LARGEST_FILE
from kalends.booking import operations as booking
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Right
from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, audited, book, notices, text

PAGE = "/app/tilleuls/files/calendar/"
Block = tuple[str, str, datetime, datetime]


def event(uid: str, start: datetime, *lines: str, hours: float = 1) -> str:
    begin, end = (f"{moment:%Y%m%dT%H%M%S}" for moment in (start, start + timedelta(hours=hours)))
    zone = "TZID=Europe/Paris"
    times = [f"DTSTART;{zone}:{begin}", f"DTEND;{zone}:{end}", f"SUMMARY:About {uid}"]
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *times, *lines, "END:VEVENT"])


def calendar(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def brought(client: Client, clinic: Clinic, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("work.ics", content)
    return client.post(PAGE, {"schedule": str(clinic.schedule.id), "file": file, **more})


def blocks(clinic: Clinic) -> list[Block]:
    with clinic.acting():
        found = clinic.schedule.blocks.order_by("starts_at", "source_uid")
        return list(found.values_list("source_uid", "reason", "starts_at", "ends_at"))


def uploads(clinic: Clinic) -> int:
    with clinic.acting():
        return int(clinic.organization.uploads.count())


def counts(page: Any) -> tuple[int, int, int, int]:
    done = page.context["done"]
    return done.added, done.kept, done.replaced, done.not_needed


def test_a_file_is_looked_at_before_it_is_taken_in(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    weekly = event("weekly", at(9), "RRULE:FREQ=WEEKLY;COUNT=3")
    there = brought(client, tilleuls, calendar(weekly, event("once", at(15)))).url
    page = client.get(there)
    assert (counts(page), blocks(tilleuls), uploads(tilleuls)) == ((4, 0, 0, 0), [], 1)
    assert [(one["title"], one["count"], one["is_endless"]) for one in page.context["repeated"]] == [
        ("About weekly", 3, False)
    ]
    page = client.post(there, follow=True)
    assert notices(page) == ["good: 4 times are blocked now."]
    weeks = [("work.ics#weekly", "About weekly", week) for week in (at(9), at(9) + timedelta(days=7))]
    assert [block[:3] for block in blocks(tilleuls) if "once" not in block[0]][:2] == weeks
    assert (len(blocks(tilleuls)), uploads(tilleuls)) == (4, 0)
    (noted,) = audited(tilleuls, "calendar:import")
    assert (noted["who"], noted["source"], noted["added"], noted["kept"]) == ("Inès Barbier", "work.ics", 4, 0)
    assert client.post(there).status_code == 404


def test_the_same_file_again_adds_nothing(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    content = calendar(event("a", at(9)), event("b", at(11)))
    client.post(brought(client, tilleuls, content).url)
    before = blocks(tilleuls)
    there = brought(client, tilleuls, content).url
    page = client.get(there)
    assert counts(page) == (0, 2, 0, 0)
    assert "Nothing would change: all of it is there, or taken, already." in text(page)
    client.post(there)
    assert blocks(tilleuls) == before
    # Under another name it is another calendar; what is taken already is not taken twice.
    page = client.get(brought(client, tilleuls, content, source="Home").url)
    assert counts(page) == (0, 0, 0, 2)


def test_what_is_no_longer_in_the_file_is_open_again(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    client.post(brought(client, tilleuls, calendar(event("a", at(9)), event("b", at(11))), source="Home").url)
    there = brought(client, tilleuls, calendar(event("a", at(9)), event("c", at(15))), source="Home").url
    assert counts(client.get(there)) == (1, 1, 1, 0)
    assert [uid for uid, *_ in blocks(tilleuls)] == ["Home#a", "Home#b"]
    client.post(there)
    assert [uid for uid, *_ in blocks(tilleuls)] == ["Home#a", "Home#c"]
    assert counts(client.get(brought(client, tilleuls, calendar(), source="Home").url)) == (0, 0, 2, 0)


def test_visits_stay_are_named_and_blocked_once_they_are_gone(tilleuls: Clinic, signed_in: Browser) -> None:
    visit = book(tilleuls, at(9, 30))
    book(tilleuls, at(11), last="Ng", email="ng@b.example", phone="")
    client = signed_in(tilleuls.admin)
    content = calendar(event("a", at(9), hours=2))
    there = brought(client, tilleuls, content).url
    page = client.get(there)
    assert [one["url"] for one in page.context["visits"]] == [f"/app/tilleuls/appointments/{visit.id}/"]
    client.post(there)
    with tilleuls.acting() as now:
        booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=now)
        taken = tilleuls.schedule.occupancies.filter(starts_at__lt=at(11)).order_by("starts_at")
        assert [one.starts_at for one in taken] == [at(9), at(10)]
    client.post(brought(client, tilleuls, content).url)
    with tilleuls.acting():
        taken = tilleuls.schedule.occupancies.filter(starts_at__lt=at(11)).order_by("starts_at")
        assert [one.starts_at for one in taken] == [at(9), at(9, 30), at(10)]


def test_what_was_not_understood_is_told_with_its_line(tilleuls: Clinic, signed_in: Browser) -> None:
    tilleuls.admin.language = "fr"
    tilleuls.admin.save(update_fields=["language"])
    broken = "\r\n".join(["BEGIN:VEVENT", "UID:lost", "SUMMARY:No start", "END:VEVENT"])
    client = signed_in(tilleuls.admin)
    page = client.get(brought(client, tilleuls, calendar(event("a", at(9)), broken)).url)
    assert [(one.line, one.uid) for one in page.context["problems"]] == [(9, "lost")]
    assert "9 lost L’événement n’a pas de début ; il a été laissé de côté." in text(page)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "This is not a calendar file: it has no BEGIN:VCALENDAR."),
        (b"", "The file is empty."),
        (b"PK\x03\x04zip", "The file is compressed. Unpack it first."),
        (calendar() + b"\x00", "Line 4: The file holds NUL bytes, so it is not text."),
        (calendar() + b"x" * LARGEST_FILE, "The file is larger than 5 MB."),
    ],
    ids=["text", "empty", "zip", "nul", "large"],
)
def test_what_is_no_calendar_is_refused_beside_the_field(
    tilleuls: Clinic, signed_in: Browser, content: bytes, said: str
) -> None:
    page = brought(signed_in(tilleuls.admin), tilleuls, content)
    assert (page.status_code, page.context["form"].errors, uploads(tilleuls)) == (422, {"file": [said]}, 0)


def test_what_is_missing_is_named(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    page = client.post(PAGE, {"schedule": str(tilleuls.schedule.id)})
    assert (page.status_code, page.context["form"].errors) == (422, {"file": ["Please choose a file."]})
    page = brought(client, tilleuls, calendar(), source="#")
    assert (page.status_code, page.context["form"].errors) == (422, {"source": ["Please give the calendar a name."]})
    page = brought(client, carpati, calendar())
    assert (page.status_code, list(page.context["form"].errors), uploads(carpati)) == (422, ["schedule"], 0)


def test_nobody_else_sees_what_was_brought(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    there = brought(client, tilleuls, calendar(event("a", at(9)))).url
    own, foreign = str(tilleuls.schedule.id), str(carpati.schedule.id)
    for other in (there.replace(own, foreign), there.replace(own, str(uuid4())), f"{PAGE}{own}/{uuid4()}/"):
        assert (client.get(other).status_code, client.post(other).status_code) == (404, 404)
    # It is no table either.
    assert client.get(f"/app/tilleuls/files/{there.rstrip('/').rsplit('/', 1)[1]}/").status_code == 404
    with tilleuls.acting():
        Membership.all_rows.filter(organization=tilleuls.organization, person=tilleuls.staff).update(role="admin")
    assert signed_in(tilleuls.staff).get(there).status_code == 404
    assert blocks(tilleuls) == blocks(carpati) == []


def test_the_right_is_asked_at_every_step(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    there = brought(client, tilleuls, calendar(event("a", at(9)))).url
    assert PAGE in client.get("/app/tilleuls/files/").content.decode()
    with tilleuls.acting():
        found = Membership.all_rows.filter(organization=tilleuls.organization, person=tilleuls.admin)
        found.update(withheld=[Right.SETTINGS_AGENDA])
    assert [client.get(PAGE).status_code, client.post(there).status_code] == [403, 403]
    assert PAGE not in client.get("/app/tilleuls/files/").content.decode()
    assert blocks(tilleuls) == []


def test_without_an_agenda_there_is_nothing_to_import_into(tilleuls: Clinic, signed_in: Browser) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(is_active=False)
    page = signed_in(tilleuls.admin).get(f"{PAGE}?schedule=x")
    assert (page.status_code, "make one first" in text(page)) == (200, True)


def test_nothing_of_a_file_stays_when_it_fails_half_way(tilleuls: Clinic, owner: Any, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    there = brought(client, tilleuls, calendar(event("a", at(9)), event("b", at(11)))).url
    owner.execute("ALTER TABLE agenda_block ADD CONSTRAINT none_of_b CHECK (source_uid NOT LIKE '%#b') NOT VALID")
    try:
        with pytest.raises(IntegrityError):
            client.post(there)
    finally:
        owner.execute("ALTER TABLE agenda_block DROP CONSTRAINT none_of_b")
    assert (blocks(tilleuls), uploads(tilleuls), audited(tilleuls, "calendar:import")) == ([], 1, [])
    client.post(there)
    assert len(blocks(tilleuls)) == 2
