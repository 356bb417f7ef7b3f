"""How a clinic of the demo is told: plain values, the same on every day. Minutes are of wall time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kalends.agenda.rules import OpeningRule, Period, Weeks
from kalends.organizations.permissions import Role

PASSWORD = "kalends-demo"
"""Of every sign-in of the demo, and of nothing else."""

Audience = Literal["all", "women", "children"]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with a sign-in. `provider` is the name of whose agendas they look after."""

    role: Role
    name: str
    email: str
    provider: str = ""
    granted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Practitioner:
    name: str
    speciality: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A service; `more` are further fields of the model."""

    names: Mapping[str, str]
    category: str
    duration: int
    price_minor: int | None
    colour: int
    preparation: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agenda:
    """A schedule. `services` are keys of `Clinic.services` with how often each is booked.

    `filled` is how much of the past is booked, from 0 to 1; the days to come are emptier.
    """

    name: str
    provider: str
    hours: tuple[OpeningRule, ...]
    services: Mapping[str, int]
    filled: float
    step: int = 15
    capacity: int = 1
    audience: Audience = "all"
    today: tuple[Period, ...] = ()
    """When it is open on the day of the loading, whichever that is; empty: as on any other."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed on one date, so many days from the loading, for a reason; of one agenda, or of the clinic."""

    in_days: int
    days: int
    reason: str
    agenda: str = ""
    from_minute: int = 0
    to_minute: int = 1440


@dataclass(frozen=True, slots=True)
class Blocked:
    """A block at the first such time that an agenda is open, so many days from the loading."""

    agenda: str
    in_days: int
    from_minute: int
    to_minute: int
    reason: str
    is_pre_reservation: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """What happens just when the demo is loaded: each an agenda and a key of `Clinic.services`."""

    held: tuple[str, str]
    """A visitor of the public page is looking at it."""
    asked: tuple[str, str]
    freed: tuple[str, str]
    """Offered to the first of three who wait."""
    overbooked: tuple[str, str]
    why: str
    """Of the overbooking."""


@dataclass(frozen=True, slots=True)
class People:
    """Of whom the patients are made."""

    women: str
    """First names with | between them, as are the next two."""
    men: str
    last_names: str
    towns: tuple[tuple[str, str], ...]
    """Postcode and name."""
    streets: tuple[str, ...]
    mail: str
    """The domain of their addresses; `example` is nobody's."""
    phones: tuple[str, ...]
    """Beginnings of numbers that belong to nobody, where the country keeps such; digits are added up to
    `phone_length`."""
    phone_length: int
    languages: Mapping[str, int]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the institution wants to be told of itself, and of whom patients are reminded.

    `reminders` are those of each practitioner by number, `notices` the notification settings; both as their operations
    take them. No text messages: an installation that could send them would write to numbers that it does not own.
    """

    reminders: Mapping[str, Mapping[int, Mapping[str, Any]]]
    notices: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clinic:
    slug: str
    name: str
    place: Mapping[str, str]
    """Of its location: address, postcode, town, directions. Its name and telephone are those of the clinic."""
    country: str
    time_zone: str
    languages: tuple[str, ...]
    currency: str
    phone: str
    email: str
    website: str
    privacy_text: str
    workers: tuple[Worker, ...]
    practitioners: tuple[Practitioner, ...]
    services: Mapping[str, Offered]
    agendas: tuple[Agenda, ...]
    closed: tuple[Closed, ...]
    blocked: tuple[Blocked, ...]
    people: People
    patients: int
    told: Told
    today: Today | None = None


def reminded(amount: int, unit: str = "days", **more: Any) -> Mapping[str, Any]:
    """A reminder that is on."""
    return {"state": "on", "amount": amount, "unit": unit, **more}


def told_at(desk: str, *, archive: str, accounts: str, **more: Any) -> Mapping[str, Any]:
    """Notification settings: the desk hears of bookings and cancellations, the archive gets copies of both."""
    return {
        "booking_emails": [desk],
        "copies": [{"email": archive, "on": True, "kinds": ["bookings", "cancellations"]}],
        "cancellation_emails": [desk],
        "payment_emails": [accounts],
        **more,
    }


def hours(*periods: tuple[str, str], days: str, weeks: Weeks = "all") -> tuple[OpeningRule, ...]:
    """`hours(("9:00", "12:00"), ("13:00", "17:00"), days="12345")`; 1 is Monday."""
    return tuple(OpeningRule(int(day), start, end, weeks=weeks) for day in days for start, end in spans(*periods))


def spans(*periods: tuple[str, str]) -> tuple[Period, ...]:
    return tuple((_minute(start), _minute(end)) for start, end in periods)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
