from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from kalends.api.paging import Paged
from kalends.api.schemas.fields import ById, Id, Sent


class NoticesAsked(Paged):
    unread: bool = Field(False, description="Only those that were not read yet.")


class Notice(BaseModel):
    id: ById
    kind: str = Field(description="`notice_added`, `notice_moved` or `notice_deleted`.")
    appointment: ById
    starts: list[str] = Field(description="When; several for a series.")
    before: str | None = Field(description="Where it was moved from.")
    patient: str
    schedule: ById
    service: ById
    is_request: bool
    written_at: str
    read_at: str | None


class Notices(BaseModel):
    items: list[Notice]
    next: str | None


class Reading(Sent):
    notices: Annotated[list[Id], Field(min_length=1, max_length=200)] | None = Field(
        None, description="Left out: all there are."
    )


class Read(BaseModel):
    read: int = Field(description="How many were new.")
