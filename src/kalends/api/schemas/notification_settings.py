from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById, Id, Sent

CopyKind = Literal["bookings", "cancellations", "reminders", "waiting", "payments"]
Mode = Literal["every", "late", "held"]
# Longer than an address can be, so that one that is too long is named by what is wrong with it.
Addresses = Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=200)]
Ids = Annotated[list[Id], Field(max_length=500)]


class BookingNoticesSent(Sent):
    """One e-mail for each appointment that is made, approved or moved."""

    addresses: Addresses | None = None
    locations: Ids | None = Field(None, description="Only there; empty: everywhere.")
    services: Ids | None = Field(None, description="Only for these; empty: for all.")
    minimal: bool | None = Field(None, description="Without name, telephone and reason.")


def _at_first() -> list[CopyKind]:
    return ["bookings", "cancellations"]


class CopySent(Sent):
    address: Annotated[str, Field(max_length=1000)]
    on: bool = True
    kinds: Annotated[list[CopyKind], Field(max_length=10)] = Field(
        default_factory=_at_first, description="Of which letters to patients."
    )


class BlindCopiesSent(Sent):
    """Who gets what patients get, unseen by them; without the patient's private links."""

    addresses: Annotated[list[CopySent], Field(max_length=200)]


class CancellationNoticesSent(Sent):
    addresses: Addresses | None = None
    mode: Mode | None = Field(
        None,
        description="`every`: each, at once; `late`: only less than `hours` before; `held`: each, not before that.",
    )
    hours: int | None = Field(None, ge=1, le=720)


class PaymentNoticesSent(Sent):
    """Not paid yet, and the deadline is near. The patient is told at the same time."""

    addresses: Addresses | None = None
    hours: int | None = Field(None, ge=1, le=720, description="Before the deadline.")


class NotificationSettingsSent(Sent):
    """All at once or nothing; what is left out stays as it is."""

    booking: BookingNoticesSent | None = None
    blind_copy: BlindCopiesSent | None = None
    cancellation: CancellationNoticesSent | None = None
    payment: PaymentNoticesSent | None = None
    version: int | None = Field(None, ge=0, description="As it was read: refused if somebody saved meanwhile.")


class BookingNotices(BaseModel):
    addresses: list[str]
    locations: list[ById]
    services: list[ById]
    minimal: bool


class Copy(BaseModel):
    address: str
    on: bool
    kinds: list[CopyKind]


class BlindCopies(BaseModel):
    addresses: list[Copy]


class CancellationNotices(BaseModel):
    addresses: list[str]
    mode: Mode
    hours: int


class PaymentNotices(BaseModel):
    addresses: list[str]
    hours: int


class NotificationSettings(BaseModel):
    booking: BookingNotices
    blind_copy: BlindCopies
    cancellation: CancellationNotices
    payment: PaymentNotices
    version: int
