"""Why a booking act was not possible. Codes are those of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kalends.agenda.queries.free_times import Slot
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


class WrongState(Refusal):
    code = "invalid"
    sentence = _("This appointment can no longer be changed in this way.")
