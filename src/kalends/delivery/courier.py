"""The rounds of one carrier: claim a set, send hands with it, write down in sets what they ask and how it ended.

One thread, which alone speaks with the database. The letters are written and handed over by its hands (crew.py), each
in one conversation at a time, and none begins the next before its last result is committed (ledger.py).
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_noop

from kalends.delivery import clock_watch, fax_standing, letters, platform_mail, queries, rules
from kalends.delivery.carriers import WayOut
from kalends.delivery.crew import Crew, Ended, Heard
from kalends.delivery.errands import DeliveryErrand, PlatformErrand, where
from kalends.delivery.ledger import Ledger
from kalends.delivery.mail_senders import senders_of
from kalends.delivery.models import Delivery, Medium
from kalends.delivery.operations import claiming, guarding
from kalends.delivery.operations.claiming import Result
from kalends.delivery.policy import Policy
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
WRITES_AFTER = 0.05  # at the latest, when nothing more is heard
RESTS = (2.0, 5.0, 15.0, 30.0, 60.0)  # after the carrier could not be reached


class Courier:
    def __init__(self, way: WayOut, *, stopping: Event) -> None:
        self._media = way.media
        self._listens = way.listens
        self._stopping = stopping
        self._crew = Crew(way, stopping=stopping)
        self._ledger = Ledger(by=BY)
        self._name = ""
        self._waiting: deque[Organization] = deque()
        self._claimed_at = 0.0
        self._round, self._round_began, self._carried = rules.FEWEST, 0.0, 0
        """How many are claimed in a round, of as many organizations as have something; of each at least
        `claiming.SET`. The next round begins when half as many are under way."""
        self._clock_is_doubted = False
        self._rests = 0
        self._rests_until = self._rescued_at = self._looked_at = float("-inf")

    def run(self) -> None:
        """Work until `stopping` is set. A database that fails is waited for."""
        while not self._stopping.is_set():
            try:
                with Presence() as presence:
                    while not self._stopping.is_set():
                        self.work(presence.name)
                        if self._listens is not None:
                            self._listens()
                        presence.wait(LOOKS_EVERY)
            except (OperationalError, InterfaceError, psycopg.Error) as fault:
                log.warning("The database does not answer (%s); deliveries wait.", type(fault).__name__)
                connection.close()
                self._stopping.wait(1)
            except Exception as fault:
                log.error("Carrying broke off: %s. It goes on.", where(fault))
                self._stopping.wait(1)
        self.close()
        connection.close()

    def close(self) -> None:
        """Give up connections that are kept between rounds."""
        self._crew.close()

    def interrupt(self) -> None:
        """From another thread: what waits for an answer ends as unknown, and is written down as such."""
        self._crew.interrupt()

    def work(self, name: str) -> None:
        """Carry all that is due now, as `name`, whose presence is felt. Raises what the database raises."""
        self._name = name
        self._ledger.write()  # results of a round that the database ended
        self._clock_is_doubted = clock_watch.look()
        self._rescue()
        self._waiting.clear()
        self._looked_at = float("-inf")
        if self._may_go():
            try:
                self._carry()
            finally:
                self._send_home()

    def _may_go(self) -> bool:
        if (settings.ENVIRONMENT.data / HELD).exists():
            return False  # restored from a backup: nobody is told anything until an administrator says so
        return not self._stopping.is_set() and time.monotonic() >= self._rests_until and not self._crew.refusal

    def _carry(self) -> None:
        """Until nothing is due, or nothing may go; then what is not begun is taken back."""
        while self._may_go():
            self._look_around()
            if self._waiting and self._has_room():
                self._begin_round()
            while self._waiting and self._has_room():
                self._claim(self._waiting.popleft())
            if not self._crew.load:
                break
            self._write_down(self._crew.hear(WRITES_AFTER))
        self._take_back()
        for heard in self._crew.dismiss():
            self._write_down(heard)
        self._take_back()
        self._ledger.write()

    def _send_home(self) -> None:
        """Whatever happened: nobody goes out any more, and what has ended is known."""
        self._crew.take_back()
        for heard in self._crew.dismiss():
            for one in heard.asked:
                one.answer.set_result(False)
            self._note(heard.ended)
        if self._crew.refusal:
            self._rest(self._crew.refusal)
            self._crew.refusal = ""

    def _look_around(self) -> None:
        """Who has something to send: now and then, and before it is said that nobody has."""
        now = time.monotonic()
        if (self._waiting or self._crew.load) and now - self._looked_at < LOOKS_AROUND_EVERY:
            return
        self._looked_at = now
        self._clock_is_doubted = clock_watch.look()
        self._rescue()
        if self._crew.load and now - self._claimed_at > WORKS_ON_A_SET_FOR:
            self._take_back()
        self._waiting = deque(queries.with_work(self._media, by=BY))
        if Medium.EMAIL in self._media:
            self._take_platform_mail()

    def _has_room(self) -> bool:
        return self._crew.load < self._round // 2

    def _begin_round(self) -> None:
        """Of another size now and then: what is heard at one moment says little about the pace."""
        now = time.monotonic()
        if now - self._round_began >= rules.ROUND_LASTS:
            self._round = rules.in_a_round(self._carried, seconds=now - self._round_began)
            self._round_began, self._carried = now, 0

    def _claim(self, organization: Organization) -> None:
        """A set of one organization. If more of it may be waiting, its turn comes again."""
        self._claimed_at = time.monotonic()
        most = max(claiming.SET, self._round // (len(self._waiting) + 1))
        with tenancy.acting(organization=organization, by=BY) as now:
            policy = Policy.now(organization, now)
            claiming.hold_back(organization, quiet=policy.quiet, media=self._media, now=now)
            doubted = self._clock_is_doubted and clock_watch.is_doubted(organization)
            claimed = claiming.claim(
                organization, media=self._media, claimer=self._name, now=now, at_most=most, doubted=doubted
            )
            claiming.redirect(organization, claimed, policy.goes_to)
            endings = self._endings(organization, claimed, policy, now)
            senders = senders_of(organization)
        if len(claimed) == most:
            self._waiting.append(organization)
        going = []
        for one in claimed:
            if one.id in endings and one.handing_over_at is None:
                self._ledger.note(Result(one, self._name, endings[one.id]))
            else:
                going.append(one)
        found = self._look_up(organization, going)
        for one in going:
            ending = endings.get(one.id)
            sender = senders.of(one)
            self._crew.put(
                DeliveryErrand(organization, one, claimer=self._name, sender=sender, found=found, at=now, ending=ending)
            )

    def _look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> dict[UUID, Any]:
        """What the letters need, for all at once; one by one where one of them cannot be looked up."""
        if not deliveries:
            return {}
        try:
            with tenancy.acting(organization=organization, by=BY):
                return letters.look_up(organization, deliveries)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            if len(deliveries) == 1:
                return {}
        return {id: known for one in deliveries for id, known in self._look_up(organization, [one]).items()}

    def _endings(
        self, organization: Organization, claimed: Sequence[Delivery], policy: Policy, now: datetime
    ) -> dict[UUID, Outcome]:
        """What is not even tried, and why; of what was begun before, only if it turns out not to have arrived."""
        late = claiming.overtaken(organization, claimed)
        held_back = queries.held_back(organization, claimed)
        strangers = fax_standing.to_strangers(organization, claimed)
        found = {}
        for delivery in claimed:
            if delivery.useless_after is not None and delivery.useless_after <= now:
                found[delivery.id] = Outcome(Fate.ABORTED, TOO_LATE)
            elif delivery.id in late:
                found[delivery.id] = Outcome(Fate.ABORTED, OVERTAKEN)
            elif delivery.id in held_back:
                found[delivery.id] = Outcome(Fate.SUPPRESSED, held_back[delivery.id])
            elif not policy.allows(delivery):
                found[delivery.id] = Outcome(Fate.SUPPRESSED, TEST_MODE)
            elif delivery.id in strangers:
                found[delivery.id] = Outcome(Fate.REFUSED, NOT_CONFIRMED)
        going = [delivery for delivery in claimed if delivery.id not in found]
        return found | guarding.hold_back(organization, going, now=now)

    def _take_platform_mail(self) -> None:
        with tenancy.acting(organization=None, by=BY) as now:
            taken = platform_mail.take(now=now)
        for mail in taken:
            self._crew.put(PlatformErrand(mail, at=now))

    def _write_down(self, heard: Heard) -> None:
        """Marks at once, for hands wait for them; results with the next mark, or when nothing more is heard."""
        self._note(heard.ended)
        if heard.asked or self._ledger.is_full or not heard.ended:
            self._ledger.write(heard.asked)

    def _note(self, ended: Iterable[Ended]) -> None:
        for one in ended:
            outcome = one.outcome if one.fault is None else one.errand.broken_off(one.fault)
            if outcome is None:
                continue
            self._carried += 1
            if outcome.fate != Fate.AWAY:
                self._rests = 0
            self._ledger.note(one.errand.result(outcome))

    def _take_back(self) -> None:
        self._ledger.give_back(self._crew.take_back())

    def _rescue(self) -> None:
        if time.monotonic() - self._rescued_at < RESCUES_EVERY:
            return
        self._rescued_at = time.monotonic()
        for orphan in queries.orphans(claimer=self._name, by=BY):
            organization = Organization(id=orphan.organization_id)
            with tenancy.acting(organization=organization, by=BY) as now:
                is_old = orphan.is_old and not self._clock_is_doubted
                if is_old or claiming.is_gone(orphan.claimer):
                    claiming.rescue(organization, claimer=orphan.claimer, now=now)

    def _rest(self, why: str) -> None:
        """Nothing has left, nothing counts as a try; ask again later, and ever more rarely."""
        pause = RESTS[min(self._rests, len(RESTS) - 1)]
        self._rests += 1
        self._rests_until = time.monotonic() + pause
        log.warning("The carrier takes nothing now (%s). Next try in %.0f seconds.", why, pause)


TOO_LATE = gettext_noop("Not sent: it would have come too late.")
TEST_MODE = gettext_noop("Not sent: test mode is on, and there is no address for this.")
OVERTAKEN = gettext_noop("Not sent: something newer has been said since.")
NOT_CONFIRMED = gettext_noop("Not sent: nobody has confirmed that this fax number is right.")
