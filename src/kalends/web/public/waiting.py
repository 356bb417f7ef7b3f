"""What the public pages of the waiting list have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import SchedulePlan
from kalends.booking.models import WaitlistEntry
from kalends.booking.queries.waiting import entry_by_link
from kalends.booking.reading import Typed, read_wish
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Text
from kalends.organizations.models import Organization
from kalends.web.public import dates
from kalends.web.public.page import PublicRequest
from kalends.web.public.visits import LinkGone


@dataclass(frozen=True, slots=True)
class WishFields:
    """The hours and days as typed, and what is wrong with them."""

    start: str
    end: str
    start_error: Text
    end_error: Text
    days: list[tuple[int, str, bool]]


def lists_of(organization: Organization, schedules: Sequence[SchedulePlan]) -> dict[UUID, int]:
    """Those of the schedules whose practitioner keeps a waiting list, with the validity span. In `acting`."""
    spans = with_waiting_list(organization, {schedule.provider_id for schedule in schedules})
    return {schedule.id: spans[schedule.provider_id] for schedule in schedules if schedule.provider_id in spans}


def read_hours(sent: QueryDict, *, span: int) -> dict[str, Any]:
    """Raises Invalid."""
    typed = Typed(sent.get("from", ""), sent.get("to", ""), sent.getlist("weekdays"), "")
    return read_wish(typed, span=span)


def wish_fields(sent: QueryDict, errors: Sequence[FieldError]) -> WishFields:
    told = {error.field: error.message for error in errors}
    chosen = sent.getlist("weekdays")
    days = [(number, dates.weekday(number), str(number) in chosen) for number in range(1, 8)]
    start, end = (sent.get(name, "")[:8] for name in ("from", "to"))
    return WishFields(start, end, told.get("from", ""), told.get("to", ""), days)


def entry_of(request: PublicRequest, token: str) -> WaitlistEntry:
    """Whose link this is, with the kept visit. Raises `LinkGone`, also where the record is gone (WL-07)."""
    found = entry_by_link(token)
    if found is None or found[0].id != request.organization.id:
        raise LinkGone
    with tenancy.acting(organization=request.organization, by=request.actor):
        entry = request.organization.waitlist.select_related("contact", "keeps").get(id=found[1])
    if entry.contact.merged_into_id is not None:
        raise LinkGone
    return entry
