"""Patients and appointments as tables. A download is made while it is fetched; nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from kalends.audit import operations as audit
from kalends.booking import columns as visit_columns
from kalends.booking import queries
from kalends.booking.models import Appointment, Status
from kalends.contacts import columns as contact_columns
from kalends.contacts.models import Contact
from kalends.delivery.models import Delivery
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed
from kalends.foundation.tables import delimiter_of, lines
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, scope
from kalends.web.staff.days.views import today_of
from kalends.web.staff.deliveries import reading as sent
from kalends.web.staff.page import desk
from kalends.web.staff.words import CHANNELS
from kalends.web.ui.states import STATES

AT_ONCE = 1000
Rows = Callable[[], Iterable[Iterable[str]]]


@desk(Right.CONTACT_EXPORT)
def contacts_table(request: OrganizationRequest) -> HttpResponseBase:
    """All patients of the organization, by name."""
    organization, by = request.organization, request.actor
    if scope.is_bound(by) or not by.may(Right.CONTACT_READ):
        raise NotAllowed

    def found() -> QuerySet[Contact]:
        return organization.contacts.filter(merged_into_id=None).order_by("last_key", "first_key", "id")

    def rows() -> Iterator[list[str]]:
        yield contact_columns.heads()
        for contact in found().iterator(chunk_size=AT_ONCE):
            yield contact_columns.cells(contact)

    _note(organization, by, "contact:export", found, {})
    return _download("patients.csv", organization, by, rows)


@desk(Right.CONTACT_EXPORT)
def appointments_table(request: OrganizationRequest) -> HttpResponseBase:
    """The appointments of some days, agenda and state, by time."""
    organization, by, query = request.organization, request.actor, request.GET
    if not by.may(Right.AGENDA_READ):
        raise NotAllowed
    wish: dict[str, Any] = {
        "first_day": asked.day(query, "first"),
        "last_day": asked.day(query, "last"),
        "schedule_id": asked.row(query, "schedule"),
        "status": asked.word(query, "status", ("", *Status.values)) or None,
    }
    wanted = visit_columns.names(with_record=by.may(Right.CONTACT_READ))
    language = translation.get_language() or "en"

    def found() -> QuerySet[Appointment]:
        return queries.for_actor(queries.appointments(organization, **wish), by)

    def rows() -> Iterator[list[str]]:
        yield [str(visit_columns.HEADS[name]) for name in wanted]
        for visit in found().iterator(chunk_size=AT_ONCE):
            yield visit_columns.cells(visit, wanted, language=language, word_of=_word_of)

    filters = {name: str(value) for name, value in wish.items() if value}
    _note(organization, by, "appointment:export", found, filters)
    return _download("appointments.csv", organization, by, rows)


@desk(Right.CONTACT_EXPORT)
def deliveries_table(request: OrganizationRequest) -> HttpResponseBase:
    """What has been sent in some days, as the list of it is narrowed."""
    organization, by = request.organization, request.actor
    if not by.may(Right.CONTACT_READ):
        raise NotAllowed
    with tenancy.acting(organization=organization, by=by) as now:
        wish = sent.Wish.read(request.GET, today_of(organization, now))

    def found() -> QuerySet[Delivery]:
        return sent.matching(organization, by, wish)

    def rows() -> Iterator[list[str]]:
        yield [str(head) for head in sent.HEADS]
        names = sent.names_of(organization)
        for delivery in found().iterator(chunk_size=AT_ONCE):
            yield sent.cells(sent.row_of(organization, delivery, names))

    _note(organization, by, "delivery:export", found, {"query": wish.query()})
    return _download("messages.csv", organization, by, rows)


def _word_of(column: str, value: str) -> str:
    if column == "status":
        return str(STATES[value].word)
    return str(CHANNELS.get(value, value))


def _note(
    organization: Organization, by: Actor, act: str, found: Callable[[], QuerySet[Any]], filters: dict[str, str]
) -> None:
    """Who takes how much away is written down before the first line leaves."""
    with tenancy.acting(organization=organization, by=by) as now:
        audit.record_about(
            act,
            organization_id=organization.id,
            kind=act.partition(":")[0],
            subject_id=None,
            by=by,
            now=now,
            after={"rows": found().count(), **filters},
        )


def _download(name: str, organization: Organization, by: Actor, rows: Rows) -> HttpResponseBase:
    language = translation.get_language() or "en"

    def content() -> Iterator[bytes]:
        """Opens a transaction of its own: that of the view has ended, as has its language."""
        with translation.override(language), tenancy.acting(organization=organization, by=by):
            for line in lines(rows(), delimiter=delimiter_of(language)):
                yield line.encode()

    response = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
