"""Why a booking act was not possible. Codes are those of the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from kalends.agenda.queries.slots import Slot
from kalends.booking.models import Appointment
from kalends.foundation import days
from kalends.foundation.errors import Refusal


class SlotTaken(Refusal):
    """`alternatives` are the nearest free times, filled in after the refused transaction has ended."""

    code = "slot_taken"
    sentence = _("This time has just been taken.")

    def __init__(self, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__()
        self.alternatives = tuple(alternatives)


class HoldExpired(SlotTaken):
    code = "hold_expired"
    sentence = _("The time was no longer kept for you, and somebody else has taken it.")


class SlotNotOpen(Refusal):
    code = "slot_not_open"
    sentence = _("This time cannot be booked. Choose one of the times shown.")


class CutoffPassed(Refusal):
    code = "cutoff_passed"
    sentence = _("It is too late to change this here. Please phone the practice.")


class TooManyMoves(Refusal):
    code = "too_many_moves"
    sentence = _("This appointment has been moved as often as is possible here. Please phone the practice.")


class TooManyBookings(Refusal):
    code = "too_many_bookings"
    sentence = _("You already have as many appointments of this kind as can be booked here. Please phone the practice.")


class TooManyHolds(Refusal):
    code = "too_many_bookings"
    sentence = _("You are already keeping three times. Book one of them, or wait a few minutes.")


class KnownPatientsOnly(Refusal):
    code = "slot_not_open"
    sentence = _("This appointment is for patients of the practice. Please phone to book a first visit.")


class TwoPlacesAtOnce(Refusal):
    code = "slot_taken"
    sentence = _("This patient already has an appointment at that time.")
    alternatives: ClassVar[tuple[Slot, ...]] = ()


class TooEarly(Refusal):
    code = "invalid"
    status = 409
    sentence = _("This can be noted only once the visit has begun; an arrival, from the day of the visit on.")


class WrongState(Refusal):
    code = "invalid"
    sentence = _("This appointment can no longer be changed in this way.")


class SlotOffered(SlotTaken):
    """Said to staff only: a patient learns no more than that the time is taken."""

    said = _("This time is offered to %(name)s from the waiting list until %(hour)s. Withdraw the offer first.")

    def __init__(self, name: str, hour: str, offer_id: UUID) -> None:
        super().__init__()
        self.offer_id = offer_id
        self.name, self.hour = name, hour

    def __str__(self) -> str:
        return str(self.said) % {"name": self.name, "hour": self.hour}


class NoWaitingList(Refusal):
    code = "invalid"
    sentence = _("No waiting list is kept here. An administrator can switch it on for each practitioner.")


class TooManyEntries(Refusal):
    code = "too_many_bookings"
    sentence = _("You already wait for three things here. Leave one of these lists, or phone the practice.")


class EntryOver(Refusal):
    code = "invalid"
    sentence = _("This person is no longer on the waiting list.")


class OfferOpen(Refusal):
    code = "invalid"
    sentence = _("Another time is offered to this person already. Wait for the answer, or withdraw that offer first.")


class TooNear(Refusal):
    code = "slot_not_open"
    sentence = _("This time is too near to be offered: less than 30 minutes are left. Please phone and book it.")


class NoAddress(Refusal):
    code = "invalid"
    sentence = _("Neither e-mails nor text messages reach this patient: please offer by telephone.")


class OfferOver(Refusal):
    """Expired, declined or withdrawn: the same answer however often it is asked."""

    code = "hold_expired"
    sentence = _("This offer has ended, and nothing was changed. Whoever still waits stays on the waiting list.")


class OfferGone(Refusal):
    """The record it was made for is gone."""

    code = "not_found"
    status = 410
    sentence = _("This link leads nowhere any more.")


class BothAtOnce(Refusal):
    """Two records cannot become one: `visits` are the pairs of appointments that are at the same hour."""

    sentence = _("Both records have a visit at the same hour. Move or cancel one of them first.")

    def __init__(self, visits: Sequence[tuple[Appointment, Appointment]] = ()) -> None:
        super().__init__()
        self.visits = tuple(visits)


class NotEnoughResources(Refusal):
    """Of what a service would need from now on: `count` visits to come would be without, the first on `first`."""

    code = "slot_taken"

    def __init__(self, count: int, first: date) -> None:
        sentence = ngettext(
            "%(count)s appointment to come, on %(day)s, would find no room or device free. Add a choice, or move it.",
            "%(count)s appointments to come, the first on %(day)s, would find no room or device free. "
            "Add a choice, or move them.",
            count,
        )
        day = days.written(first, "d MMMM y", get_language() or "en")
        super().__init__(sentence % {"count": count, "day": day}, count=count, first=first)


class NothingToUndo(WrongState):
    sentence = _("There is no last step that could be taken back.")


class CannotSwap(WrongState):
    sentence = _(
        "These two visits cannot change places: both have to be still to come, equally long, and offered where they go."
    )


class NothingToRepeat(Refusal):
    code = "slot_taken"
    sentence = _("None of these dates can be booked. Choose another time, or let clashes be shifted.")
    alternatives: ClassVar[tuple[Slot, ...]] = ()
