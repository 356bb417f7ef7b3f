"""Closures: one-off ones with a reason, and the public holidays of a country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from kalends.agenda import changes, rules
from kalends.agenda.models import Closure, Schedule
from kalends.agenda.operations import wording
from kalends.agenda.operations.schedules import refuse_foreign
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.clock import FIRST_DAY, LAST_DAY, ClockRefused
from kalends.foundation.database import rows
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Location, Organization

FIELDS = frozenset({"from_day", "from_minute", "to_day", "to_minute", "reason"})

# What public holidays depend on within a country, by the beginning of the postcode.
REGIONS: Mapping[str, Mapping[str, str]] = {
    "CA": {"A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "R": "MB", "S": "SK"}
    | {"T": "AB", "V": "BC", "X": "NT", "Y": "YT"}
    | dict.fromkeys("KLMNP", "ON"),
    "FR": {"57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "976": "976"},
}


def add_closure(
    organization: Organization,
    *,
    schedule: Schedule | None = None,
    from_day: date,
    from_minute: int = 0,
    to_day: date,
    to_minute: int = 1440,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> Closure:
    """Close from one wall-clock moment to another: one schedule, or the whole organization.

    Appointments within stay; they are listed as outside the opening hours. Raises Invalid.
    """
    refuse_foreign(schedule, organization)
    closure = Closure(organization=organization, schedule_id=schedule.id if schedule else None)
    sent = {"from_day": from_day, "from_minute": from_minute, "to_day": to_day, "to_minute": to_minute}
    _fill(closure, {**sent, "reason": reason})
    rows.insert(closure)
    audit.record("closure:add", closure, by=by, now=now, after=_written(closure))
    changes.tell_all(organization.id)
    return closure


def edit_closure(closure: Closure, *, by: Actor, now: datetime, **fields: Any) -> Closure:
    """Change when it is closed, or why; public holidays too. Raises Invalid."""
    before = _written(closure)
    rows.update(closure, _fill(closure, fields))
    audit.record("closure:edit", closure, by=by, now=now, before=before, after=_written(closure))
    changes.tell_all(closure.organization_id)
    return closure


def remove_closure(closure: Closure, *, by: Actor, now: datetime) -> None:
    """Open again as the rules say."""
    audit.record("closure:remove", closure, by=by, now=now, before=_written(closure))
    changes.tell_all(closure.organization_id)
    closure.delete()


def add_public_holidays(
    organization: Organization, *, years: Collection[int], by: Actor, now: datetime
) -> list[Closure]:
    """Close on the public holidays of the country that are not closed yet; returns the new closures.

    A day that is a holiday at every location closes the organization, one of some regions only (24 June in
    Québec) the schedules there. A holiday that was removed comes back only by asking for its year again.
    """
    for year in years:
        if not FIRST_DAY.year <= year <= LAST_DAY.year:
            raise Invalid.field("years", wording.DAY_OUT_OF_RANGE)
    wanted = _wanted(organization, years)
    existing = organization.closures.filter(is_public_holiday=True).values_list("schedule_id", "from_day")
    known = set(existing)
    made = [
        Closure(
            organization=organization,
            schedule_id=schedule_id,
            from_day=day,
            to_day=day,
            from_minute=0,
            to_minute=1440,
            reason=name[:200],
            is_public_holiday=True,
        )
        for (schedule_id, day), name in sorted(wanted.items(), key=lambda item: (item[0][1], str(item[0][0])))
        if (schedule_id, day) not in known and (None, day) not in known
    ]
    Closure.all_rows.bulk_create(made)
    for closure in made:
        audit.record("closure:add", closure, by=by, now=now, after=_written(closure))
    changes.tell_all(organization.id)
    return made


def _wanted(organization: Organization, years: Collection[int]) -> dict[tuple[Any, date], str]:
    """Names of holidays by schedule (None: the organization) and date."""
    locations = list(organization.locations.filter(is_active=True))
    places = {location.id: (location.country, _region(location)) for location in locations}
    calendars = {
        place: _holidays(*place, years, organization.language)
        for place in {*places.values()} or {(organization.country, None)}
    }
    everywhere = set.intersection(*(set(days) for days in calendars.values()))
    first = next(iter(sorted(calendars.items(), key=str)))[1]
    wanted: dict[tuple[Any, date], str] = {(None, day): first[day] for day in everywhere}
    schedules: defaultdict[Any, list[Schedule]] = defaultdict(list)
    for schedule in organization.schedules.all():
        schedules[schedule.location_id].append(schedule)
    for location_id, place in places.items():
        for day in set(calendars[place]) - everywhere:
            wanted |= {(schedule.id, day): calendars[place][day] for schedule in schedules[location_id]}
    return wanted


def _region(location: Location) -> str | None:
    postcode = location.postcode.replace(" ", "").upper()
    regions = REGIONS.get(location.country, {})
    return next((region for start, region in regions.items() if postcode.startswith(start)), None)


def _holidays(country: str, region: str | None, years: Collection[int], language: str) -> dict[date, str]:
    """The public holidays, by date."""
    import holidays  # large, and needed once a year

    spoken = getattr(holidays, country).supported_languages
    speech = next((code for code in spoken if code.split("_")[0] == language), None)
    found = holidays.country_holidays(country, subdiv=region, years=sorted(years), language=speech)
    return dict(found.items())


def _fill(closure: Closure, sent: Mapping[str, Any]) -> rows.Changes:
    changes = rows.fill(closure, sent, allowed=FIELDS, bounds={"from_minute": (0, 1439), "to_minute": (0, 1440)})
    value = rules.Closure(closure.from_day, closure.from_minute, closure.to_day, closure.to_minute)
    try:
        rules.check_closure(value)
    except rules.OpeningRefused as fault:
        raise Invalid([wording.field_error(fault)]) from fault
    except ClockRefused as fault:
        name = "from_day" if not FIRST_DAY <= closure.from_day <= LAST_DAY else "to_day"
        raise Invalid.field(name, wording.DAY_OUT_OF_RANGE) from fault
    return changes


def _written(closure: Closure) -> dict[str, Any]:
    return {
        "schedule": closure.schedule_id and str(closure.schedule_id),
        "from": [closure.from_day.isoformat(), closure.from_minute],
        "to": [closure.to_day.isoformat(), closure.to_minute],
        "reason": closure.reason,
    }
