"""Kinds of values as they are written in JSON and in addresses."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from kalends.foundation import clock

NOBODY = UUID(int=0)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MINUTE = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})")


class Sent(BaseModel):
    """What a caller sends: nothing unknown, and no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False)


class Asked(BaseModel):
    """What stands in the query: nothing unknown."""

    model_config = ConfigDict(extra="forbid")


def _id(value: Any) -> UUID:
    """Ids are opaque: a text that is none of ours is the id of nobody, and found nowhere."""
    if not isinstance(value, str):
        raise _wrong("string_type", _("This should be text."))
    return UUID(value) if _UUID.fullmatch(value) else NOBODY


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise _wrong("instant", _("Write the time with its offset: 2026-12-07T10:00:00+01:00."))
    try:
        moment = datetime.fromisoformat(value.upper())
        clock.check_day(moment.date())
    except ValueError:
        raise _wrong("instant", _("There is no such time.")) from None
    return moment


def _day(value: Any) -> date:
    try:
        return clock.parse_day(value if isinstance(value, str) else "")
    except clock.DayOutOfRange:
        raise _wrong("day", _("The year should be between 1900 and 2100.")) from None
    except clock.UnreadableTime:
        raise _wrong("day", _("Write the date as year, month, day: 2026-12-07.")) from None


def _minute(value: Any) -> int:
    if not isinstance(value, str) or not re.match(_MINUTE, value):
        raise _wrong("minute", _("Write the time as hours and minutes: 09:30."))
    return clock.parse_minute(value)


def _wrong(kind: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{message}", {"message": message})


def minute_written(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


Id = Annotated[UUID, BeforeValidator(_id), WithJsonSchema({"type": "string", "description": "Opaque."})]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Minute = Annotated[int, BeforeValidator(_minute), WithJsonSchema({"type": "string", "pattern": _MINUTE})]
Line = Annotated[str, StringConstraints(max_length=200)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]

ById = Annotated[str, WithJsonSchema({"type": "string", "description": "An id: opaque."})]
Told = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
ToldDay = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]


class Problem(BaseModel):
    """A refusal (RFC 9457). Programs look at `code`; `detail` is for people, in the caller's language."""

    class Error(BaseModel):
        field: str = Field(description="In the sender's names: `contact.last_name`, `rules[3].from`.")
        message: str

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Error]
    alternatives: list[dict[str, Any]] | None = Field(
        None, description="With slot_taken and hold_expired: free times, as in slots."
    )
