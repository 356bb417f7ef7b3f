from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById, Id, Sent

Way = Literal["message", "email", "sms"]
Ways = Annotated[list[Way], Field(max_length=3)]
Reminder = Annotated[list[Literal["email", "sms"]], Field(max_length=2)]
Required = Annotated[
    list[Literal["email", "birth_date", "address", "postcode", "town", "remark", "reason"]], Field(max_length=7)
]
Stepping = Literal["week", "day"]
_WAYS = "`message`: read at the bell of the staff pages; `sms`: without the name, to a mobile number."


class OptionsSent(Sent):
    """All options at once: what is left out becomes as on a new account."""

    waiting_list: bool = False
    waiting_span: int = Field(120, ge=15, le=1440, description="Minutes.")
    days_shown: int = Field(7, ge=1, le=7, description="For the practitioner, from the next sign-in on.")
    stepping: Stepping = Field("week", description="`week` from 5 days shown.")
    notice_added: Ways = Field(default_factory=list, description=_WAYS)
    notice_moved: Ways = Field(default_factory=list, description=_WAYS)
    notice_deleted: Ways = Field(default_factory=list, description=_WAYS)
    recipients: Annotated[list[Id], Field(max_length=200)] = Field(
        default_factory=list, description="Among `can_be_told`. Empty: the account's own e-mail address."
    )
    immediate_reminder: Reminder = Field(["email"], description="What the desk has ticked beforehand for the patient.")
    required_fields: Required = Field(default_factory=list, description="At the desk, besides the service's.")


class Recipient(BaseModel):
    id: ById
    name: str
    role: Literal["provider", "admin"]


class Options(BaseModel):
    provider: ById
    waiting_list: bool
    waiting_span: int
    days_shown: int
    stepping: Stepping
    notice_added: list[Way]
    notice_moved: list[Way]
    notice_deleted: list[Way]
    recipients: list[ById]
    can_be_told: list[Recipient]
    immediate_reminder: list[Way]
    required_fields: list[str]
