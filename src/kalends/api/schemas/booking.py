from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.paging import Paged
from kalends.api.schemas.contacts import ConsentsSent, ContactSent
from kalends.api.schemas.fields import ById, Day, Id, Instant, Language, Sent, Told, ToldDay
from kalends.api.schemas.slots import Channel

Status = Literal["pending", "booked", "confirmed", "arrived", "fulfilled", "no_show", "cancelled"]
Reason = Annotated[str, StringConstraints(max_length=500)]
TellProvider = Annotated[
    bool | Annotated[list[Literal["message", "email", "sms"]], Field(max_length=3)] | None,
    Field(description="By which ways; true: by e-mail; null: as the options of the practitioner say."),
]
TextPatient = Annotated[
    bool | None,
    Field(description="The reminder at once, by SMS; null: as the options of the practitioner say."),
]
Why = Annotated[str, StringConstraints(max_length=200)]


class Payment(BaseModel):
    amount_minor: int = Field(description="In minor units of the currency.")
    currency: str
    due_at: Told
    state: Literal["unpaid", "paid", "dropped"] = Field(description="`dropped`: cancelled before it was paid.")


class HoldSent(Sent):
    service: Id
    schedule: Id | None = Field(None, description="Left out: any practitioner, by turn.")
    start: Instant


class Hold(BaseModel):
    id: ById = Field(description="Whoever knows it may book with it.")
    expires_at: Told


class AppointmentSent(Sent):
    service: Id
    schedule: Id | None = Field(None, description="Left out: any practitioner, by turn.")
    start: Instant
    hold: Id | None = None
    contact: ContactSent
    reason: Reason | None = Field(None, description="Why the patient comes.")
    locale: Language | None = Field(None, description="In which the patient is written to.")
    consent: ConsentsSent | None = Field(None, description="Whether the patient wants reminders, where asked.")


class Booked(BaseModel):
    id: ById
    status: Status = Field(description="`pending`: a request, which the practice will answer.")
    start: Told
    end: Told
    manage_url: str = Field(description="The patient's private link: confirm, move, cancel.")
    payment: Payment | None = Field(description="What is to be paid before the visit; null: nothing.")


class Named(BaseModel):
    id: ById
    name: str


class Place(BaseModel):
    id: ById
    name: str
    address: str
    postcode: str
    town: str
    phone: str


class House(BaseModel):
    slug: str
    name: str
    phone: str


class OwnAppointment(BaseModel):
    """What the private link shows: the visit, never who comes."""

    id: ById
    status: Status
    start: Told
    end: Told
    organization: House
    service: Named
    schedule: ById
    provider: Named
    location: Place
    can_confirm: bool
    can_move: bool
    move_until: Told
    can_cancel: bool
    cancel_until: Told
    payment: Payment | None


class Cancelling(Sent):
    reason: Why | None = None


class Moving(Sent):
    schedule: Id
    start: Instant


class StaffAppointmentSent(Sent):
    """`contact_id` names somebody known; `contact` is found among the known, or made."""

    service: Id
    schedule: Id | None = Field(None, description="Left out: any practitioner, by turn.")
    start: Instant
    hold: Id | None = None
    contact_id: Id | None = None
    contact: ContactSent | None = None
    reason: Reason | None = None
    remark: Reason | None = Field(None, description="For the practitioner; patients do not see it.")
    locale: Language | None = None
    channel: Channel = Field("api", description="Where the booking comes from.")
    tell_patient: bool = Field(True, description="By e-mail.")
    text_patient: TextPatient = None
    tell_provider: TellProvider = None
    overlap_allowed: bool = Field(False, description="The patient may have two visits at once.")
    overbooking_reason: Why | None = Field(None, description="Why a taken time is booked all the same.")


class StaffMoving(Moving):
    channel: Channel = "api"
    reason: Why | None = None
    tell_patient: bool = Field(True, description="By e-mail.")
    text_patient: TextPatient = None
    tell_provider: TellProvider = None
    overbooking_reason: Why | None = Field(None, description="Why a taken time will do all the same.")


class Undoing(Sent):
    tell_patient: bool = Field(True, description="Of a cancelled visit that is on again.")


class Swapping(Sent):
    other: Id = Field(alias="with", description="The other appointment.")
    reason: Why | None = None
    tell_patients: bool = True
    tell_provider: TellProvider = None


class StaffCancelling(Cancelling):
    tell_patient: bool = True
    tell_provider: TellProvider = None


class StatusSent(Sent):
    status: Status


class PaymentSent(Sent):
    state: Literal["paid", "unpaid"]


class AppointmentsAsked(Paged):
    first: Day | None = Field(None, alias="from", description="A local date of the visit, included.")
    last: Day | None = Field(None, alias="to", description="Included.")
    schedule: Id | None = None
    provider: Id | None = None
    contact: Id | None = None
    status: Status | None = None
    source: Channel | None = None
    overbooked: bool | None = Field(None, description="Only those above the capacity, or only the others.")


class Person(BaseModel):
    """E-mail and phone are null for those who may not read contacts."""

    id: ById
    last_name: str
    first_name: str
    birth_date: ToldDay | None
    email: str | None
    phone: str | None


class Appointment(BaseModel):
    id: ById
    status: Status
    start: Told
    end: Told
    schedule: ById
    provider: ById
    location: ById
    service: ById
    contact: Person
    reason: str
    remark: str = Field(description="What staff tell the practitioner.")
    source: Channel
    language: str
    price_minor: int | None = Field(description="In minor units of the currency.")
    currency: str
    payment: Payment | None = Field(description="What is to be paid before the visit; null: nothing.")
    cancelled_by: Literal["", "patient", "staff", "partner", "system"]
    cancel_reason: str
    moves: int = Field(description="By the patient.")
    status_since: Told | None = Field(description="When the status changed; null: never since it was booked.")
    approve_by: Told | None = Field(description="Until when a request keeps its time.")
    is_overbooked: bool
    overbooking_reason: str
    version: int = Field(description="Counts every change.")
    booked_at: Told


class Appointments(BaseModel):
    items: list[Appointment]
    next: str | None
