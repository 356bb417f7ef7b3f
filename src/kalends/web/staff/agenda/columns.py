"""One agenda's day as a column: what was read of it, in its places, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from html import escape
from urllib.parse import quote
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kalends.agenda import rules
from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import SchedulePlan, ServicePlan
from kalends.booking.models import Status
from kalends.booking.queries import Drawn
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.agenda.axis import Line
from kalends.web.staff.agenda.bars import Bar, Glyphs, Place, free, now_line, shut, words
from kalends.web.staff.agenda.lanes import lanes
from kalends.web.staff.shell import address

SHOWS_NOTHING = Status.CANCELLED


@dataclass(frozen=True, slots=True)
class Other:
    """What takes time and is no visit; instants in seconds. `kind`: held, offer, blocked, reserved."""

    kind: str
    begins: int
    ends: int
    name: str = ""
    until: int = 0


@dataclass(slots=True)
class Found:
    """What was read of one agenda's day. `free`: from when to when a visit could still be."""

    visits: list[Drawn] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    free: set[rules.Span] = field(default_factory=set)
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it in the page; `head` and `body` are HTML. `reach`: the full hours between which it has anything."""

    key: str
    day: date
    schedule_id: UUID
    head: str
    label: str
    attributes: str
    body: str
    reach: tuple[int, int]
    visits: int
    free: int
    is_today: bool
    is_idle: bool
    """Closed, and nothing stands there."""
    html: SafeString = field(init=False)

    def __post_init__(self) -> None:
        """Written once: a column is shown many times before anything in it changes."""
        today = " today" if self.is_today else ""
        html = (
            f'<section class="column" data-key="{self.key}" data-schedule="{self.schedule_id}"'
            f' data-from="{self.reach[0]}" data-till="{self.reach[1]}"{self.attributes}'
            f' aria-label="{escape(self.label)}">'
            f'<div class="head{today}">{self.head}</div><ol class="col">{self.body}</ol></section>'
        )
        object.__setattr__(self, "html", SafeString(html))


class Desk:
    """What all columns of a page have in common: whose desk, in which language, what this person may do."""

    def __init__(
        self,
        organization: Organization,
        now: datetime,
        services: Mapping[UUID, ServicePlan],
        language: str,
        *,
        book: bool,
    ) -> None:
        self.now = clock.epoch_of(now)
        self.services, self.language, self.may_book = services, language, book
        self.glyphs = Glyphs()
        self.book_url = address(organization, "book")
        self.group_url = address(organization, "agenda_group", appointment_id=UUID(int=0)).removesuffix(
            f"{UUID(int=0)}/"
        )
        self.blocks_url = address(organization, "blocks")
        some = address(organization, "appointment", appointment_id=UUID(int=0))
        self.visit_url = some.removesuffix(f"{UUID(int=0)}/")
        self._services: dict[UUID, tuple[str, int]] = {}

    def service(self, service_id: UUID) -> tuple[str, int]:
        """The name and the colour; of a service that is no longer offered neither is known here."""
        known = self._services.get(service_id)
        if known is None:
            plan = self.services.get(service_id)
            known = self._services[service_id] = (plan.name_in(self.language), plan.colour) if plan else ("", 1)
        return known


class Writer:
    """Writes one column."""

    def __init__(self, desk: Desk, schedule: Schedule, plan: SchedulePlan | None, line: Line) -> None:
        self.desk, self.schedule, self.plan, self.line = desk, schedule, plan, line
        self.zone = line.zone

    def body(self, found: Found, first: int, last: int) -> str:
        """All of the column between two hours, in the order in which one reads it."""
        shown = [(bar, bar.place.within(first, last)) for bar in self.bars(found)]
        bars = [replace(bar, place=place) for bar, place in shown if place is not None]
        bars.sort(key=lambda bar: (bar.place.first, bar.place.last))
        beside = lanes([(bar.place.first, bar.place.last) for bar in bars if not bar.alone])
        places = iter(beside)
        gone = [bar.place for bar in bars if bar.alone]
        items = [
            (bar.place.first, 1, bar.html() if bar.alone else bar.html(*next(places), makes_room=_under(bar, gone)))
            for bar in bars
        ]
        items += [(place.first, 2, html) for place, html in self.free_items(found)]
        items.sort(key=lambda item: item[:2])
        now = self.now_item(first, last)
        return "".join([*self.shut_items(found, first, last), *(html for _at, _rank, html in items), now])

    def bars(self, found: Found) -> list[Bar]:
        grouped = self.schedule.capacity > 1
        bars = [self.other(one) for one in found.others]
        if grouped:
            bars += self.groups([one for one in found.visits if one.status != SHOWS_NOTHING])
        else:
            bars += [self.visit(one) for one in found.visits]
        return bars

    def visit(self, one: Drawn) -> Bar:
        service, colour = self.desk.service(one.service_id)
        place, time = self.place(one.begins, one.ends), self.hour(one.begins)
        glyph = self.desk.glyphs.state(one.status)
        url = f"{self.desk.visit_url}{one.id}/"
        if one.status == SHOWS_NOTHING:
            gone = f'<span class="vh">{time} {escape(one.name)} </span>{glyph}'
            return Bar(place, "is-cancelled", gone, url, alone=True)
        detail = service
        if one.status == Status.ARRIVED and one.since:
            detail = _("%(service)s · since %(hour)s") % {"service": service, "hour": self.hour(one.since)}
        css = f"svc-{colour} is-{one.status}"
        if one.is_overbooked:
            css += " is-over"
            glyph += self.desk.glyphs.of("g-over", _("Overbooked"))
        return Bar(place, css, words(time, one.name, detail) + glyph, url)

    def groups(self, visits: Sequence[Drawn]) -> list[Bar]:
        """One bar for all who come at one time for one thing: how many of how many, never who."""
        by_start: dict[tuple[int, int, UUID], list[Drawn]] = {}
        for one in visits:
            by_start.setdefault((one.begins, one.ends, one.service_id), []).append(one)
        bars = []
        for (begins, ends, service_id), same in by_start.items():
            service, colour = self.desk.service(service_id)
            of = _("%(taken)s of %(seats)s") % {"taken": len(same), "seats": self.schedule.capacity}
            count = (
                f'<span class="seats" aria-hidden="true">{len(same)}/{self.schedule.capacity}</span>'
                f'<span class="vh"> {of}</span>'
            )
            url = f"{self.desk.group_url}{same[0].id}/"
            inner = words(self.hour(begins), service) + count
            bars.append(Bar(self.place(begins, ends), f"svc-{colour} is-booked is-group", inner, url))
        return bars

    def other(self, one: Other) -> Bar:
        place, time = self.place(one.begins, one.ends), self.hour(max(one.begins, self.line.begins))
        glyph = self.desk.glyphs.of
        if one.kind == "held":
            left = max(0, one.until - self.desk.now)
            name = _("Held · {left}").format(left=f"{left // 60}:{left % 60:02}")
            inner = words(time, name) + glyph("g-held", _("Held"))
            return Bar(place, "is-held", inner, extra=f' data-until="{one.until}"')
        if one.kind == "offer":
            detail = _("Offered to %(name)s · until %(hour)s") % {"name": one.name, "hour": self.hour(one.until)}
            return Bar(place, "is-offer", words(time, _("Freed time"), detail) + glyph("g-offer", _("Offered")))
        kind, word, sign = {
            "reserved": ("is-reserved", _("Reserved"), "g-reserved"),
            "blocked": ("is-blocked", _("Blocked"), "g-blocked"),
        }[one.kind]
        until = _("until %(hour)s") % {"hour": self.hour(min(one.ends, self.line.ends))}
        url = f"{self.desk.blocks_url}?day={self.line.day.isoformat()}" if self.desk.may_book else ""
        return Bar(place, kind, words(time, one.name or word, until) + glyph(sign, word), url)

    def free_items(self, found: Found) -> list[tuple[Place, str]]:
        """Each start reaches to the next, the last of a stretch as far as a visit may last."""
        if not self.desk.may_book:
            return []
        starts = sorted({begin for begin, _end in found.free})
        ends: dict[int, int] = {}
        for begin, end in found.free:
            ends[begin] = max(ends.get(begin, 0), end)
        base = f"{self.desk.book_url}?schedule={self.schedule.id}&amp;start="
        items = []
        for number, start in enumerate(starts):
            until = min(ends[start], starts[number + 1]) if number + 1 < len(starts) else ends[start]
            place = self.place(start, until)
            wall = clock.wall(start, self.zone)
            url = base + quote(wall.isoformat(), safe=":-")
            items.append((place, free(place, dates.hour(wall), url)))
        return items

    def shut_items(self, found: Found, first: int, last: int) -> list[str]:
        """What is closed between the hours shown, and hours that this date does not have."""
        spans = [] if self.plan is None else self.plan.open_spans(self.line.day, None)
        begin, end = first * 60, last * 60
        items, at = [], begin
        for opens, closes in spans:
            since, until = max(begin, self.line.place(opens)), min(end, self.line.place(closes))
            if since > at:
                items.append(shut(Place.of(at, since)))
            at = max(at, until)
        if at < end:
            items.append(shut(Place.of(at, end), found.closed if at == begin else ""))
        for since, until in self.line.voids():
            if since < end and until > begin:
                items.append(shut(Place.of(max(begin, since), min(end, until)), _("not on this day")))
        return items

    def now_item(self, first: int, last: int) -> str:
        if not self.line.begins <= self.desk.now < self.line.ends:
            return ""
        at = self.line.place(self.desk.now)
        place = Place.of(at, at).within(first, last)
        return now_line(place, self.hour(self.desk.now)) if place else ""

    def reach(self, found: Found) -> list[int]:
        """Positions between which the page has to show something of this column."""
        spans = [] if self.plan is None else list(self.plan.open_spans(self.line.day, None))
        spans += [(one.begins, one.ends) for one in found.visits]
        spans += [(one.begins, one.ends) for one in found.others if one.kind in ("held", "offer")]
        return [self.line.place(instant) for span in spans for instant in span]

    def attributes(self, starts: Iterable[int]) -> str:
        """What a script needs to turn a place back into an instant, and where visits may begin."""
        anchors = ",".join(f"{at}:{epoch}" for at, epoch in self.line.anchors())
        placed = " ".join(str(self.line.place(start)) for start in sorted(starts))
        return f' data-anchors="{anchors}" data-starts="{placed}"'

    def place(self, begins: int, ends: int) -> Place:
        return Place.of(self.line.place(begins), self.line.place(ends))

    def hour(self, epoch: int) -> str:
        wall = clock.wall(epoch, self.zone)
        return f"{wall.hour}:{wall.minute:02}"


def _under(bar: Bar, gone: Sequence[Place]) -> bool:
    return any(bar.place.meets_corner_of(place) for place in gone)


def places_left(spans: set[rules.Span]) -> int:
    """How many visits could still be, one after the other."""
    count, until = 0, 0
    for begin, end in sorted(spans, key=lambda span: (span[1], span[0])):
        if begin >= until:
            count, until = count + 1, end
    return count


def counted(visits: int, left: int, *, is_open: bool, to_come: bool) -> str:
    """12 appointments · 3 free."""
    parts = []
    if visits or is_open:
        parts.append(ngettext("%(count)s appointment", "%(count)s appointments", visits) % {"count": visits})
    if left:
        parts.append(ngettext("%(count)s free", "%(count)s free", left) % {"count": left})
    elif is_open and to_come:
        parts.append(_("full"))
    elif not is_open:
        parts.append(_("closed"))
    return " · ".join(parts)
