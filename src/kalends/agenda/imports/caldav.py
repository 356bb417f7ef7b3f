"""Asking a CalDAV server (RFC 4791) for the events of a stretch of time, and reading what it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kalends.foundation.files import FileRefused

_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">
<c:time-range start="{since}" end="{until}"/>
</c:comp-filter></c:comp-filter></c:filter>
</c:calendar-query>
"""
STATE = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:" xmlns:s="http://calendarserver.org/ns/"><d:prop>
<d:resourcetype/><s:getctag/><d:sync-token/>
</d:prop></d:propfind>
"""
_MULTISTATUS = "{DAV:}multistatus"
_CALENDAR = "{DAV:}resourcetype/{urn:ietf:params:xml:ns:caldav}calendar"
_TAGS = ("{http://calendarserver.org/ns/}getctag", "{DAV:}sync-token")
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_NOTHING = "BEGIN:VCALENDAR\r\nEND:VCALENDAR"


def query(since: datetime, until: datetime) -> bytes:
    """The question for all events, repeated ones too, that touch [since, until), both aware."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    return _QUERY.format(since=f"{since:%Y%m%dT%H%M%SZ}", until=f"{until:%Y%m%dT%H%M%SZ}").encode()


def tag(answer: bytes) -> str:
    """From the answer to `STATE` (depth 0): what changes with the calendar; empty where the server tells none.

    Raises FileRefused for what is no calendar: a folder of them would answer every question with nothing.
    """
    root = _read(answer)
    if root.find(f".//{_CALENDAR}") is None:
        raise FileRefused("calendar_missing")
    return next((text.strip() for name in _TAGS for one in root.iter(name) if (text := one.text)), "")


def calendars(answer: bytes) -> bytes:
    """From the answer to `query`: the calendar objects, one after the other as in one file. Raises FileRefused."""
    found = [text.strip() for element in _read(answer).iter(_DATA) if (text := element.text)]
    return "\r\n".join(found or [_NOTHING]).encode()


def _read(answer: bytes) -> Element:
    """A document type, and with it every entity, is refused: no answer needs one. Raises FileRefused."""
    try:
        root: Element = fromstring(answer, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise FileRefused("calendar_missing") from None
    if root.tag != _MULTISTATUS:
        raise FileRefused("calendar_missing")
    return root
