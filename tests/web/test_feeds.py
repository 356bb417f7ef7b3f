"""An agenda read by calendar programs (ICS-01 to 05, 08, 09)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from kalends.accounts.models import Person
from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Feed
from kalends.booking.operations.feeds import make_feed, revoke_feed
from kalends.booking.queries.feeds import feed_secret
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Right
from tests.cast import Clinic, at, data
from tests.statements import noted

FOLDED = re.compile(rb"\r\n[ \t]")


def next_monday_at(clinic: Clinic, hour: int) -> datetime:
    with clinic.acting() as now:
        return at(hour, day=(now + timedelta(days=8 - now.isoweekday())).date())


def book(clinic: Clinic, hour: int = 9, **who: Any) -> Appointment:
    starts_at = next_monday_at(clinic, hour)
    with clinic.acting() as now:
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=starts_at,
            contact=data(**who),
            reason="eczéma",
            by=clinic.actor(),
            now=now,
        )


def feed_for(clinic: Clinic, *, shows_names: bool = False) -> tuple[Feed, str]:
    with clinic.acting() as now:
        made = make_feed(clinic.schedule, label="Téléphone", shows_names=shows_names, by=clinic.actor(), now=now)
        return made, f"/feeds/{feed_secret(made)}.ics"


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_feed_shows_visits_and_blocks_without_names(tilleuls: Clinic, client: Client) -> None:
    visit = book(tilleuls)
    eleven = next_monday_at(tilleuls, 11)
    with tilleuls.acting() as now:
        block = agenda.add_block(
            tilleuls.schedule,
            starts_at=eleven,
            ends_at=eleven + timedelta(hours=1),
            reason="Rappeler Mme Aubrée",
            by=tilleuls.actor(),
            now=now,
        )
    assert block is not None
    _feed, address = feed_for(tilleuls)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-cache"
    seen, blocked = events(answer.content)
    assert str(seen["uid"]) == f"{visit.id}@kalends"
    assert (seen.decoded("dtstart").astimezone(UTC), seen.decoded("dtend").astimezone(UTC)) == (
        visit.starts_at,
        visit.ends_at,
    )
    assert seen["sequence"] == 0
    assert blocked.decoded("dtstart").astimezone(UTC) == eleven
    plain = FOLDED.sub(b"", answer.content).decode()
    for word in ("Aubrée", "Clémence", "eczéma", "Dermatologie", "Consultation", "33612345678", "Rappeler"):
        assert word not in plain


def test_names_show_where_that_was_allowed_and_nothing_more(tilleuls: Clinic, client: Client) -> None:
    visit = book(tilleuls)
    _feed, address = feed_for(tilleuls, shows_names=True)
    (seen,) = events(client.get(address).content)
    with tilleuls.acting():
        assert str(seen["summary"]) == visit.contact.full_name
    assert "eczéma" not in FOLDED.sub(b"", client.get(address).content).decode()


def test_what_has_not_changed_is_not_made_again(tilleuls: Clinic, client: Client) -> None:
    """ICS-08."""
    visit = book(tilleuls)
    _feed, address = feed_for(tilleuls)
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(address).content == first.content
    with noted() as asked:
        client.get(address, headers={"If-None-Match": first["ETag"]})
    assert not [statement for statement in asked if "booking_historyentry" in statement]
    with tilleuls.acting() as now:
        booking.move(
            tilleuls.organization,
            visit.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=visit.starts_at + timedelta(hours=1),
            by=tilleuls.actor(),
            now=now,
        )
    moved = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert moved.status_code == 200
    (seen,) = events(moved.content)
    assert (str(seen["uid"]), seen["sequence"]) == (f"{visit.id}@kalends", 1)  # ICS-04
    with tilleuls.acting():
        last = tilleuls.organization.history_entries.latest("at").at
    assert seen.decoded("last-modified").astimezone(UTC) == last.replace(microsecond=0)


@pytest.mark.parametrize("change", ["cancel", "block", "unblock", "name"])
def test_every_change_is_seen(tilleuls: Clinic, client: Client, change: str) -> None:
    visit = book(tilleuls)
    noon = next_monday_at(tilleuls, 14)
    by = tilleuls.actor()
    with tilleuls.acting() as now:
        block = agenda.add_block(tilleuls.schedule, starts_at=noon, ends_at=noon + timedelta(hours=1), by=by, now=now)
    assert block is not None
    _feed, address = feed_for(tilleuls, shows_names=True)
    before = client.get(address)["ETag"]
    with tilleuls.acting() as now:
        if change == "cancel":
            booking.cancel(tilleuls.organization, visit.id, by=by, now=now)
        elif change == "block":
            agenda.add_block(
                tilleuls.schedule,
                starts_at=noon + timedelta(hours=1),
                ends_at=noon + timedelta(hours=2),
                by=by,
                now=now,
            )
        elif change == "unblock":
            agenda.remove_block(block, by=by, now=now)
        else:
            tilleuls.organization.contacts.update(last_name="Rivière")
    after = client.get(address, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert len(events(after.content)) == {"cancel": 1, "block": 3, "unblock": 1, "name": 2}[change]


def test_who_is_gone_and_who_never_was(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    """ICS-09."""
    feed, address = feed_for(tilleuls)
    assert client.get(address).status_code == 200
    with tilleuls.acting() as now:
        revoke_feed(feed, by=tilleuls.actor(), now=now)
    assert client.get(address).status_code == 410
    _other, second = feed_for(tilleuls)
    with tilleuls.acting() as now:
        organizations.edit_provider(tilleuls.schedule.provider, is_active=False, by=tilleuls.actor(), now=now)
    assert client.get(second).status_code == 410
    assert client.get("/feeds/nobody.ics").status_code == 404
    secret = address.removeprefix("/feeds/").removesuffix(".ics")
    swapped = secret[:30] + ("B" if secret[30] == "A" else "A") + secret[31:]
    for wrong in (swapped, secret[:-2] + "AA", secret + "A", "%00"):
        assert client.get(f"/feeds/{wrong}.ics").status_code == 404
    assert client.post(second).status_code == 405


@pytest.mark.parametrize(
    "name", ["Aubrée\r\nATTENDEE:mailto:x@y.example", "Au\x0bb\u2028rée", "🙂é" * 60, 'BEGIN:VALARM\\n;,:"']
)
def test_a_name_stays_a_name(tilleuls: Clinic, client: Client, name: str) -> None:
    """ICS-01, ICS-02, ICS-03: however it came into the table."""
    book(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.contacts.update(last_name=name[:100])
    _feed, address = feed_for(tilleuls, shows_names=True)
    content = client.get(address).content
    for line in content.split(b"\r\n"):
        line.decode("utf-8")
        assert len(line) <= 75
    (seen,) = events(content)
    known = "UID DTSTAMP LAST-MODIFIED DTSTART DTEND CLASS TRANSP SEQUENCE SUMMARY LOCATION STATUS"
    assert sorted(seen) == sorted(known.split())
    assert seen.subcomponents == []
    assert not set("\x0b\u2028\r\n") & set(str(seen["summary"]))


def test_the_settings_make_and_stop_addresses(tilleuls: Clinic, signed_in: Callable[[Person], Client]) -> None:
    admin = signed_in(tilleuls.admin)
    page = f"/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/calendars/"
    assert admin.post(page, {"label": ""}).status_code == 422
    assert admin.post(page, {"label": "Dr Vasseur", "shows_names": "on"}).status_code == 302
    found = re.search(r"http://[^/]+(/feeds/[\w-]+\.ics)", admin.get(page).content.decode())
    assert found is not None
    assert Client().get(found[1]).status_code == 200
    with tilleuls.acting():
        feed = tilleuls.organization.feeds.get()
        assert (feed.label, feed.shows_names, feed.created_by) == ("Dr Vasseur", True, "Inès Barbier")
        assert feed.last_read_on is not None
    assert admin.post(f"{page}{feed.id}/withdrawal/").status_code == 302
    assert Client().get(found[1]).status_code == 410
    with tilleuls.acting():
        acts = (
            tilleuls.organization.audit_entries.filter(act__startswith="feed:")
            .order_by("at")
            .values_list("act", flat=True)
        )
        assert list(acts) == ["feed:make", "feed:read", "feed:revoke"]


def test_an_address_with_names_is_shown_to_those_who_may_see_the_patients(
    tilleuls: Clinic, signed_in: Callable[[Person], Client]
) -> None:
    _feed, named = feed_for(tilleuls, shows_names=True)
    _feed, bare = feed_for(tilleuls)
    page = f"/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/calendars/"
    for withheld, shown in (([], (True, True)), ([Right.CONTACT_READ], (False, True))):
        with tilleuls.acting():
            tilleuls.organization.memberships.filter(person=tilleuls.admin).update(withheld=withheld)
        html = signed_in(tilleuls.admin).get(page).content.decode()
        assert (named in html, bare in html) == shown
