"""What stands round the columns of the agenda. Made from values alone, under which it is kept (`ui/frames.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.agenda.queries.free_times import bookable_on
from kalends.agenda.queries.plans import AgendaPlan
from kalends.foundation.actor import Actor, ChannelKind
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff import dates
from kalends.web.staff.agenda import heads, legend, month
from kalends.web.staff.agenda.reading import Board
from kalends.web.staff.agenda.wish import MOST_DAYS, Wish
from kalends.web.staff.shell import address


class Agenda(NamedTuple):
    id: UUID
    name: str
    is_shown: bool


class Service(NamedTuple):
    """As the agendas that are shown offer it, named in the language of the page."""

    id: UUID
    name: str
    colour: int
    is_bookable: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the page shows beside its columns and its shell."""

    slug: str
    by: Actor
    wish: Wish
    days: tuple[date, ...]
    today: date
    agendas: tuple[Agenda, ...]
    shown: tuple[str, ...]
    """Whose agendas: practitioner and speciality."""
    services: tuple[Service, ...]
    visits: int
    free: int
    has_columns: bool

    @classmethod
    def of(
        cls,
        organization: Organization,
        by: Actor,
        wish: Wish,
        days: Sequence[date],
        today: date,
        active: Sequence[Schedule],
        shown: Sequence[Schedule],
        plan: AgendaPlan,
        board: Board,
    ) -> Seen:
        ids = {schedule.id for schedule in shown}
        return cls(
            organization.slug,
            by,
            wish,
            tuple(days),
            today,
            tuple(Agenda(one.id, one.name, one.id in ids) for one in active),
            tuple(heads.whose(one) for one in shown),
            _offered(plan, ids),
            board.visits,
            board.free,
            bool(board.columns),
        )


def _offered(plan: AgendaPlan, ids: set[UUID]) -> tuple[Service, ...]:
    language = get_language() or "en"
    offered = {service_id for id_ in ids if id_ in plan.schedules for service_id in plan.schedules[id_].offers}
    return tuple(
        Service(one.id, one.name_in(language), one.colour, bookable_on(one, ChannelKind.STAFF))
        for one in plan.services.values()
        if one.id in offered
    )


def context(seen: Seen) -> dict[str, Any]:
    return {**_told(seen), **_rail(seen)}


def _told(seen: Seen) -> dict[str, Any]:
    wish = seen.wish
    before, after = wish.neighbours()
    views = [
        (_("Day"), wish.url(seen, view="day"), wish.view == "day"),
        (_("%(count)s days") % {"count": wish.days}, wish.url(seen, view="days"), wish.view == "days"),
        (_("Week"), wish.url(seen, view="week"), wish.view == "week"),
        (_("Side by side"), wish.url(seen, view="side"), wish.view == "side"),
        (_("List"), f"{address(seen, 'day')}?{urlencode({'day': seen.days[0].isoformat()})}", False),
    ]
    return {
        "wish": wish,
        "title": heads.title(seen.days),
        "lead": heads.about(seen.shown, seen.days, seen.visits, seen.free),
        "is_today": seen.today in seen.days,
        "has_columns": seen.has_columns,
        "views": [{"label": label, "url": url, "current": current} for label, url, current in views],
        "previous_url": wish.url(seen, day=before) if before else "",
        "next_url": wish.url(seen, day=after) if after else "",
        "today_url": wish.url(seen, day=seen.today),
        "said": [
            (name, value)
            for name, values in wish.said().items()
            for value in (values if isinstance(values, list) else [values])
        ],
        "month": month.draw(wish.day or seen.today, seen.days, seen.today, f"{wish.url(seen, day=None)}&day="),
    }


def _rail(seen: Seen) -> dict[str, Any]:
    may = seen.by.may
    return {
        "here": address(seen, "agenda"),
        "schedules": seen.agendas,
        "services": [(one.name, one.colour) for one in seen.services],
        "bookable": [(one.id, one.name) for one in seen.services if one.is_bookable]
        if may(Right.APPOINTMENT_BOOK)
        else [],
        "weekdays": [("", _("any day")), *((number, dates.weekday(number)) for number in range(1, 8))],
        "halves": [("", _("All day")), ("morning", _("Morning")), ("afternoon", _("Afternoon"))],
        "days_choice": [(number, number) for number in range(2, MOST_DAYS + 1)],
        "legend": legend.states(get_language() or "en"),
        "book_url": f"{address(seen, 'book')}?{urlencode({'day': (seen.wish.day or date.min).isoformat()})}",
        "blocks_url": address(seen, "blocks"),
        "absence_url": address(seen, "absence"),
        "live_url": address(seen, "live"),
        "people_url": address(seen, "agenda_people") if may(Right.CONTACT_READ) else "",
        "settings_url": address(seen, "new_schedule"),
        "place_url": address(seen, "agenda_place", appointment_id=UUID(int=0)) if may(Right.APPOINTMENT_MOVE) else "",
    }
