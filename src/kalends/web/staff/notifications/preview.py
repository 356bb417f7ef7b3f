"""Part 5: who gets what, and why; as typed, saved or not. And the letter itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda.models import NoticeBy, Schedule, Service
from kalends.agenda.queries.options import chosen_options_of_schedule
from kalends.foundation import clock, phone
from kalends.foundation.database import tenancy
from kalends.notifications.institution.example import PRACTITIONER, Example, example_of, letter_about
from kalends.notifications.institution.preview import Case, Event, Line, Shown, To, who_gets
from kalends.notifications.operations.practitioners import told_by_options
from kalends.notifications.texts import days
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.framing import framed
from kalends.web.staff import asked, dates
from kalends.web.staff.page import desk, show
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link

EVENTS: dict[str, Promise] = {
    Event.BOOKED: gettext_lazy("Booking"),
    Event.MOVED: pgettext_lazy("event", "Move"),
    Event.CANCELLED: gettext_lazy("Cancellation"),
    Event.PAYMENT: gettext_lazy("Payment"),
}
LETTERS: dict[tuple[To, str], Promise] = {
    (To.PATIENT, NoticeBy.EMAIL): gettext_lazy("E-mail to the patient"),
    (To.PATIENT, NoticeBy.SMS): gettext_lazy("SMS to the patient"),
    (To.PRACTITIONER, NoticeBy.EMAIL): gettext_lazy("E-mail to the practitioner"),
    (To.PRACTITIONER, NoticeBy.SMS): gettext_lazy("SMS to the practitioner"),
    (To.PRACTITIONER, NoticeBy.MESSAGE): gettext_lazy("Message to the practitioner"),
    (To.COPY, NoticeBy.EMAIL): gettext_lazy("Blind copy of the same e-mail"),
    (To.INSTITUTION, NoticeBy.EMAIL): gettext_lazy("E-mail to the institution"),
}
GLYPHS: dict[str, str] = {NoticeBy.EMAIL: "mail", NoticeBy.SMS: "sms", NoticeBy.MESSAGE: "bell"}
USUAL_HOURS, MOST_HOURS = 7, 2160


@dataclass(frozen=True, slots=True)
class Wish:
    """Which example is looked at. Empty: there is no agenda or no service yet."""

    event: Event
    hours: int
    schedule: Schedule | None
    service: Service | None

    @classmethod
    def read(cls, sent: QueryDict, organization: Organization) -> Wish:
        """What cannot be read is as usual: nobody is stopped from saving by an example. Inside `tenancy.acting`."""
        event = sent.get("preview", "")
        hours = sent.get("preview_hours", "").strip()
        schedules = organization.schedules.filter(is_active=True).select_related("provider", "location")
        services = list(organization.services.filter(is_active=True).order_by("position", "id"))
        schedule = _chosen(list(schedules.order_by("name", "id")), sent.get("preview_schedule"))
        return cls(
            Event(event) if event in EVENTS else Event.BOOKED,
            int(hours) if hours.isascii() and hours.isdigit() and 1 <= int(hours) <= MOST_HOURS else USUAL_HOURS,
            schedule,
            _chosen(_offered_first(organization, schedule, services), sent.get("preview_service")),
        )

    def query(self, to: To, *, by: str, minimal: bool) -> str:
        named = {"preview": self.event, "to": to, "by": by, "preview_hours": self.hours}
        chosen = {"preview_schedule": self.schedule, "preview_service": self.service}
        named |= {name: row.id for name, row in chosen.items() if row is not None}
        return urlencode(named | ({"minimal": "yes"} if minimal else {}))


def _offered_first(organization: Organization, schedule: Schedule | None, services: list[Service]) -> list[Service]:
    """An example that nobody has chosen is one that could happen."""
    if schedule is None:
        return services
    offered = set(organization.offerings.filter(schedule_id=schedule.id).values_list("service_id", flat=True))
    return sorted(services, key=lambda service: service.id not in offered)


def _chosen(rows: list[Any], wanted: str | None) -> Any:
    return next((row for row in rows if str(row.id) == wanted), rows[0] if rows else None)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it. `url`: of the letter; an internal message has none, it is read at the bell."""

    line: Line
    what: str
    glyph: str
    url: str
    is_new: bool


def preview_of(
    organization: Organization, wish: Wish, typed: Mapping[str, Any], saved: set[str], now: datetime
) -> dict[str, Any]:
    """For the template. `saved`: the addresses that are in the settings. Inside `tenancy.acting`."""
    if wish.schedule is None or wish.service is None:
        return {"no_example": True}
    example = example_of(organization, wish.schedule, wish.service, wish.event, hours=wish.hours, now=now)
    shown = who_gets(_case(organization, wish, example, now), typed)
    return {"sentence": _sentence(wish, example), **_rows(organization, wish, shown, saved, typed["booking_minimal"])}


