"""What hands ask and tell, written down in sets: marks, results, what goes back. Used by the courier's thread only.

A hand asks for its next mark after it has said how the last one ended, and results are written with the marks or
before them: so at no moment are more deliveries between mark and result than there are hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from kalends.delivery import platform_mail
from kalends.delivery.crew import Asked, Errand
from kalends.delivery.errands import DeliveryErrand
from kalends.delivery.operations import claiming
from kalends.delivery.operations.bouncing import take_refusal
from kalends.delivery.operations.claiming import Result
from kalends.delivery.platform_mail import MailResult
from kalends.delivery.queries import Tenant
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

FULL = 500


class Ledger:
    def __init__(self, *, by: Actor) -> None:
        self._by = by
        self._results: list[Result] = []
        """Ended and not yet written down. Kept when the database fails, for nobody else knows."""
        self._mails: list[MailResult] = []

    def note(self, result: Result | MailResult) -> None:
        if isinstance(result, Result):
            self._results.append(result)
        else:
            self._mails.append(result)

    @property
    def is_full(self) -> bool:
        return len(self._results) >= FULL

    def write(self, asked: Sequence[Asked] = ()) -> None:
        """All results so far, and the marks that were asked for. Raises what the database raises; then nobody goes."""
        try:
            self._write(asked)
        finally:
            for one in asked:
                if not one.answer.done():
                    one.answer.set_result(False)

    def _write(self, asked: Sequence[Asked]) -> None:
        if self._mails:
            with tenancy.acting(organization=None, by=self._by) as now:
                platform_mail.settle(self._mails, now=now)
            self._mails.clear()
        results = _by_organization((result.delivery.organization_id, result) for result in self._results)
        marks = _by_organization((_errand(one).delivery.organization_id, one) for one in asked)
        if results.keys() | marks.keys() == marks.keys() and len(marks) == 1:
            (organization_id,) = marks
            self._write_of(organization_id, results.get(organization_id, ()), marks[organization_id])
            return
        for organization_id, own in results.items():
            self._write_of(organization_id, own, ())
        for organization_id, own_marks in marks.items():
            self._write_of(organization_id, (), own_marks)

    def _write_of(self, organization_id: UUID, results: Sequence[Result], asked: Sequence[Asked]) -> None:
        """One transaction; those who asked go when it is committed."""
        organization = Organization(id=organization_id)
        with tenancy.acting(organization=Tenant(organization_id), by=self._by) as now:
            claiming.settle(organization, results, now=now)
            for result in results:
                if result.outcome.no_such_address:
                    take_refusal(organization, result.delivery, result.outcome.no_such_address, by=self._by, now=now)
            wanted = [_errand(one) for one in asked]
            held = claiming.mark(organization, [one.mark for one in wanted], claimer=_claimer(wanted), now=now)
        written = set(map(id, results))
        self._results = [result for result in self._results if id(result) not in written]
        for one in asked:
            one.answer.set_result(_errand(one).delivery.id in held)

    def give_back(self, errands: Iterable[Errand]) -> None:
        """What was not begun waits again. Mail of the platform has its next try before it already."""
        mine = _by_organization(
            (one.delivery.organization_id, one) for one in errands if isinstance(one, DeliveryErrand)
        )
        for organization_id, own in mine.items():
            with tenancy.acting(organization=Tenant(organization_id), by=self._by):
                claiming.give_back(
                    Organization(id=organization_id), claimer=_claimer(own), only=[one.delivery.id for one in own]
                )


def _errand(asked: Asked) -> DeliveryErrand:
    assert isinstance(asked.errand, DeliveryErrand), "only deliveries are marked"
    return asked.errand


def _claimer(errands: Sequence[DeliveryErrand]) -> str:
    """A courier has one name from its first errand to its last."""
    return errands[0].claimer if errands else ""


Item = TypeVar("Item")


def _by_organization(items: Iterable[tuple[UUID, Item]]) -> dict[UUID, list[Item]]:
    found: dict[UUID, list[Item]] = {}
    for organization_id, item in items:
        found.setdefault(organization_id, []).append(item)
    return found
