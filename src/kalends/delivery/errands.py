"""What a hand is sent with: a delivery, or a mail of the platform. Made ready and carried in the hand's thread."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from kalends.delivery import envelope, letters, packing, platform_mail, testing
from kalends.delivery.carriers import Asks, Carrier
from kalends.delivery.letters import CannotBeWritten, NothingToSay
from kalends.delivery.mail_senders import Sender
from kalends.delivery.models import Delivery, PlatformMail
from kalends.delivery.operations.claiming import Mark, Result
from kalends.delivery.platform_mail import MailResult
from kalends.delivery.rules import Fate, Outcome
from kalends.organizations.models import Organization

log = logging.getLogger(__name__)
CANNOT_BE_WRITTEN = gettext_noop("The text could not be made.")
NOBODY_TO_ASK = gettext_noop("It may have arrived, and whoever had it can no longer be asked.")
SAYS_NOTHING = gettext_noop("Not sent: what it would say no longer holds.")
BROKE_OFF = gettext_noop("Handing it over broke off.")


class DeliveryErrand:
    """The letter is written when its turn has come: a set of any size needs no more memory than its rows."""

    def __init__(
        self,
        organization: Organization,
        delivery: Delivery,
        *,
        claimer: str,
        sender: Sender,
        found: Mapping[UUID, Any],
        at: datetime,
        ending: Outcome | None = None,
    ) -> None:
        self.organization = organization
        self.delivery = delivery
        self.claimer = claimer
        self._sender = sender
        self._found = found
        self._at = at
        self._ending = ending
        """Instead of handing it over, if it turns out that it has not arrived."""
        self._carrier = self._subject = self._centre = ""
        self._parts = 0
        self._is_marked = False
        self.lane: Hashable = (delivery.organization_id.int, delivery.recipient)

    def carry(self, carrier: Carrier, last_call: Callable[[], bool]) -> Outcome | None:
        """A text that cannot be made, and an address that nothing can be sent to, concern nobody else."""
        self._centre = carrier.centre
        if self.delivery.handing_over_at is not None:
            outcome = self._asked(carrier) or self._ending
            if outcome is not None:
                return outcome
        try:
            letter = letters.write(self.organization, self.delivery, self._found)
        except CannotBeWritten as fault:
            log.error("No text for delivery %s: %s.", self.delivery.id, where(fault.__cause__))
            return Outcome(Fate.FAULTY, CANNOT_BE_WRITTEN)
        except NothingToSay:
            return Outcome(Fate.ABORTED, SAYS_NOTHING)
        letter = testing.marked(letter, self.delivery)
        self._carrier, self._subject = carrier.name, letter.subject
        try:
            parcel = packing.parcel(self.organization, self.delivery, letter, sender=self._sender, at=self._at)
        except UnicodeError as fault:  # of the text: an address that cannot be is a plain ValueError
            log.error("Delivery %s cannot be encoded: %s.", self.delivery.id, where(fault))
            return Outcome(Fate.FAULTY, CANNOT_BE_WRITTEN)
        except ValueError as fault:
            return Outcome(Fate.REFUSED, str(fault))
        self._parts = parcel.parts

        def marked() -> bool:
            self._is_marked = last_call()
            return self._is_marked

        return carrier.hand_over(parcel, last_call=marked)

    @property
    def mark(self) -> Mark:
        return Mark(self.delivery, self._centre, self._parts)

    def _asked(self, carrier: Carrier) -> Outcome | None:
        """What became of it when it was begun before; None if it never arrived."""
        self._carrier, self._subject, self._parts = carrier.name, self.delivery.subject, self.delivery.parts
        if not isinstance(carrier, Asks) or self._centre != self.delivery.centre:
            return Outcome(Fate.UNKNOWN, NOBODY_TO_ASK)
        return carrier.ask(self.delivery.reference, begun=self.delivery.handing_over_at or self._at)

    def result(self, outcome: Outcome) -> Result:
        if not self._carrier:
            return Result(self.delivery, self.claimer, outcome)
        id = envelope.message_id(self.delivery.id)
        return Result(self.delivery, self.claimer, outcome, self._carrier, self._subject, id, parts=self._parts)

    def broken_off(self, fault: Exception) -> Outcome:
        """By a defect of ours: after the mark it may have arrived, before it another try is safe."""
        log.error("Delivery %s broke off: %s.", self.delivery.id, where(fault))
        if self._centre and (self._is_marked or self.delivery.handing_over_at is not None):
            return Outcome(Fate.LATER, BROKE_OFF, may_have_arrived=True)
        return Outcome(Fate.UNKNOWN if self._is_marked else Fate.FAULTY, BROKE_OFF)


class PlatformErrand:
    """Unlike a delivery it may leave twice: it needs no mark."""

    def __init__(self, mail: PlatformMail, *, at: datetime) -> None:
        self._mail = mail
        self._at = at
        self._carrier = ""

    @property
    def lane(self) -> Hashable:
        return "platform", self._mail.id

    def carry(self, carrier: Carrier, last_call: Callable[[], bool]) -> Outcome | None:
        self._carrier = carrier.name
        try:
            parcel = platform_mail.parcel(self._mail, at=self._at)
        except ValueError as fault:
            return Outcome(Fate.REFUSED, str(fault))
        return carrier.hand_over(parcel, last_call=lambda: True)

    def result(self, outcome: Outcome) -> MailResult:
        return MailResult(self._mail, outcome, self._carrier)

    def broken_off(self, fault: Exception) -> Outcome:
        log.error("Mail %s of the platform broke off: %s.", self._mail.id, where(fault))
        return Outcome(Fate.LATER)


def where(fault: BaseException | None) -> str:
    """What kind and where, never the message: it may quote a patient."""
    if fault is None or fault.__traceback__ is None:
        return "an unknown fault"
    place = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {place.filename}, line {place.lineno}"