def _case(organization: Organization, wish: Wish, example: Example, now: datetime) -> Case:
    kind = PRACTITIONER.get(wish.event)
    options = chosen_options_of_schedule(organization, example.schedule.id)
    texted = options is not None and NoticeBy.SMS in options.immediate_reminder
    return Case(
        event=wish.event,
        location=example.schedule.location_id,
        service=example.service.id,
        starts_at=example.visit.starts_at,
        now=now,
        patient=example.visit.contact.email,
        practitioners=[
            (one.by, phone.written(one.at, country=organization.country) if one.by == NoticeBy.SMS else one.at)
            for one in (told_by_options(organization, example.schedule.id, kind) if kind else [])
        ],
        texts_patient=texted and wish.event in (Event.BOOKED, Event.MOVED),
    )


def _rows(organization: Organization, wish: Wish, shown: Shown, saved: set[str], minimal: bool) -> dict[str, Any]:
    page = address(organization, "notification_message")

    def row(line: Line) -> Row:
        is_new = line.to not in (To.PATIENT, To.PRACTITIONER) and line.address.lower() not in saved
        if line.to is None:
            return Row(line, _("cannot be written to") if line.is_bad else _("nothing"), "minus", "", is_new)
        what = str(LETTERS[line.to, line.by])
        if line.later is not None:
            zone = clock.zone(organization.time_zone)
            what = _("%(what)s, on %(when)s") % {"what": what, "when": dates.instant(line.later, zone)}
        query = wish.query(line.to, by=line.by, minimal=minimal and line.to == To.INSTITUTION)
        url = f"{page}?{query}" if line.by != NoticeBy.MESSAGE else ""
        return Row(line, what, "eyeoff" if line.to == To.COPY else GLYPHS[line.by], url, is_new)

    return {"gets": [row(line) for line in shown.gets], "nothing": [row(line) for line in shown.nothing]}


def _sentence(wish: Wish, example: Example) -> str:
    language, local = get_language() or "en", example.local_start
    said = {
        "name": example.visit.contact.full_name,
        "service": example.service.name_in(language),
        "agenda": example.schedule.name,
        "day": dates.day(local.date()),
        "hour": dates.hour(local),
    }
    if wish.event == Event.BOOKED:
        return _("Example: %(name)s books %(service)s online, %(day)s at %(hour)s, %(agenda)s.") % said
    if wish.event == Event.MOVED:
        return _("Example: %(name)s moves %(service)s online to %(day)s at %(hour)s, %(agenda)s.") % said
    if wish.event == Event.PAYMENT:
        return _("Example: %(name)s has not paid %(service)s of %(day)s at %(hour)s, and the deadline is near.") % said
    left = days.span_in_words(int((example.visit.starts_at - _now()).total_seconds()) // 60, language)
    said["left"] = left
    return _("Example: %(name)s cancels %(service)s of %(day)s at %(hour)s now, %(left)s before.") % said


def _now() -> datetime:
    return tenancy.current().now


@desk(Right.SETTINGS_NOTIFICATIONS)
def notification_message(request: OrganizationRequest) -> HttpResponse:
    """The letter as it would leave; `alone`: its HTML, as a mail program shows it."""
    organization = request.organization
    to = To(asked.word(request.GET, "to", tuple(To)))
    by = asked.word(request.GET, "by", (NoticeBy.EMAIL, NoticeBy.SMS))
    with tenancy.acting(organization=organization, by=request.actor) as now:
        wish = Wish.read(request.GET, organization)
    if wish.schedule is None or wish.service is None or (to, by) not in LETTERS:
        raise Http404
    minimal = "minimal" in request.GET
    example = example_of(organization, wish.schedule, wish.service, wish.event, hours=wish.hours, now=now)
    letter = letter_about(organization, example, wish.event, to, minimal=minimal, now=now, medium=by)
    if "alone" in request.GET:
        return framed(letter.html)
    here = address(organization, "notification_settings")
    context = {
        "crumbs": [Link(_("Notification settings"), here)],
        "letter": letter,
        "what": LETTERS[to, by],
        "alone_url": f"{request.path}?{wish.query(to, by=by, minimal=minimal)}&alone=yes",
    }
    return show(request, "staff/notifications/message.html", context, place="notification_settings")


def fragment(request: OrganizationRequest, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, "staff/notifications/who_gets.html", dict(context))
