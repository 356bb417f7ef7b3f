"""An agenda as a calendar that programs read again and again (RFC 5545, RFC 7986).

Without names unless that was allowed, and never with a service, a reason or a telephone number: calendars are shared
and synchronized. What comes from a foreign calendar is left out, for it would come back to where it is from.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.agenda.models import Block
from kalends.booking.models import Appointment, Feed, Status
from kalends.booking.queries.feeds import Read
from kalends.foundation.text import clean_line
from kalends.notifications.calendar_file import place_of, shown, zone_rules

if TYPE_CHECKING:
    import icalendar

READ_AGAIN_AFTER = timedelta(minutes=15)


def feed_file(feed: Feed, found: Read) -> bytes:
    """The whole calendar, in the language of the organization."""
    import icalendar  # large, and a web process that nobody asks for calendars does without

    schedule = feed.schedule
    file = icalendar.Calendar()
    file.add("prodid", "-//Kalends//EN")
    file.add("version", "2.0")
    file.add("name", clean_line(schedule.name))
    file.add("x-wr-calname", clean_line(schedule.name))
    file.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT15M")
    place = place_of(schedule.location)
    with override(feed.organization.language):
        events = [_visit(feed, visit, changed, place) for visit, changed in found.visits]
        events += [_block(feed, block) for block in found.blocks]
    for event in events:
        file.add_component(event)
    starts = [visit.starts_at for visit, _changed in found.visits] + [block.starts_at for block in found.blocks]
    years = sorted({start.year for start in starts})
    first = b"BEGIN:VEVENT"
    rules = zone_rules(schedule.time_zone, years[0], years[-1]) if years else b""
    return bytes(file.to_ical()).replace(first, rules + first, 1)


def _visit(feed: Feed, visit: Appointment, changed: datetime, place: str) -> icalendar.Event:
    event = _event(f"{visit.id}@kalends", visit.starts_at, visit.ends_at, visit.time_zone, changed)
    event.add("sequence", visit.sequence)
    event.add("summary", clean_line(visit.contact.full_name) if feed.shows_names else _("Visit"))
    event.add("location", place)
    event.add("status", "TENTATIVE" if visit.status == Status.PENDING else "CONFIRMED")
    return event


def _block(feed: Feed, block: Block) -> icalendar.Event:
    event = _event(f"{block.id}@kalends", block.starts_at, block.ends_at, feed.schedule.time_zone, block.created_at)
    event.add("sequence", 0)
    what = _("Reserved ahead") if block.is_pre_reservation else _("Blocked")
    event.add("summary", (feed.shows_names and clean_line(block.reason)) or what)
    event.add("status", "CONFIRMED")
    return event


def _event(uid: str, starts_at: datetime, ends_at: datetime, zone_key: str, changed: datetime) -> icalendar.Event:
    """DTSTAMP is when it changed last: asked twice, the calendar is the same to the last byte."""
    import icalendar

    event = icalendar.Event()
    event.add("uid", uid)
    event.add("dtstamp", changed.astimezone(UTC))
    event.add("last-modified", changed.astimezone(UTC))
    event.add("dtstart", shown(starts_at, zone_key))
    event.add("dtend", shown(ends_at, zone_key))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event
