"""What stands in the database about some agendas between two instants, as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

import orjson

from kalends.agenda.queries.occupied import LONGEST_PLACE, taken, taken_resources
from kalends.agenda.queries.plans import AgendaPlan
from kalends.booking.queries import beside, drawn_rows
from kalends.organizations.models import Organization

LONGEST_PLACE_S = int(LONGEST_PLACE.total_seconds())


class Rows:
    """Visits, what else stands there, and which places, rooms and devices are taken."""

    def __init__(
        self, organization: Organization, plan: AgendaPlan, ids: Sequence[UUID], begin: int, end: int, now: datetime
    ) -> None:
        self.visits = drawn_rows(organization, ids, begin, end)
        self.beside = beside(organization, ids, begin, end, now)
        reach = begin - 8 * 3600, end + LONGEST_PLACE_S
        self.busy = taken(organization, ids, *reach, now)
        needed = _needed(plan, ids)
        self.resources = taken_resources(organization, needed, *reach, now) if needed else {}

    @property
    def holds_something(self) -> bool:
        """A time is held: how long still is written by the second."""
        return any(one.kind == "held" for one in self.beside)

    @property
    def digest(self) -> bytes:
        """Of all that was read: other rows, another digest."""
        read = (self.visits, [tuple(one) for one in self.beside], self.busy, self.resources)
        return blake2b(orjson.dumps(read, option=orjson.OPT_NON_STR_KEYS), digest_size=20).digest()


def _needed(plan: AgendaPlan, ids: Sequence[UUID]) -> list[UUID]:
    """The rooms and devices that visits on these agendas may need; mostly none, and nothing is asked then."""
    known = [plan.schedules[one] for one in ids if one in plan.schedules]
    needs = {one for agenda in known for offer in agenda.offers.values() for choices in offer.needs for one in choices}
    return list(needs)
