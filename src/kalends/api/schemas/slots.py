from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.fields import Asked, ById, Day, Id, Minute, Told, ToldDay

Channel = Literal["website", "phone", "staff", "api"]
Weekdays = Annotated[str, StringConstraints(pattern=r"^[1-7](,[1-7]){0,6}$")]


class SlotsAsked(Asked):
    service: Id
    first: Day = Field(alias="from", description="A local date of the location, included.")
    last: Day = Field(alias="to", description="Included; at most 62 days in all.")
    location: Id | None = None
    provider: Id | None = None
    schedule: Id | None = None
    weekdays: Weekdays | None = Field(None, description="Only on these: `1,3`; 1 is Monday, 7 Sunday.")
    after: Minute = Field(0, description="Only starts from this wall-clock time on: `13:00`.")
    before: Minute = Field(1440, description="Only starts before this wall-clock time: `12:00`.")
    limit: int = Field(500, ge=1, le=5000)


class StaffSlotsAsked(SlotsAsked):
    channel: Channel = Field("api", description="As it may be booked from there.")


class Slot(BaseModel):
    start: Told
    end: Told
    schedule: ById
    provider: ById
    location: ById


class Slots(BaseModel):
    slots: list[Slot]
    reason: Literal["not_on_channel", "outside_window", "closed", "full", "no_gap"] | None = Field(
        description="Why there are none."
    )
    next: ToldDay | None = Field(description="The next date with a free time, within the horizon.")
