from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById, Id, Minute, Sent

State = Literal["off", "on", "new"]
Medium = Literal["email", "sms", "both", "staff"]
Unit = Literal["hours", "days"]
Side = Literal["before", "after"]


class ReminderRuleSent(Sent):
    """One reminder; what is left out is as on a new account."""

    number: int = Field(ge=1, le=20, description="Its identity: what was sent under it is not sent again.")
    state: State = Field("off", description="`new`: for new contacts only.")
    medium: Medium = Field(
        "email",
        description="`staff`: the patient gets nothing; whoever is told of the account hears who has not confirmed.",
    )
    side: Side = "before"
    amount: int = Field(2, ge=1, le=336, description="Up to 336 hours, or 90 days.")
    unit: Unit = Field("days", description="`hours`: elapsed time; `days`: of the calendar, at the hour of the visit.")
    at: Minute | None = Field(None, description="By days only: at this hour instead.")
    services: Annotated[list[Id], Field(max_length=200)] = Field(default_factory=list, description="Empty: all.")
    skips_confirmed: bool = Field(False, description="Not once the patient has confirmed.")
    sms_supplement: str = Field("", max_length=160, description="With the usual text at most 160 characters.")
    email_supplement: str = Field("", max_length=2000)


class ReminderRulesSent(Sent):
    """All reminders of one practitioner: those left out go."""

    provider: Id
    rules: Annotated[list[ReminderRuleSent], Field(max_length=20)]


class ReminderRule(BaseModel):
    number: int
    state: State
    medium: Medium
    side: Side
    amount: int
    unit: Unit
    at: str | None
    services: list[ById]
    skips_confirmed: bool
    sms_supplement: str
    email_supplement: str


class ReminderRules(BaseModel):
    provider: ById
    name: str
    rules: list[ReminderRule]


class ReminderRulesFound(BaseModel):
    items: list[ReminderRules]
    next: str | None
