"""The dates of a series as one reads them: when, what became of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kalends.booking.models import SeriesDate
from kalends.booking.rules.series import Planned
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.shell import address

OUTCOMES: dict[str, Promise] = {
    "made": _("Booked"),
    "shifted": _("At another time"),
    "skipped": _("Left out"),
    "stopped": _("Not booked: the series ends before"),
}
WHY: dict[str, Promise] = {
    "slot_taken": _("this time is taken"),
    "slot_not_open": _("closed, or outside the hours"),
    "patient_busy": _("the patient has another appointment then"),
    "no_such_hour": _("the clocks skip this hour"),
}


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    when: str
    outcome: str
    why: str
    is_made: bool
    url: str = ""
    add_url: str = ""
    cancelled: bool = False


def previewed(planned: Sequence[Planned], minute: int, zone: ZoneInfo) -> list[Row]:
    rows = []
    for one in planned:
        shown = clock.wall(one.start, zone) if one.start is not None else None
        hour = dates.hour(shown) if shown else dates.minute(minute)
        rows.append(
            Row(
                number=one.number,
                when=f"{dates.day(one.day, year=True)}, {hour}",
                outcome="" if one.outcome == "made" else str(OUTCOMES[one.outcome]),
                why=str(WHY.get(one.why, "")),
                is_made=one.start is not None,
            )
        )
    return rows


def kept(organization: Organization, found: Sequence[SeriesDate], *, may_add: bool) -> list[Row]:
    rows = []
    for one in found:
        visit = one.appointment
        day, minute = (visit.local_day, visit.local_minute) if visit else (one.day, one.minute)
        path = {"series_id": one.series_id, "date_id": one.id}
        rows.append(
            Row(
                number=one.number,
                when=f"{dates.day(day, year=True)}, {dates.minute(minute)}",
                outcome=str(OUTCOMES[one.outcome]),
                why=str(WHY.get(one.why, "")),
                is_made=visit is not None,
                url=address(organization, "appointment", appointment_id=visit.id) if visit else "",
                add_url=address(organization, "add_date", **path) if visit is None and may_add else "",
                cancelled=visit is not None and visit.status == "cancelled",
            )
        )
    return rows
