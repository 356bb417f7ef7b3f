from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import Asked, ById, Day, Id, Told, ToldDay

Channel = Literal["website", "phone", "staff", "api"]


class SlotsAsked(Asked):
    service: Id
    first: Day = Field(alias="from", description="A local date of the location, included.")
    last: Day = Field(alias="to", description="Included; at most 62 days in all.")
    location: Id | None = None
    provider: Id | None = None
    schedule: Id | None = None
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
