"""The rounds of one carrier: claim a set, write its letters, hand them over one by one, write down how each ended.

One conversation at a time, so at most one delivery is between its mark and its result at any moment.
The result of one is committed together with the mark of the next: one commit for each message.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_noop

from kalends.delivery import envelope, letters, packing, platform_mail, queries
from kalends.delivery.carriers import Parcel, Unreachable, WayOut
from kalends.delivery.letters import CannotBeWritten, Letter
from kalends.delivery.models import Delivery, Medium
from kalends.delivery.operations import claiming
from kalends.delivery.operations.claiming import Result
from kalends.delivery.presence import Presence
from kalends.delivery.rules import HELD, Fate, Outcome
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

log = logging.getLogger(__name__)
BY = system("delivery")

# All in seconds.
LOOKS_EVERY = 2.0  # without a wake-up
LOOKS_AROUND_EVERY = 1.0  # while busy: for those whom the long queues of others must not keep waiting
RESCUES_EVERY = 5.0
WORKS_ON_A_SET_FOR = 60.0  # the rest goes back, for whoever is faster
RESTS = (2.0, 5.0, 15.0, 30.0, 60.0)  # after the carrier could not be reached


class Courier:
    def __init__(self, way: WayOut, *, stopping: Event) -> None:
        self._carrier = way.carrier
        self._media = way.media
        self._stopping = stopping
        self._name = ""
        self._results: list[Result] = []
        """Ended and not yet written down. Kept when the database fails, for nobody else knows."""
        self._rests = 0
        self._rests_until = self._rescued_at = float("-inf")

    def run(self) -> None:
        """Work until `stopping` is set. A database that fails is waited for."""
        while not self._stopping.is_set():
            try:
                with Presence() as presence:
                    while not self._stopping.is_set():
                        self.work(presence.name)
                        presence.wait(LOOKS_EVERY)
            except (OperationalError, InterfaceError, psycopg.Error) as fault:
                log.warning("The database does not answer (%s); deliveries wait.", type(fault).__name__)
                connection.close()
                self._stopping.wait(1)
            except Exception as fault:
                log.error("Carrying broke off: %s. It goes on.", _where(fault))
                self._stopping.wait(1)
        self._carrier.close()
        connection.close()

    def work(self, name: str) -> None:
        """Carry all that is due now, as `name`, whose presence is felt. Raises what the database raises."""
        self._name = name
        self._write_down_what_was_kept()
        self._rescue()
        if (settings.ENVIRONMENT.data / HELD).exists():
            return  # restored from a backup: nobody is told anything until an administrator says so
        waiting: list[Organization] = []
        looked_at = float("-inf")
        while not self._stopping.is_set() and time.monotonic() >= self._rests_until:
            if not waiting or time.monotonic() - looked_at > LOOKS_AROUND_EVERY:
                looked_at = time.monotonic()
                waiting = queries.with_work(self._media, by=BY)
                self._carry_platform_mail()
                if not waiting:
                    return
            waiting = [organization for organization in waiting if self._carry(organization)]

    def _carry(self, organization: Organization) -> bool:
        """One set of one organization. True if more of it may be waiting."""
        with tenancy.acting(organization=organization, by=BY) as now:
            claimed = claiming.claim(organization, media=self._media, claimer=self._name, now=now)
            endings = self._endings(organization, claimed, now)
        found = self._look_up(organization, claimed)
        try:
            self._hand_over_in_turn(organization, self._write_letters(organization, claimed, endings, found), now)
        finally:
            self._write_down(organization)
        return len(claimed) == claiming.SET

    def _look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> dict[UUID, Any]:
        """What the letters need, for all at once; one by one where one of them cannot be looked up."""
        try:
            with tenancy.acting(organization=organization, by=BY):
                return letters.look_up(organization, deliveries)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            if len(deliveries) == 1:
                return {}
        return {id: known for one in deliveries for id, known in self._look_up(organization, [one]).items()}

    def _endings(self, organization: Organization, claimed: Sequence[Delivery], now: datetime) -> dict[UUID, Outcome]:
        """What is not even tried, and why."""
        late = claiming.overtaken(organization, claimed)
        held_back = queries.held_back(organization, claimed)
        found = {}
        for delivery in claimed:
            if delivery.useless_after is not None and delivery.useless_after <= now:
                found[delivery.id] = Outcome(Fate.ABORTED, TOO_LATE)
            elif delivery.id in late:
                found[delivery.id] = Outcome(Fate.ABORTED, OVERTAKEN)
            elif delivery.id in held_back:
                found[delivery.id] = Outcome(Fate.SUPPRESSED, held_back[delivery.id])
        return found

    def _carry_platform_mail(self) -> None:
        if Medium.EMAIL not in self._media:
            return
        try:
            platform_mail.carry(self._carrier)
        except Unreachable as fault:
            self._rest(str(fault))

    def _write_letters(
        self,
        organization: Organization,
        claimed: Sequence[Delivery],
        endings: Mapping[UUID, Outcome],
        found: Mapping[UUID, Any],
    ) -> list[tuple[Delivery, Letter]]:
        """A text that cannot be made, or is no longer worth reading, holds up nobody else."""
        written = []
        for delivery in claimed:
            if ending := endings.get(delivery.id):
                self._note(delivery, ending)
                continue
            try:
                written.append((delivery, letters.write(organization, delivery, found)))
            except CannotBeWritten as fault:
                log.error("No text for delivery %s: %s.", delivery.id, _where(fault.__cause__))
                self._note(delivery, Outcome(Fate.ABORTED, CANNOT_BE_WRITTEN))
        return written

    def _hand_over_in_turn(
        self, organization: Organization, written: Sequence[tuple[Delivery, Letter]], now: datetime
    ) -> None:
        until = time.monotonic() + WORKS_ON_A_SET_FOR
        for delivery, letter in written:
            if self._stopping.is_set() or time.monotonic() > until:
                return
            try:
                parcel = packing.parcel(organization, delivery, letter, at=now)
            except ValueError as fault:  # an address that nothing can be sent to
                self._note(delivery, Outcome(Fate.REFUSED, str(fault)), letter)
                continue
            if not self._hand_over(organization, delivery, letter, parcel):
                return

    def _hand_over(self, organization: Organization, delivery: Delivery, letter: Letter, parcel: Parcel) -> bool:
        """False if the carrier takes nothing at the moment."""
        try:
            outcome = self._carrier.hand_over(parcel, last_call=lambda: self._mark(organization, delivery))
        except Unreachable as fault:
            self._rest(str(fault))
            return False
        if outcome is not None:
            self._note(delivery, outcome, letter, parts=parcel.parts)
            if outcome.fate == Fate.AWAY:
                self._rest(outcome.reason)
                return False
        self._rests = 0
        return True

    def _mark(self, organization: Organization, delivery: Delivery) -> bool:
        with tenancy.acting(organization=organization, by=BY) as now:
            claiming.settle(organization, self._results, now=now)
            holds = claiming.mark(organization, delivery, claimer=self._name, now=now)
        self._results.clear()
        return holds

    def _note(self, delivery: Delivery, outcome: Outcome, letter: Letter | None = None, *, parts: int = 0) -> None:
        if letter is None:
            self._results.append(Result(delivery, self._name, outcome))
            return
        id = envelope.message_id(delivery.id)
        self._results.append(Result(delivery, self._name, outcome, self._carrier.name, letter.subject, id, parts=parts))

    def _write_down(self, organization: Organization) -> None:
        """All results so far; what was not begun goes back."""
        with tenancy.acting(organization=organization, by=BY) as now:
            claiming.settle(organization, self._results, now=now)
            claiming.give_back(organization, claimer=self._name)
        self._results.clear()

    def _write_down_what_was_kept(self) -> None:
        """Results of a round that the database ended: all of one organization."""
        if self._results:
            organization = self._results[0].delivery.organization_id
            with tenancy.acting(organization=queries.Tenant(organization), by=BY) as now:
                claiming.settle(Organization(id=organization), self._results, now=now)
            self._results.clear()

    def _rescue(self) -> None:
        if time.monotonic() - self._rescued_at < RESCUES_EVERY:
            return
        self._rescued_at = time.monotonic()
        for orphan in queries.orphans(claimer=self._name, by=BY):
            organization = Organization(id=orphan.organization_id)
            with tenancy.acting(organization=organization, by=BY) as now:
                if orphan.is_old or claiming.is_gone(orphan.claimer):
                    claiming.rescue(organization, claimer=orphan.claimer, now=now)

    def _rest(self, why: str) -> None:
        """Nothing has left, nothing counts as a try; ask again later, and ever more rarely."""
        pause = RESTS[min(self._rests, len(RESTS) - 1)]
        self._rests += 1
        self._rests_until = time.monotonic() + pause
        log.warning("%s takes nothing now (%s). Next try in %.0f seconds.", self._carrier.name, why, pause)


CANNOT_BE_WRITTEN = gettext_noop("The text could not be made.")
TOO_LATE = gettext_noop("Not sent: it would have come too late.")
OVERTAKEN = gettext_noop("Not sent: something newer has been said since.")


def _where(fault: BaseException | None) -> str:
    """What kind and where, never the message: it may quote a patient."""
    if fault is None or fault.__traceback__ is None:
        return "an unknown fault"
    place = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {place.filename}, line {place.lineno}"
