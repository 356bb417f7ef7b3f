"""The visit as a calendar file (RFC 5545) that a move updates and a cancelling removes.

The UID is the appointment's for ever; SEQUENCE counts moves and the cancelling, so a file that is opened late
changes nothing back. What the visit is for is not in it: calendars are shared and synchronized.

icalendar is imported where it is used: the web processes know this module, and seldom write a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.booking.models import Appointment, Status
from kalends.delivery import envelope
from kalends.foundation import clock
from kalends.foundation.phone import written
from kalends.foundation.text import clean_line, clean_text
from kalends.organizations.models import Location, Organization

if TYPE_CHECKING:
    import icalendar

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows of a visit. Instants in UTC; `attendee`: the address it is sent to, or none."""

    appointment_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone_key: str
    location: str
    written_at: datetime
    status: str = "CONFIRMED"
    attendee: str = ""


def calendar_file(
    organization: Organization,
    appointment: Appointment,
    *,
    location: Location,
    now: datetime,
    rooms: Sequence[str] = (),
) -> bytes:
    """For somebody who downloads it: METHOD:PUBLISH, in the language of the appointment."""
    status = {Status.CANCELLED: "CANCELLED", Status.PENDING: "TENTATIVE"}.get(Status(appointment.status), "CONFIRMED")
    entry = Entry(
        appointment_id=appointment.id,
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone_key=appointment.time_zone,
        location=place_of(location, rooms),
        written_at=now,
        status=status,
    )
    with override(appointment.language):
        return build(organization, entry, method=PUBLISH)


def place_of(location: Location, rooms: Sequence[str] = ()) -> str:
    """One line: name, rooms, street, postcode and town."""
    parts = (location.name, *rooms, location.address, f"{location.postcode} {location.town}")
    return ", ".join(line for line in (clean_line(part) for part in parts) if line)


def build(organization: Organization, *entries: Entry, method: str) -> bytes:
    """The file in the active language, all of one zone. REQUEST and CANCEL name organizer and attendee (iTIP).

    Several visits are published: a request would be about one of them.
    """
    import icalendar

    file = icalendar.Calendar()
    file.add("prodid", "-//Kalends//EN")
    file.add("version", "2.0")
    file.add("method", method)
    for entry in entries:
        file.add_component(_event(organization, entry, invites=method != PUBLISH))
    # Half of the file is the zone, and always the same: it is put in as it was written the first time.
    event = b"BEGIN:VEVENT"
    zone = zone_rules(entries[0].zone_key, entries[0].starts_at.year, entries[-1].starts_at.year)
    return bytes(file.to_ical()).replace(event, zone + event, 1)


def _event(organization: Organization, entry: Entry, *, invites: bool) -> icalendar.Event:
    import icalendar

    name = clean_line(organization.name)
    event = icalendar.Event()
    event.add("uid", f"{entry.appointment_id}@kalends")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.written_at.astimezone(UTC))
    event.add("summary", _("Appointment, %(organization)s") % {"organization": name})
    event.add("dtstart", shown(entry.starts_at, entry.zone_key))
    event.add("dtend", shown(entry.ends_at, entry.zone_key))
    event.add("location", clean_line(entry.location))
    event.add("description", clean_text(_how_to_change(organization)))
    event.add("status", entry.status)
    event.add("class", "PRIVATE")
    if invites:
        event.add("organizer", _person(organization.email or envelope.sender_address(), name))
        event.add("attendee", _guest(entry.attendee))
    return event


def _how_to_change(organization: Organization) -> str:
    if not organization.phone:
        return _("To move or cancel it, use the link in our e-mail.")
    phone = written(organization.phone, country=organization.country)
    return _("To move or cancel it, use the link in our e-mail, or phone %(phone)s.") % {"phone": phone}


def _person(address: str, name: str) -> icalendar.vCalAddress:
    import icalendar

    person = icalendar.vCalAddress(f"mailto:{clean_line(address)}")
    person.params["cn"] = icalendar.vText(name)
    return person


def _guest(address: str) -> icalendar.vCalAddress:
    """Has agreed already, and is not asked to answer: the answer would go to nobody who reads it."""
    import icalendar

    guest = icalendar.vCalAddress(f"mailto:{clean_line(address)}")
    guest.params["role"] = icalendar.vText("REQ-PARTICIPANT")
    guest.params["partstat"] = icalendar.vText("ACCEPTED")
    guest.params["rsvp"] = icalendar.vText("FALSE")
    return guest


def shown(instant: datetime, zone_key: str) -> datetime:
    """In the place's own zone; in UTC during the second of two equal hours, which a wall time cannot name."""
    local = clock.wall(clock.epoch_of(instant), clock.zone(zone_key))
    return instant.astimezone(UTC) if local.fold else local


@lru_cache(maxsize=512)
def zone_rules(key: str, year: int, last: int | None = None) -> bytes:
    """The zone's rules in `year`, or from it to the year `last`, for programs that do not know it or know it otherwise.

    From the pinned data. icalendar can make these too, but begins summer time an hour late (onset in the new
    offset; RFC 5545, 3.6.5 wants the old one).
    """
    import icalendar

    zone = clock.zone(key)
    moment = datetime(year - 1, 12, 31, tzinfo=UTC)
    offset = _offset(moment, key)
    result = icalendar.Timezone()
    result.add("tzid", key)
    result.add_component(_rules(moment + offset, offset, offset, moment.astimezone(zone)))
    while moment.year <= (last or year):
        moment += timedelta(hours=1)
        changed = _offset(moment, key)
        if changed != offset:
            result.add_component(_rules(moment + offset, offset, changed, moment.astimezone(zone)))
            offset = changed
    return bytes(result.to_ical())


def _rules(
    onset: datetime, before: timedelta, after: timedelta, local: datetime
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    import icalendar

    rules = icalendar.TimezoneDaylight() if local.dst() else icalendar.TimezoneStandard()
    rules.add("dtstart", onset.replace(tzinfo=None))
    rules.add("tzoffsetfrom", before)
    rules.add("tzoffsetto", after)
    rules.add("tzname", local.tzname())
    return rules


def _offset(moment: datetime, key: str) -> timedelta:
    offset = moment.astimezone(clock.zone(key)).utcoffset()
    assert offset is not None, "a zone of the pinned data always has an offset"
    return offset
