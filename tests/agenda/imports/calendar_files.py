"""Small calendar files in the shapes that real programs write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kalends.agenda.imports.busy import BusyReport
from kalends.agenda.imports.calendars import read_busy
from kalends.foundation.clock import zone

PARIS = zone("Europe/Paris")
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
AT_TEN = ("DTSTART;TZID=Europe/Paris:20260105T100000", "DTEND;TZID=Europe/Paris:20260105T110000")


def event(*lines: str, uid: str = "a", name: str = "VEVENT") -> str:
    return "\r\n".join([f"BEGIN:{name}", *([f"UID:{uid}"] if uid else []), *lines, f"END:{name}"])


def calendar(*parts: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def read(*parts: str, zone: ZoneInfo = PARIS, since: datetime = YEAR[0], until: datetime = YEAR[1]) -> BusyReport:
    return read_busy(calendar(*parts), zone=zone, since=since, until=until)


def shown(report: BusyReport) -> list[str]:
    """Month, day and time in UTC of each start and end."""
    return [f"{busy.start:%m%dT%H%M}-{busy.end:%m%dT%H%M}" for busy in report.busy]


def reasons(report: BusyReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.reason, problem.text) for problem in report.problems]
