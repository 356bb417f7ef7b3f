from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.booking import Reason
from kalends.api.schemas.contacts import ContactSent
from kalends.api.schemas.fields import ById, Day, Id, Language, Minute, Sent, Told, ToldDay
from kalends.api.schemas.slots import Channel

Unit = Literal["day", "week", "month"]


class SeriesSent(Sent):
    """From `first` on at `time`, wall clock of the schedule; `count` dates or `until` a last one, at most 60.

    Every month on the 31st is the last day of a month that has none.
    """

    service: Id
    schedule: Id
    first: Day
    time: Minute
    every: Annotated[int, Field(ge=1, le=52)] = 1
    unit: Unit = "week"
    count: Annotated[int, Field(ge=1, le=60)] | None = None
    until: Day | None = Field(None, description="Included.")
    on_clash: Literal["skip", "shift", "stop"] = Field(
        "skip", description="Shift: to the nearest free time of that day, else of that week."
    )
    contact_id: Id | None = None
    contact: ContactSent | None = Field(None, description="Not needed for a preview.")
    reason: Reason | None = None
    locale: Language | None = None
    channel: Channel = "api"
    tell_patient: bool = Field(True, description="One message with all dates.")
    dry_run: bool = Field(False, description="Only tell what would become of each date.")


class SeriesDate(BaseModel):
    """`why`: `slot_taken`, `slot_not_open`, `patient_busy`, `no_such_hour` or another code of a refusal."""

    number: int
    day: ToldDay
    outcome: Literal["made", "shifted", "skipped", "stopped"]
    why: str
    start: Told | None
    appointment: ById | None


class Series(BaseModel):
    id: ById | None = Field(description="None for a preview.")
    contact: ById | None
    every: int
    unit: Unit
    dates: list[SeriesDate]


class SeriesList(BaseModel):
    items: list[Series]
    next: str | None
