from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.fields import ById, Day, Id, Instant, Line, Minute, Sent, Told, ToldDay
from kalends.api.schemas.slots import Channel

Whole = Annotated[int, Field(ge=-2_147_483_648, le=2_147_483_647)]
ToldMinute = Annotated[str, Field(description="Wall clock: 09:30; 24:00 ends a day.")]


class OfferingSent(Sent):
    """What is left out or null is as the service has it."""

    service: Id
    duration: Whole | None = None
    buffer_before: Whole | None = None
    buffer_after: Whole | None = None
    price_minor: Whole | None = None


class ScheduleChanged(Sent):
    """What is left out stays as it is."""

    provider: Id | None = None
    location: Id | None = None
    name: Line | None = None
    step_minutes: Whole | None = Field(None, description="Minutes between two starts.")
    capacity: Whole | None = Field(None, description="More than 1: group visits.")
    overbooking_limit: Whole | None = None
    weight: Whole | None = Field(None, description="Share of visits with any practitioner; 100 is a full one.")
    priority: Whole | None = Field(None, description="Among equal shares the highest comes first.")
    note: Annotated[str, StringConstraints(max_length=500)] | None = None
    is_active: bool | None = None
    services: Annotated[list[OfferingSent], Field(max_length=500)] | None = Field(
        None, description="What it offers: these services and no others."
    )


class ScheduleSent(ScheduleChanged):
    provider: Id
    location: Id
    name: Line


class Offering(BaseModel):
    service: ById
    duration: int | None
    buffer_before: int | None
    buffer_after: int | None
    price_minor: int | None


class Schedule(BaseModel):
    id: ById
    name: str
    provider: ById
    location: ById
    time_zone: str
    step_minutes: int
    capacity: int
    overbooking_limit: int
    weight: int
    priority: int
    note: str
    is_active: bool
    version: int = Field(description="Of the opening hours.")
    services: list[Offering]


class Schedules(BaseModel):
    items: list[Schedule]
    next: str | None


class RuleSent(Sent):
    weekday: Whole = Field(description="1 is Monday, 7 Sunday.")
    start: Minute = Field(alias="from")
    end: Minute = Field(alias="to")
    valid_from: Day | None = None
    valid_until: Day | None = Field(None, description="Included.")
    weeks: Literal["all", "odd", "even"] = Field("all", description="By ISO week number.")
    services: Annotated[list[Id], Field(max_length=500)] | None = Field(None, description="Only these; null: all.")


class PeriodSent(Sent):
    start: Minute = Field(alias="from")
    end: Minute = Field(alias="to")


class OverrideSent(Sent):
    """Replaces the hours of one date; without periods it is closed."""

    date: Day
    periods: Annotated[list[PeriodSent], Field(max_length=50)]


class OpeningSent(Sent):
    """All hours at once. `version` is that of the hours that were read: others' changes since are not lost."""

    rules: Annotated[list[RuleSent], Field(max_length=500)]
    overrides: Annotated[list[OverrideSent], Field(max_length=2000)] = Field(default_factory=list)
    version: Whole | None = None


class Period(BaseModel):
    start: ToldMinute = Field(alias="from")
    end: ToldMinute = Field(alias="to")


class Rule(Period):
    weekday: int
    valid_from: ToldDay | None
    valid_until: ToldDay | None
    weeks: Literal["all", "odd", "even"]
    services: list[ById] | None


class Override(BaseModel):
    date: ToldDay
    periods: list[Period]


class Opening(BaseModel):
    rules: list[Rule]
    overrides: list[Override]
    version: int


class ClosureSent(Sent):
    """Wall clock of the agenda. Appointments within stay."""

    first: Day = Field(alias="from")
    first_minute: Minute = Field(0, alias="from_time")
    last: Day = Field(alias="to", description="Included.")
    last_minute: Minute = Field(1440, alias="to_time")
    reason: Line | None = None


class Closure(BaseModel):
    id: ById
    schedule: ById
    first: ToldDay = Field(alias="from")
    first_minute: ToldMinute = Field(alias="from_time")
    last: ToldDay = Field(alias="to")
    last_minute: ToldMinute = Field(alias="to_time")
    reason: str


class BlockSent(Sent):
    start: Instant
    end: Instant
    reason: Line | None = None
    is_pre_reservation: bool = Field(False, description="Kept for a patient who has no name yet.")


class Block(BaseModel):
    id: ById
    schedule: ById
    start: Told
    end: Told
    reason: str
    is_pre_reservation: bool


class ChannelSent(Sent):
    kind: Channel
    is_open: bool | None = None
    services: Annotated[list[Id], Field(max_length=5000)] | None = Field(
        None, description="Those that may be booked there, and no others."
    )


class ChannelsSent(Sent):
    items: Annotated[list[ChannelSent], Field(max_length=4)]


class ChannelTold(BaseModel):
    kind: Channel
    is_open: bool
    services: list[ById]


class Channels(BaseModel):
    items: list[ChannelTold]
    next: None
