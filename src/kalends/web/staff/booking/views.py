"""The booking page: each answer is one more word in its address, the last step is the only one that writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.queries.slots import Slot
from kalends.booking.models import Appointment
from kalends.booking.operations import book as book_it
from kalends.booking.operations.anyone import why_chosen
from kalends.booking.refusals import SlotNotOpen, SlotTaken, TwoPlacesAtOnce
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.foundation.text import UnusableText, clean_text
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.booking.stage import Stage, read_stage
from kalends.web.staff.booking.wish import Wish
from kalends.web.staff.confirming import ways_sent
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import (
    LABELS,
    LEAST_TYPED,
    MOST_FOUND,
    ContactForm,
    row_of,
    values_of,
)
from kalends.web.staff.patients.views import contact_of
from kalends.web.staff.shell import address

# The whole page, or what the agenda shows beside its grid.
PARTS = {"": "staff/booking/book.html", "drawer": "staff/booking/drawer.html"}
# What is always asked of somebody new; the rest only where it is required.
OF_EVERYBODY = ("last_name", "first_name", "birth_date", "phone", "email")


@desk(Right.APPOINTMENT_BOOK, READ_AND_ACT)
def book(request: OrganizationRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    wish, part = Wish.of(sent), asked.word(sent, "part", PARTS)
    form_sent = request.POST if request.method == "POST" else None
    stage = read_stage(request.organization, request.actor, wish, form_sent)
    if part == "drawer" and stage.service is None and stage.proposed:
        wish = replace(wish, service_id=stage.proposed.id)
        stage = read_stage(request.organization, request.actor, wish, form_sent)
    form = _form(request, stage)
    refusal: Refusal | None = None
    if request.method == "POST" and form is not None:
        try:
            done = _book(request, stage, form)
        except (SlotTaken, SlotNotOpen, TwoPlacesAtOnce) as fault:
            refusal = fault
            stage = read_stage(request.organization, request.actor, wish, form_sent)
        else:
            if done is not None:
                return _told(request, done, part)
    status = refusal.status if refusal else 422 if form is not None and form.errors else 200
    template = "staff/booking/found.html" if request.headers.get("HX-Request") else PARTS[part]
    return show(request, template, _context(request, stage, form, refusal), section="day", status=status)


def _form(request: OrganizationRequest, stage: Stage) -> ContactForm | None:
    """All of somebody new; of somebody known only what is required here and the record lacks."""
    if stage.service is None or not (stage.contact or stage.wish.new):
        return None
    required = [name for name in stage.required if name != "reason"]
    sent = request.POST if request.method == "POST" else None
    if stage.contact is None:
        names = [name for name in LABELS if name in OF_EVERYBODY or name in required]
        return ContactForm(sent, names=names, required=required, initial=_guessed(stage.wish.typed))
    missing = [name for name in required if not getattr(stage.contact, name)]
    may_edit = request.actor.may(Right.CONTACT_EDIT)
    return ContactForm(sent, names=missing if may_edit else (), required=missing)


def _guessed(typed: str) -> dict[str, str]:
    """What was looked for is most often the last name; digits are a telephone number."""
    if not typed:
        return {}
    if any(sign.isdigit() for sign in typed):
        return {"phone": typed} if not any(sign.isalpha() for sign in typed) else {}
    last, _space, first = typed.partition(" ")
    return {
        "last_name": last.title() if last.islower() else last,
        "first_name": first.title() if first.islower() else first,
    }


def _book(request: OrganizationRequest, stage: Stage, form: ContactForm) -> Appointment | None:
    """Book as asked; None: a field needs attention, as the form now says."""
    organization, wish = request.organization, stage.wish
    by = replace(request.actor, channel=wish.channel)
    reason = request.POST.get("reason", "").strip()
    data = _data(organization, stage, form)
    if "reason" in stage.required and not reason:
        form.add_error(None, _("Please ask for the reason of the visit: it is required here."))
    why = asked.line(request.POST, "overbooking_reason")
    if wish.overbook and not why:
        form.add_error(None, _("Please say why this taken time is booked all the same."))
    if form.errors or stage.service is None or wish.schedule_id is None or wish.start is None:
        return None
    service_id, schedule_id, start = stage.service.id, wish.schedule_id, wish.start

    def act(now: datetime) -> Appointment:
        who: Contact | ContactData | None = data
        if wish.contact_id:
            who = contacts.standing(contact_of(organization, wish.contact_id))
            if data is not None:
                who = contacts.edit(who, data, by=by, now=now)
        assert who is not None, "somebody new has been read, or the form has errors"
        return book_it(
            organization,
            schedule_id=schedule_id,
            service_id=service_id,
            starts_at=start,
            contact=who,
            by=by,
            now=now,
            reason=_clean(reason),
            remark=_clean(request.POST.get("visit_remark", "").strip()),
            tell_patient=request.POST.get("tell") == "on",
            tell_provider=ways_sent(request.POST),
            text_patient=request.POST.get("tell_sms") == "on",
            overlap_allowed=request.POST.get("overlap") == "on",
            chosen=why_chosen(
                organization, schedule_id, service_id=service_id, starts_at=start, channel=wish.channel, now=now
            )
            if wish.by_turn
            else None,
            overbooking_reason=why if wish.overbook else "",
        )

    return tenancy.perform(act, organization=organization, by=by)


def _data(organization: Organization, stage: Stage, form: ContactForm) -> ContactData | None:
    """The contact as it will be; None: somebody known, of whom nothing is missing."""
    if stage.contact is not None and not form.fields:
        return None
    known = values_of(organization, stage.contact) if stage.contact else {}
    required = [name for name, field in form.fields.items() if field.required]
    return form.read(
        over=known,
        required=required,
        country=organization.country,
        language=stage.contact.language if stage.contact else organization.language,
        today=today_of(organization, stage.now),
    )


def _waited_for(wish: Wish) -> dict[str, str]:
    said = {"service": wish.service_id, "contact": wish.contact_id}
    return {name: str(value) for name, value in said.items() if value}


def _clean(reason: str) -> str:
    try:
        return clean_text(reason)[:500]
    except UnusableText:
        return ""


def _told(request: OrganizationRequest, made: Appointment, part: str) -> HttpResponse:
    when = _("%(day)s, %(hour)s") % {"day": dates.day(made.local_day), "hour": dates.minute(made.local_minute)}
    told = _("Booked: %(when)s, %(name)s.") % {"when": when, "name": made.contact.full_name}
    if part == "drawer":
        return JsonResponse({"told": told, "made": str(made.id)})
    messages.success(request, told)
    return redirect(address(request.organization, "appointment", appointment_id=made.id))


def _block_url(organization: Organization, stage: Stage) -> str:
    """Where the chosen time can be kept without a patient: as long as was dragged over, else as the service lasts."""
    if stage.slot is None:
        return ""
    begins, ends = stage.slot.local_start, _until(stage, stage.slot)
    told = {
        "schedule": stage.slot.schedule.id,
        "day": begins.date().isoformat(),
        "from": dates.hour(begins),
        "to": dates.hour(ends),
    }
    return f"{address(organization, 'blocks')}?{urlencode(told)}"


def _until(stage: Stage, slot: Slot) -> datetime:
    """The end of the span dragged over, on the clocks of the agenda, if it was of this very time; else of the visit."""
    wish = stage.wish
    if wish.end is None or wish.start != slot.starts_at:
        return slot.local_end
    return clock.wall(clock.epoch_of(wish.end), slot.schedule.zone)


def _context(
    request: OrganizationRequest, stage: Stage, form: ContactForm | None, refusal: Refusal | None
) -> dict[str, Any]:
    organization, wish, language = request.organization, stage.wish, get_language() or "en"
    gone = wish.start is not None and stage.service is not None and stage.slot is None
    return {
        "wish": wish,
        "here": address(organization, "book"),
        "waiting_url": f"{address(organization, 'new_waiting')}?{urlencode(_waited_for(wish))}",
        "service": stage.service,
        "service_name": stage.service.name_in(language) if stage.service else "",
        "services": [("", _("Choose a service")), *((one.id, one.name_in(language)) for one in stage.services)],
        "schedules": [("", _("any agenda")), *((one.id, one.name) for one in stage.schedules)],
        "channels": [(ChannelKind.PHONE.value, _("by telephone")), (ChannelKind.STAFF.value, _("at the desk"))],
        "slot": stage.slot,
        "slot_when": dates.moment(stage.slot.local_start) if stage.slot else "",
        "slot_until": dates.hour(stage.slot.local_end) if stage.slot else "",
        "chosen_contact": bool(stage.contact),
        "block_url": _block_url(organization, stage),
        "block_until": dates.hour(_until(stage, stage.slot)) if stage.slot and wish.span else "",
        "change_url": wish.url(organization, start=None, day=stage.slot.local_start.date() if stage.slot else None),
        "week": stage.week,
        "gone": gone and refusal is None,
        "refusal": refusal,
        "overbooking": stage.overbooking,
        "overbook_url": wish.url(organization, overbook=True),
        "overbooking_reason": request.POST.get("overbooking_reason", ""),
        "twice": isinstance(refusal, TwoPlacesAtOnce),
        "alternatives": [
            (dates.moment(one.local_start), wish.time_url(organization, one)) for one in stage.alternatives
        ],
        "others": [(dates.moment(one.local_start), one.local_start.isoformat()) for one in stage.alternatives],
        "contact": stage.contact,
        "returned": stage.returned,
        "correct_url": address(organization, "edit_patient", contact_id=stage.contact.id)
        if stage.contact and request.actor.may(Right.CONTACT_EDIT)
        else "",
        "row": row_of(organization, stage.contact) if stage.contact else None,
        "other_contact_url": wish.url(organization, contact_id=None, new=False),
        "found": [(row, wish.url(organization, contact_id=row.contact.id)) for row in stage.found],
        "typed": wish.typed,
        "too_short": 0 < len(wish.typed) < LEAST_TYPED,
        "more": len(stage.found) == MOST_FOUND,
        "new_url": wish.url(organization, new=True),
        "said": {name: value for name, value in wish.said().items() if name != "q"},
        "form": form,
        "reason": request.POST.get("reason", ""),
        "visit_remark": request.POST.get("visit_remark", ""),
        "reason_required": "reason" in stage.required,
        "confirmation": stage.confirmation,
    }
