from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import Minute, Sent

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
_WAITS = "What falls into them waits until they end, unless it answers an act or would come too late. Null: none."


class QuietSent(Sent):
    """By the clocks of the organization; where it ends earlier than it begins, it ends on the next day."""

    begins: Minute = Field(alias="from")
    ends: Minute = Field(alias="until")


def _at_night() -> QuietSent:
    return QuietSent.model_validate({"from": "21:00", "until": "08:00"})


class QuietHoursSent(Sent):
    email: QuietSent | None = None
    sms: QuietSent | None = Field(default_factory=_at_night, description="21:00 to 8:00 where nothing is sent.")
    fax: QuietSent | None = None


class DeliverySettingsSent(Sent):
    """All at once: what is left out becomes as for a new organization."""

    test_mode: bool = Field(False, description="All goes to the test addresses; what has none here is held back.")
    test_email: str = Field("", max_length=254)
    test_phone: str = Field("", max_length=60)
    quiet_hours: QuietHoursSent = Field(default_factory=QuietHoursSent, description=_WAITS)
    text_countries: list[Country] = Field(
        default_factory=list, max_length=100, description="To which text messages go beside its own."
    )
    texts_an_hour: int = Field(1000, ge=1, le=100_000)
    texts_a_day: int = Field(5000, ge=1, le=100_000)
    texts_to_a_prefix: int = Field(
        20, ge=1, le=100_000, description="In an hour, to new numbers that differ in their last four digits only."
    )
    asks_consent: bool = Field(False, description="Who books online is asked whether to be reminded.")
    sms_price: int | None = Field(
        None, ge=0, le=1_000_000, description="Of one part of a text message, in ten-thousandths of the currency."
    )
    kept_days: int = Field(365, ge=30, le=3650, description="How long the log says to whom what was sent.")


class Quiet(BaseModel):
    begins: str = Field(alias="from")
    ends: str = Field(alias="until")


class QuietHours(BaseModel):
    email: Quiet | None
    sms: Quiet | None
    fax: Quiet | None


class DeliverySettings(BaseModel):
    test_mode: bool
    test_email: str
    test_phone: str = Field(description="E.164.")
    quiet_hours: QuietHours
    text_countries: list[str] = Field(description="ISO 3166, two letters.")
    texts_an_hour: int
    texts_a_day: int
    texts_to_a_prefix: int
    asks_consent: bool
    sms_price: int | None
    kept_days: int


class Clock(BaseModel):
    doubted_since: str | None = Field(
        description="Since then reminders and offers wait: the clock of the installation was set. Null: they go."
    )
    seconds: int | None = Field(description="By how many it was set.")
