from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.fields import ById, Sent, Told


class CalendarFileSent(Sent):
    name: Annotated[str, StringConstraints(min_length=1, max_length=54)] = Field(
        description="What a calendar of the same name brought to this agenda before is replaced."
    )
    content: str = Field(description="The text of the file: iCalendar, RFC 5545.")
    dry_run: bool = Field(False, description="Say what would happen and write nothing; answers 200.")


class CalendarProblem(BaseModel):
    line: int
    uid: str
    code: str
    message: str
    text: str = Field(description="The words to blame; often empty.")


class CalendarRepetition(BaseModel):
    line: int
    uid: str
    title: str
    count: int = Field(description="How many busy times it gives.")
    first: Told
    last: Told
    is_endless: bool = Field(description="Its rule has no end: it was worked out until `until` of the file.")


class CalendarVisit(BaseModel):
    start: Told
    end: Told


class CalendarFile(BaseModel):
    schedule: ById
    name: str
    since: Told = Field(description="What is busy from then on was taken, until `until`.")
    until: Told
    events: int = Field(description="Events in the file, of whatever time.")
    busy: int
    first: Told | None
    last: Told | None
    free: int = Field(description="Cancelled, or marked as free.")
    added: int
    kept: int = Field(description="There already from an earlier import.")
    removed: int = Field(description="Of an earlier import, and no longer in the file.")
    not_needed: int = Field(description="All of the time was taken already.")
    repetitions: list[CalendarRepetition]
    appointments: list[CalendarVisit] = Field(description="Stand in a busy time, and stay.")
    problems: list[CalendarProblem] = Field(description="What was read by a choice, or left out, and why.")
