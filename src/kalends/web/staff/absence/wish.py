"""Who is absent, when, and why: all of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict

from kalends.organizations.models import Organization
from kalends.web.staff import asked
from kalends.web.staff.shell import address

LEAVE, CANCEL, MOVE = "leave", "cancel", "move"
LONGEST = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Wish:
    """`who` is a practitioner or one agenda; days are local and both included; `preset` is chosen for all at first."""

    who: UUID | None
    first: date | None
    last: date | None
    reason: str
    preset: str

    @classmethod
    def of(cls, sent: QueryDict) -> Wish:
        first = asked.day(sent, "first")
        last = asked.day(sent, "last") or first
        if first and last and not first <= last <= first + LONGEST:
            raise BadRequest("last")
        preset = asked.word(sent, "preset", (LEAVE, MOVE, CANCEL))
        return cls(asked.row(sent, "who"), first, last, asked.line(sent, "reason"), preset)

    def url(self, organization: Organization, preset: str) -> str:
        said = {"who": self.who, "first": self.first, "last": self.last, "reason": self.reason, "preset": preset}
        return f"{address(organization, 'absence')}?{urlencode({k: v for k, v in said.items() if v})}"
