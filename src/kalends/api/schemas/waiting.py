"""The waiting list: who waits for what, and what is offered to them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kalends.api.paging import Paged
from kalends.api.schemas.booking import Person
from kalends.api.schemas.contacts import ContactSent
from kalends.api.schemas.fields import ById, Day, Id, Instant, Language, Minute, Sent, Told, ToldDay

State = Literal["waiting", "booked", "withdrawn", "expired"]
OfferState = Literal["open", "accepted", "declined", "expired", "withdrawn"]
Note = Annotated[str, Field(max_length=500)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class WishSent(Sent):
    """Hours are wall time; a `to` before `from` is on the next day. Only `from`: the practitioner's span follows."""

    schedules: list[Id] | None = Field(None, description="Any of these; none: all that offer the service.")
    weekdays: list[Weekday] | None = Field(None, description="1 is Monday; none: any day.")
    start: Minute | None = Field(None, alias="from")
    end: Minute | None = Field(None, alias="to")
    valid_from: Day | None = None
    valid_until: Day | None = Field(
        None, description="Included; 60 days ahead, or the day of the kept visit, unless told."
    )
    note: Note | None = None
    rank: int | None = Field(None, ge=-100, le=100, description="The highest first; then who waits longest.")
    most_a_day: int | None = Field(None, ge=1, le=20, description="Offers.")
    most_in_all: int | None = Field(None, ge=1, le=100, description="Offers.")


class EntrySent(WishSent):
    """`contact_id` names somebody known; `contact` is found among the known, or made; or `keeps` says whose visit."""

    services: list[Id] | None = Field(None, description="Any of these; of a kept visit its own unless told.")
    contact_id: Id | None = None
    contact: ContactSent | None = None
    keeps: Id | None = Field(None, description="The later visit that accepting an offer moves.")
    locale: Language | None = None
    tell_patient: bool = True


class EntryChanged(WishSent):
    services: list[Id] | None = None


class OfferSent(Sent):
    schedule: Id
    start: Instant
    service: Id | None = Field(None, description="The first one waited for unless told.")
    by_phone: bool = Field(False, description="Nothing is sent; the time is kept for 15 minutes.")


class WaitlistAsked(Paged):
    status: State | None = "waiting"
    contact: Id | None = None


class Offer(BaseModel):
    id: ById
    status: OfferState
    schedule: ById
    service: ById
    start: Told
    end: Told
    made_at: Told
    expires_at: Told
    by_phone: bool
    told_by: Literal["email", "sms"] | None = Field(description="Null: by telephone.")
    appointment: ById | None


class Entry(BaseModel):
    id: ById
    status: State
    contact: Person
    services: list[ById]
    schedules: list[ById]
    weekdays: list[int]
    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    valid_from: ToldDay
    valid_until: ToldDay
    note: str
    rank: int
    keeps: ById | None
    most_a_day: int
    most_in_all: int
    created_at: Told
    offers: list[Offer]


class Entries(BaseModel):
    items: list[Entry]
    next: str | None
