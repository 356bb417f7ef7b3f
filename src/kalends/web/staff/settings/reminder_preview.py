"""A reminder's mail as the patient, or the staff, would read it: with what is typed now and is not saved yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.booking.models import Appointment
from kalends.contacts.models import Contact
from kalends.delivery.models import Medium
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.text import UnusableText, clean_text
from kalends.notifications.models import ReminderBy, ReminderRule, Side
from kalends.notifications.reminders import letters, unconfirmed
from kalends.notifications.reminders.queries import Told
from kalends.notifications.reminders.rules import MOST_RULES
from kalends.notifications.reminders.texts import LONGEST_DATE
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web import framing
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.settings.providers import known_provider

LONGEST_TYPED = 2000


@desk(Right.SETTINGS_REMINDERS, ACT)
def reminder_preview(request: OrganizationRequest, provider_id: UUID, number: int) -> HttpResponse:
    """Changes nothing; a POST because it carries what is typed."""
    if not 1 <= number <= MOST_RULES:
        raise Http404
    organization = request.organization
    language = asked.word(request.POST, "language", [code for code, _name in settings.LANGUAGES])
    with tenancy.acting(organization=organization, by=request.actor):
        provider = known_provider(request, provider_id)
        schedule = organization.schedules.select_related("provider", "location").filter(provider_id=provider.id).first()
        service = organization.services.order_by("position", "id").first()
    if schedule is None or service is None:
        return HttpResponse(_("There is nothing to show yet: this account has no agenda, or there is no service."))
    rule = ReminderRule(
        organization=organization,
        provider=provider,
        number=number,
        side=Side.AFTER if request.POST.get(f"{number}-when", "").endswith(Side.AFTER) else Side.BEFORE,
        email_supplement=_typed(request.POST.get(f"{number}-email_supplement", "")),
    )
    visit = _visit(organization, schedule, service, language)
    told = [Told(visit, visit.starts_at, rule, holds=True)]
    if request.POST.get(f"{number}-medium") == ReminderBy.STAFF:
        return framing.framed(unconfirmed.written(organization, told, language).html)
    return framing.framed(letters.written(organization, told, Medium.EMAIL, language).html)


def _visit(organization: Organization, schedule: Any, service: Any, language: str) -> Appointment:
    """Somebody's, on the longest date, with the number of the organization; its link leads nowhere."""
    zone = clock.zone(schedule.time_zone)
    wall = LONGEST_DATE.replace(tzinfo=zone)
    with override(language):
        contact = Contact(
            organization=organization, first_name=_("Camille"), last_name=_("Martin"), phone=organization.phone
        )
    return Appointment(
        organization=organization,
        contact=contact,
        schedule=schedule,
        service=service,
        starts_at=datetime.fromtimestamp(int(wall.timestamp()), tz=LONGEST_DATE.tzinfo),
        time_zone=schedule.time_zone,
        language=language,
        link_seed=b"",
    )


def _typed(text: str) -> str:
    try:
        return clean_text(text[:LONGEST_TYPED])
    except UnusableText:
        return ""
