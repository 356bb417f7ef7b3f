"""The small month beside the agenda: where one is, where one can go, and how full each day is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from types import MappingProxyType

from babel.dates import get_day_names
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.agenda.queries.occupied import taken
from kalends.agenda.queries.plans import plan_of
from kalends.agenda.rules import Busy, Span
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.weeks import monday
from kalends.web.ui.dates import locale

QUARTERS = 4


def weeks_of(day: date) -> list[list[date]]:
    """The whole weeks, Monday first, that the month of `day` touches."""
    begin, a_week = monday(day.replace(day=1)), timedelta(days=7)
    weeks: list[list[date]] = []
    while len(weeks) < 6 and (begin.month == day.month or not weeks):
        weeks.append([begin + timedelta(days=number) for number in range(7)])
        begin += a_week
    return weeks


def draw(
    day: date, shown: Sequence[date], today: date, url: str, fills: Mapping[date, int | None] = MappingProxyType({})
) -> SafeString:
    """As a table; `url` is the address of a day, to which the date is added.

    `fills` in quarters, None: closed; a day that is not in it is drawn without.
    """
    names = get_day_names("narrow", context="stand-alone", locale=locale())
    heads = "".join(
        f'<th scope="col"><abbr title="{escape(dates.weekday(number + 1))}">{escape(names[number])}</abbr></th>'
        for number in range(7)
    )
    url = escape(url)
    rows = "".join(_week(week, day, shown, today, url, fills) for week in weeks_of(day))
    week = escape(_("Week"))
    return SafeString(
        f"<table><caption>{escape(dates.month(day))}</caption>"
        f'<thead><tr><th scope="col"><span class="vh">{week}</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def read_fills(
    organization: Organization, schedules: Sequence[Schedule], day: date, now: datetime
) -> dict[date, int | None]:
    """How much of the opening hours of each day is taken, in quarters, over all of `schedules`; None: closed."""
    plan = plan_of(organization)
    known = [plan.schedules[one.id] for one in schedules if one.id in plan.schedules]
    days = [one for week in weeks_of(day) for one in week if clock.FIRST_DAY <= one <= clock.LAST_DAY]
    if not known:
        return {}
    bounds = [clock.day_bounds(one, schedule.zone) for schedule in known for one in (days[0], days[-1])]
    busy = taken(organization, [one.id for one in known], min(map(min, bounds)), max(map(max, bounds)), now)
    fills: dict[date, int | None] = {}
    for one in days:
        pairs = [(schedule.open_spans(one, None), busy.get(schedule.id, ())) for schedule in known]
        room = sum(
            (end - begin) * schedule.capacity
            for schedule, (spans, _busy) in zip(known, pairs, strict=True)
            for begin, end in spans
        )
        used = sum(_used(spans, places) for spans, places in pairs)
        fills[one] = min(QUARTERS, -(-used * QUARTERS // room)) if room else None
    return fills


def _used(spans: Sequence[Span], places: Sequence[Busy]) -> int:
    return sum(max(0, min(end, until) - max(begin, since)) for begin, end in spans for since, until, _seat in places)


def _week(
    week: Sequence[date],
    day: date,
    shown: Sequence[date],
    today: date,
    url: str,
    fills: Mapping[date, int | None],
) -> str:
    cells = "".join(_cell(one, day, today, url, fills) for one in week)
    css = ' class="shown"' if any(one in shown for one in week) else ""
    return f'<tr{css}><th scope="row">{week[0].isocalendar().week}</th>{cells}</tr>'


def _cell(one: date, day: date, today: date, url: str, fills: Mapping[date, int | None]) -> str:
    if not clock.FIRST_DAY <= one <= clock.LAST_DAY:
        return "<td></td>"
    css = [] if one.month == day.month else ["out"]
    said = ""
    if one in fills:
        quarters = fills[one]
        css.append("closed-day" if quarters is None else f"fill-{quarters}")
        words = _("closed") if quarters is None else _("%(percent)s %% taken") % {"percent": quarters * 25}
        said = f'<span class="vh">, {escape(words)}</span>'
    current = ' aria-current="date"' if one == today else ""
    name = f'<span class="vh"> {escape(dates.month(one))}</span>' if one.month != day.month else ""
    return f'<td class="{" ".join(css)}"><a href="{url}{one.isoformat()}"{current}>{one.day}{name}{said}</a></td>'
