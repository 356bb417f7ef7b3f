"""What can be done with an appointment now, by this person; what cannot is not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kalends.booking import queries, rules
from kalends.booking.models import Appointment, HistoryEntry, Status
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.shell import address
from kalends.web.staff.words import CHANGES
from kalends.web.ui.states import STATES

# What the desk most likely wants next; the order of CHANGES says which comes first.
FIRST_OF_ALL = frozenset({Status.ARRIVED, Status.FULFILLED})


def possible(
    organization: Organization, appointment: Appointment, by: Actor, now: datetime, history: Sequence[HistoryEntry]
) -> dict[str, Any]:
    """What can be taken back is the last in its `history`, oldest first."""
    path = {"appointment_id": appointment.id}
    asks = appointment.status == Status.PENDING
    noted = rules.ALLOWED_CHANGES[appointment.status] if by.may(Right.APPOINTMENT_BOOK) and not asks else frozenset()
    states = [state for state in CHANGES if state in noted and not queries.is_too_early(appointment, state, now)]
    may_cancel = appointment.status in rules.CANCELLABLE and by.may(Right.APPOINTMENT_CANCEL)
    may_move = appointment.status in rules.MOVABLE and by.may(Right.APPOINTMENT_MOVE)
    is_coming = appointment.starts_at > now
    return {
        "states": [(state, CHANGES[state], state == states[0] and state in FIRST_OF_ALL) for state in states],
        "status_url": address(organization, "status", **path),
        "approve_url": address(organization, "approval", **path)
        if asks and is_coming and by.may(Right.APPOINTMENT_BOOK)
        else "",
        "cancel_url": address(organization, "cancellation", **path) if may_cancel else "",
        "cancel_word": _("Refuse") if asks else _("Cancel"),
        "move_url": address(organization, "moving", **path) if may_move else "",
        "repeat_url": address(organization, "repetition", **path)
        if may_cancel and is_coming and not asks and appointment.series_id is None and by.may(Right.APPOINTMENT_BOOK)
        else "",
        "series_url": address(organization, "series", series_id=appointment.series_id) if appointment.series_id else "",
        "rest_url": address(organization, "rest", series_id=appointment.series_id, visit_id=appointment.id)
        if appointment.series_id and may_cancel and is_coming
        else "",
        "swap_url": address(organization, "swapping", **path)
        if may_move and is_coming and appointment.status in rules.SWAPPABLE
        else "",
        # On the waiting list for something earlier, while this visit stays.
        "earlier_url": f"{address(organization, 'new_waiting')}?keeps={appointment.id}"
        if is_coming and appointment.is_active and by.may(Right.APPOINTMENT_BOOK)
        else "",
        "link_url": address(organization, "private_link", **path) if by.may(Right.APPOINTMENT_BOOK) else "",
        **_taking_back(organization, appointment, by, history),
    }


def _taking_back(
    organization: Organization, appointment: Appointment, by: Actor, history: Sequence[HistoryEntry]
) -> dict[str, Any]:
    step = queries.step_in(appointment, history) if by.may(Right.APPOINTMENT_UNDO) else None
    if step is None or step.before is None:
        return {"undo_url": ""}
    return {
        "undo_url": address(organization, "undoing", appointment_id=appointment.id),
        "undo_from": STATES[appointment.status].word,
        "undo_to": STATES[step.before["status"]].word,
        "undo_tells": appointment.status == Status.CANCELLED and bool(appointment.contact.email),
    }
