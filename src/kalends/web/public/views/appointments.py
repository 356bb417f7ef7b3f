"""The private page of one appointment. Opening it changes nothing: mail programs open links by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Status
from kalends.booking.queries.waiting import entry_secret
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.foundation.money import written
from kalends.foundation.text import UnusableText, clean_line
from kalends.notifications.calendar_file import calendar_file
from kalends.payments.models import State
from kalends.web.public import dates
from kalends.web.public.page import PublicRequest, address_of, first_page, private_page, show
from kalends.web.public.visits import Visit, appointment_id_of, visit_of

LONGEST_REASON = 200
DONE = ("booked", "confirmed", "moved", "cancelled")


@private_page
@require_safe
def show_one(request: PublicRequest, token: str) -> HttpResponse:
    return _page(request, token, visit_of(request, appointment_id_of(request, token)))


@private_page
@require_POST
def confirm(request: PublicRequest, token: str) -> HttpResponse:
    def act(appointment_id: UUID, now: datetime) -> Appointment:
        return booking.confirm(request.organization, appointment_id, by=request.actor, now=now)

    return _act(request, token, act, done="confirmed")


@private_page
@require_POST
def cancel(request: PublicRequest, token: str) -> HttpResponse:
    def act(appointment_id: UUID, now: datetime) -> Appointment:
        reason = _reason(request.POST.get("reason", ""))
        return booking.cancel(request.organization, appointment_id, by=request.actor, now=now, reason=reason)

    return _act(request, token, act, done="cancelled")


@private_page
@require_safe
def calendar(request: PublicRequest, token: str) -> HttpResponse:
    """The visit for the patient's own calendar."""
    visit = visit_of(request, appointment_id_of(request, token))
    file = calendar_file(
        request.organization, visit.appointment, location=visit.location, now=visit.now, rooms=visit.rooms
    )
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


def _act(
    request: PublicRequest, token: str, act: Callable[[UUID, datetime], Appointment], *, done: str
) -> HttpResponse:
    appointment_id = appointment_id_of(request, token)
    try:
        tenancy.perform(lambda now: act(appointment_id, now), organization=request.organization, by=request.actor)
    except Refusal as refusal:
        return _page(request, token, visit_of(request, appointment_id), refusal=refusal)
    address = request.here.to("appointment", {"done": done}, token=token)
    return HttpResponseRedirect(address, status=303)


def _reason(sent: str) -> str:
    try:
        return clean_line(sent)[:LONGEST_REASON]
    except UnusableText:
        return ""


def _page(request: PublicRequest, token: str, visit: Visit, *, refusal: Refusal | None = None) -> HttpResponse:
    done = request.GET.get("done", "")
    with timezone.override(visit.zone):
        return show(
            request,
            "public/appointment.html",
            {
                **facts(request, visit),
                "visit": visit,
                "refusal": refusal,
                "done": done if done in DONE and refusal is None else "",
                "heading": heading(visit, done),
                "deadline": deadline(visit),
                "confirmation": request.here.act("confirmation", token=token),
                "cancellation": request.here.act("cancellation", token=token),
                "new_times": request.here.to("new_times", token=token),
                "this_page": request.here.to("appointment", token=token),
                "calendar": request.here.to("calendar", token=token),
                "again": first_page(request),
                "earlier": request.here.to("earlier", token=token) if visit.may_wait else "",
                "waiting": request.here.to("waiting", token=entry_secret(visit.entry)) if visit.entry else "",
                "reasons": [
                    _("I cannot come that day"),
                    _("I feel better"),
                    _("I found an earlier appointment elsewhere"),
                    _("Another reason"),
                ],
            },
            location=visit.location,
            status=refusal.status if refusal else 200,
        )


def facts(request: PublicRequest, visit: Visit) -> dict[str, Any]:
    """What the visit is: also shown while it is being moved."""
    appointment, language = visit.appointment, get_language() or "en"
    price = appointment.price_minor
    return {
        "day": visit.starts.date(),
        "hours": _("%(start)s to %(end)s") % {"start": dates.hour(visit.starts), "end": dates.hour(visit.ends)},
        "moment": dates.moment(visit.starts),
        "distance": dates.distance(visit.starts.date(), visit.now.astimezone(visit.zone).date()),
        "service_name": appointment.service.name_in(language),
        "preparation": appointment.service.preparation_in(language),
        "provider": appointment.schedule.provider,
        "patient": _for_whom(appointment),
        "address": address_of(visit.location),
        "location": visit.location,
        "rooms": ", ".join(visit.rooms),
        "price": written(price, appointment.currency, language=language) if price is not None else "",
        "payment": _payment(visit, language),
    }


def _payment(visit: Visit, language: str) -> dict[str, Any] | None:
    """What is to be paid before; None: nothing, or no longer."""
    found = visit.payment
    if found is None or found.state == State.DROPPED:
        return None
    return {
        "amount": written(found.amount_minor, found.currency, language=language),
        "until": dates.moment(found.due_at.astimezone(visit.zone)),
        "is_paid": found.state == State.PAID,
        "is_late": found.state == State.UNPAID and found.due_at <= visit.now,
    }


def heading(visit: Visit, done: str) -> str:
    """The one thing to say, or to ask."""
    if visit.is_cancelled:
        return _("This appointment is cancelled.")
    if visit.is_lapsed:
        return _("The practice did not answer in time. Please book another time, or phone.")
    if not visit.is_coming:
        return _("This visit is over.")
    if visit.appointment.status == Status.PENDING:
        return _("The practice will answer your request.")
    if visit.appointment.status == Status.CONFIRMED:
        return _("Thank you. The practice knows you are coming.")
    if done in ("booked", "moved"):
        return _("See you on %(day)s at %(hour)s.") % _when(visit)
    name = visit.appointment.contact.first_name
    if name:
        return _("%(name)s, will you come on %(day)s at %(hour)s?") % {**_when(visit), "name": name}
    return _("Will you come on %(day)s at %(hour)s?") % _when(visit)


def deadline(visit: Visit) -> str:
    """Until when what may be done here."""
    if not visit.is_coming:
        return ""
    move, cancel = dates.moment(visit.move_deadline), dates.moment(visit.cancel_deadline)
    if visit.may_move and visit.may_cancel:
        if move == cancel:
            return _("You can move or cancel here until %(until)s. After that, please phone the practice.") % {
                "until": move
            }
        return _(
            "You can move here until %(move)s and cancel until %(cancel)s. After that, please phone the practice."
        ) % {
            "move": move,
            "cancel": cancel,
        }
    if visit.may_cancel:
        return _("You can cancel here until %(until)s. To move, please phone the practice.") % {"until": cancel}
    if visit.may_move:
        return _("You can move here until %(until)s. To cancel, please phone the practice.") % {"until": move}
    return _("It is too late to cancel here. Please phone the practice.")


def _when(visit: Visit) -> dict[str, str]:
    return {"day": dates.day(visit.starts.date()), "hour": dates.hour(visit.starts)}


def _for_whom(appointment: Appointment) -> str:
    """Clémence A.: enough to know who is meant, should the link go astray."""
    contact = appointment.contact
    return f"{contact.first_name} {contact.last_name[:1]}.".strip() if contact.first_name else contact.last_name
