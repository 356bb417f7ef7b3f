from __future__ import annotations

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById, Told
from kalends.delivery.fax_standing import Known
from kalends.delivery.models import State


class TestPage(BaseModel):
    delivery: ById
    state: State
    reason: str = Field(description="Why it did not come out; once it has, what the machine there calls itself.")
    sent_at: Told


class FaxNumber(BaseModel):
    """The fax number of a practitioner, and whether somebody has confirmed it."""

    provider: ById
    number: str = Field(description="E.164; empty where there is none.")
    state: Known | None = Field(description="Null where there is no number.")
    confirmed_at: Told | None
    confirmed_by: str
    test_page: TestPage | None = Field(description="The last one.")
