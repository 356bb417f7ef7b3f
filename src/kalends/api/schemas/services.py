from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.agenda import ToldMinute, Whole
from kalends.api.schemas.fields import ById, Id, Line, Minute, Sent
from kalends.api.schemas.slots import Channel

Text = Annotated[str, StringConstraints(max_length=4000)]
Texts = Annotated[dict[str, Text], Field(max_length=20, description='By language: `{"fr": "Consultation"}`.')]
Visibility = Literal["online", "phone", "hidden"]
PaymentDue = Literal["", "before", "after"]
Requirable = Literal["email", "phone", "birth_date", "address", "postcode", "town", "remark", "reason"]


class RequirementSent(Sent):
    any_of: Annotated[list[Id], Field(min_length=1, max_length=50)] = Field(
        description="Resources: the first that is free is taken."
    )


class ServiceChanged(Sent):
    """What is left out stays as it is. Minutes are real minutes."""

    name: Line | None = Field(None, description="In the organization's first language; or `names`.")
    names: Texts | None = None
    category: Annotated[str, StringConstraints(max_length=120)] | None = None
    duration: Whole | None = None
    buffer_before: Whole | None = None
    buffer_after: Whole | None = None
    price_minor: Whole | None = Field(None, description="In minor units of the organization's currency.")
    preparation: Texts | None = None
    phone_text: Texts | None = None
    colour: Whole | None = None
    visibility: Visibility | None = None
    notice_minutes: Whole | None = None
    horizon_days: Whole | None = None
    same_day_release: Minute | None = None
    cancel_cutoff_hours: Whole | None = None
    move_cutoff_hours: Whole | None = None
    max_moves: Whole | None = None
    max_active_per_person: Whole | None = None
    new_patients: bool | None = None
    required_fields: Annotated[list[Requirable], Field(max_length=20)] | None = None
    needs_approval: bool | None = Field(None, description="Patients ask; the practice approves. Staff book firmly.")
    approval_hours: Whole | None = Field(None, description="How long a request keeps its time: 1 to 720.")
    payment_due: PaymentDue | None = Field(
        None, description="To be paid `before` the visit, or `after` booking, by so many hours; empty: at the practice."
    )
    payment_hours: Whole | None = Field(None, description="1 to 2160.")
    position: Annotated[int, Field(ge=0, le=32767)] | None = None
    is_active: bool | None = None
    channels: Annotated[list[Channel], Field(max_length=20)] | None = Field(
        None, description="Through which it may be booked. A new service: all."
    )
    requirements: Annotated[list[RequirementSent], Field(max_length=10)] | None = Field(
        None, description="What it needs beside its practitioner: of each any one, all of them at once."
    )


class ServiceSent(ServiceChanged):
    duration: Whole


class Requirement(BaseModel):
    any_of: list[ById]


class Service(BaseModel):
    id: ById
    name: str
    names: dict[str, str]
    category: str
    duration: int
    buffer_before: int
    buffer_after: int
    price_minor: int | None
    currency: str
    preparation: dict[str, str]
    phone_text: dict[str, str]
    colour: int
    visibility: Visibility
    notice_minutes: int
    horizon_days: int
    same_day_release: ToldMinute | None
    cancel_cutoff_hours: int
    move_cutoff_hours: int
    max_moves: int
    max_active_per_person: int
    new_patients: bool
    required_fields: list[Requirable]
    needs_approval: bool
    approval_hours: int
    payment_due: PaymentDue
    payment_hours: int
    position: int
    is_active: bool
    channels: list[Channel]
    requirements: list[Requirement]


class Services(BaseModel):
    items: list[Service]
    next: str | None


class PublicProvider(BaseModel):
    id: ById
    name: str
    speciality: str


class PublicService(BaseModel):
    id: ById
    slug: str = Field(description="The name, as it may stand in an address.")
    name: str
    names: dict[str, str]
    category: str
    duration: int
    price_minor: int | None
    currency: str
    bookable: bool = Field(description="Here; otherwise by telephone, as `phone_text` says.")
    phone_text: str
    preparation: str
    required_fields: list[Requirable]
    new_patients: bool
    locations: list[ById]
    providers: list[PublicProvider]


class PublicServices(BaseModel):
    items: list[PublicService]
    next: str | None
