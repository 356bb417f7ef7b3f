"""Who gets what, and why, when something happens to an example: as the settings are typed, saved or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda.models import NoticeBy
from kalends.delivery.addresses import readable
from kalends.notifications.institution import rules
from kalends.notifications.institution.rules import Mode


class Event(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    PAYMENT = "payment"


class To(StrEnum):
    """Whose letter it is."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    COPY = "copy"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Case:
    """What happens in the example: a visit of `service` at `location` begins at `starts_at`, and it is `now`.

    `practitioners`: by which way, and where, as their options say; `texts_patient`: these want it told by SMS at once.
    """

    event: Event
    location: UUID | None
    service: UUID | None
    starts_at: datetime
    now: datetime
    patient: str
    practitioners: Sequence[tuple[NoticeBy, str]] = ()
    texts_patient: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An address, or a name, what it gets (nothing: `to` is None) and why. `later`: it is held back until then."""

    address: str
    to: To | None
    why: str
    is_bad: bool = False
    later: datetime | None = None
    by: NoticeBy = NoticeBy.EMAIL


@dataclass(frozen=True, slots=True)
class Shown:
    """Each address stands in one of the two, whatever it is named for."""

    gets: tuple[Line, ...]
    nothing: tuple[Line, ...]


def who_gets(case: Case, typed: Mapping[str, Any]) -> Shown:
    """`typed`: the fields of the settings as in `set_notices`, good or bad."""
    lines = [
        Line(case.patient, To.PATIENT, _("is the patient")),
        *_by_options(case),
        *_copies(case, typed),
        *_bookings(case, typed),
        *_cancellations(case, typed),
        *_payments(case, typed),
    ]
    gets = tuple(line for line in lines if line.to is not None)
    reached = {line.address.lower() for line in gets}
    nothing: dict[str, Line] = {}
    for line in lines:
        if line.to is None and line.address.lower() not in reached:
            nothing.setdefault(line.address.lower(), line)
    return Shown(gets, tuple(nothing.values()))


def _by_options(case: Case) -> Iterator[Line]:
    why = _("the options of the practitioner say so")
    if case.texts_patient:
        yield Line(_("the patient’s mobile number"), To.PATIENT, why, by=NoticeBy.SMS)
    for way, at in case.practitioners:
        yield Line(at, To.PRACTITIONER, why, by=way)


def _copies(case: Case, typed: Mapping[str, Any]) -> Iterator[Line]:
    kind = {Event.CANCELLED: "cancellations", Event.PAYMENT: "payments"}.get(case.event, "bookings")
    for one in typed["copies"]:
        address = one["email"]
        if not readable(address):
            yield _bad(address, 2)
        elif address.lower() == case.patient.lower():
            continue
        elif not one["on"]:
            yield Line(address, None, _("part 2: switched off"))
        elif kind not in one["kinds"]:
            yield Line(address, None, _("part 2: gets no copy of these"))
        else:
            yield Line(address, To.COPY, _("part 2"))


def _bookings(case: Case, typed: Mapping[str, Any]) -> Iterator[Line]:
    reason = _no_booking(case, typed)
    for address in typed["booking_emails"]:
        if not readable(address):
            yield _bad(address, 1)
        elif reason:
            yield Line(address, None, reason)
        else:
            why = _("part 1, with least data") if typed["booking_minimal"] else _("part 1, with all data")
            yield Line(address, To.INSTITUTION, why)


def _no_booking(case: Case, typed: Mapping[str, Any]) -> str:
    """Why bookings of the example are not told; empty: they are."""
    if case.event not in (Event.BOOKED, Event.MOVED):
        return _("part 1 tells of bookings and moves only")
    here = [case.location] if case.location else []
    if not rules.is_wanted(locations=typed["booking_locations"], services=(), at=here, service=None):
        return _("part 1: not at this location")
    if not rules.is_wanted(locations=(), services=typed["booking_services"], at=(), service=case.service):
        return _("part 1: not for this service")
    return ""


def _cancellations(case: Case, typed: Mapping[str, Any]) -> Iterator[Line]:
    mode, hours = typed["cancellation_mode"], typed["cancellation_hours"]
    due_at = None
    if hours is not None and case.event == Event.CANCELLED:
        due_at = rules.told_of_cancellation(mode, hours, starts_at=case.starts_at, at=case.now)
    for address in typed["cancellation_emails"]:
        if not readable(address):
            yield _bad(address, 3)
        elif case.event != Event.CANCELLED:
            yield Line(address, None, _("part 3 tells of cancellations only"))
        elif hours is None:
            yield Line(address, None, _("part 3 cannot be saved"))
        elif due_at is None:
            yield Line(address, None, _("part 3: not less than %(hours)s hours before") % {"hours": hours})
        else:
            yield Line(
                address, To.INSTITUTION, _why_cancelled(mode, hours), later=due_at if due_at > case.now else None
            )


def _payments(case: Case, typed: Mapping[str, Any]) -> Iterator[Line]:
    hours = typed["payment_hours"]
    for address in typed["payment_emails"]:
        if not readable(address):
            yield _bad(address, 4)
        elif case.event != Event.PAYMENT:
            yield Line(address, None, _("part 4 tells of payments only"))
        elif hours is None:
            yield Line(address, None, _("part 4 cannot be saved"))
        else:
            why = _("part 4: %(hours)s hours before the deadline") % {"hours": hours}
            yield Line(address, To.INSTITUTION, why)


def _why_cancelled(mode: str, hours: int) -> str:
    if mode == Mode.EVERY:
        return _("part 3: at each cancellation")
    if mode == Mode.HELD:
        return _("part 3: not before %(hours)s hours ahead") % {"hours": hours}
    return _("part 3: less than %(hours)s hours before") % {"hours": hours}


def _bad(address: str, part: int) -> Line:
    return Line(address, None, _("part %(part)s cannot be saved") % {"part": part}, is_bad=True)
