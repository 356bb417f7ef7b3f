"""Which messages are asked for, and how one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kalends.delivery import queries
from kalends.delivery.models import DeadAddress, Delivery, Medium
from kalends.delivery.operations.again import SENDABLE_AGAIN
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.tables import guarded
from kalends.organizations.models import Organization
from kalends.web.outbox.rows import FATES, KINDS, Fate, fate_of, word_of
from kalends.web.staff import asked, dates

AT_ONCE = 50
A_WEEK = timedelta(days=6)
MEDIA: dict[str, str | Promise] = {
    Medium.EMAIL: gettext_lazy("E-mail"),
    Medium.SMS: gettext_lazy("SMS"),
    Medium.FAX: gettext_lazy("Fax"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    first: date
    last: date
    state: str
    medium: str
    recipient: str
    kind: str
    provider: UUID | None
    before: datetime | None

    @classmethod
    def read(cls, sent: QueryDict, today: date) -> Wish:
        """The last seven days, unless told. Raises BadRequest."""
        last = asked.day(sent, "last") or today
        first = asked.day(sent, "first") or last - A_WEEK
        state = asked.word(sent, "state", ("", *FATES))
        medium = asked.word(sent, "medium", ("", *MEDIA))
        kind = asked.word(sent, "kind", ("", *KINDS))
        provider, before = asked.row(sent, "provider"), asked.instant(sent, "before")
        return cls(first, last, state, medium, asked.line(sent, "to"), kind, provider, before)

    def query(self, **more: Any) -> str:
        """As the address of the page says it."""
        named = {"first": self.first, "last": self.last, "state": self.state, "medium": self.medium}
        said = {**named, "to": self.recipient, "kind": self.kind, "provider": self.provider, **more}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    at: datetime
    when: str
    to: str
    what: str | Promise
    medium: str | Promise
    fate: Fate
    reason: str
    parts: int
    size: str
    """In words, where it says something: pages of a fax, text messages where there are several."""
    again: bool
    ended: datetime | None
    tries: int
    tested_at: str
    """In test mode: where it went instead."""
    practitioners: str


def names_of(organization: Organization) -> dict[str, str]:
    """Of practitioners, by agenda. Inside `tenancy.acting`."""
    found = organization.schedules.values_list("id", "provider__name")
    return {str(id): name for id, name in found}


def matching(organization: Organization, by: Actor, wish: Wish) -> QuerySet[Delivery]:
    """The newest first; only what `by` may see."""
    rows = queries.sent(
        organization,
        by=by,
        state=wish.state,
        medium=wish.medium,
        kind=wish.kind,
        provider_id=wish.provider,
        first=wish.first,
        last=wish.last,
    )
    if wish.recipient:
        rows = rows.filter(recipient__icontains=wish.recipient)
    if wish.before is not None:
        rows = rows.filter(queued_at__lt=wish.before)
    return rows.order_by("-queued_at", "-id")


def row_of(organization: Organization, delivery: Delivery, names: Mapping[str, str]) -> Row:
    zone = clock.zone(organization.time_zone)
    return Row(
        id=delivery.id,
        at=clock.wall(clock.epoch_of(delivery.queued_at), zone),
        when=dates.instant(delivery.queued_at, zone),
        to=_("no longer kept") if delivery.forgotten_at else delivery.recipient,
        what=word_of(delivery),
        medium=MEDIA[delivery.medium],
        fate=fate_of(delivery),
        reason=_(delivery.reason) if delivery.reason else "",
        parts=delivery.parts,
        size=_size(delivery),
        again=delivery.state in SENDABLE_AGAIN and delivery.forgotten_at is None,
        ended=clock.wall(clock.epoch_of(delivery.settled_at), zone) if delivery.settled_at else None,
        tries=delivery.attempts,
        tested_at=delivery.redirected_to,
        practitioners=", ".join(dict.fromkeys(names[one] for one in delivery.schedules if one in names)),
    )


def dead_of(organization: Organization, dead: DeadAddress) -> dict[str, str]:
    """An address from which mails come back."""
    since = dates.instant(dead.since, clock.zone(organization.time_zone))
    return {"address": dead.address, "since": since, "reason": dead.reason}


def _size(delivery: Delivery) -> str:
    if delivery.medium == Medium.FAX and delivery.parts:
        return ngettext("%(number)s page", "%(number)s pages", delivery.parts) % {"number": delivery.parts}
    return str(delivery.parts) if delivery.parts > 1 else ""


HEADS = (
    gettext_lazy("When"),
    gettext_lazy("To"),
    gettext_lazy("What"),
    gettext_lazy("By"),
    gettext_lazy("State"),
    gettext_lazy("Why"),
    gettext_lazy("Text messages or pages"),
    gettext_lazy("Practitioner"),
    gettext_lazy("Tries"),
    gettext_lazy("Ended"),
    gettext_lazy("In test mode sent to"),
)


def cells(row: Row) -> list[str]:
    """Of a table, in the order of HEADS. Times by the clocks of the organization, with their offset."""
    to = guarded(row.to) if "@" in row.to else row.to
    words = (guarded(str(row.what)), str(row.medium), str(row.fate.word), guarded(row.reason), str(row.parts))
    ended = row.ended.isoformat(sep=" ") if row.ended else ""
    return [row.at.isoformat(sep=" "), to, *words, guarded(row.practitioners), str(row.tries), ended, row.tested_at]
