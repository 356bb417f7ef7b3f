"""Who does an act, and in what capacity. Given to every operation as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    PERSON = "person"  # signed in
    TOKEN = "token"  # an API token of a person
    PATIENT = "patient"  # the public page, or a private link
    SYSTEM = "system"  # the worker, the command line


class ChannelKind(StrEnum):
    """Where a booking comes from. Partners get channels of their own later."""

    WEBSITE = "website"
    PHONE = "phone"
    STAFF = "staff"
    API = "api"


@dataclass(frozen=True, slots=True)
class Actor:
    """`rights` are those of this organization only, already narrowed by role and token scope."""

    kind: ActorKind
    label: str
    person_id: UUID | None = None
    role: str = ""
    channel: ChannelKind = ChannelKind.STAFF
    rights: frozenset[str] = field(default_factory=frozenset)
    address: str = ""
    provider_id: UUID | None = None

    def may(self, right: str) -> bool:
        return self.kind == ActorKind.SYSTEM or right in self.rights

    @property
    def is_staff(self) -> bool:
        """True for people of the organization: cut-offs and per-person limits do not bind them."""
        return self.kind in (ActorKind.PERSON, ActorKind.TOKEN, ActorKind.SYSTEM)


def patient(*, address: str = "", channel: ChannelKind = ChannelKind.WEBSITE) -> Actor:
    return Actor(kind=ActorKind.PATIENT, label="patient", role="patient", channel=channel, address=address)


def system(label: str) -> Actor:
    return Actor(kind=ActorKind.SYSTEM, label=label, role="system")
