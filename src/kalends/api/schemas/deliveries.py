from __future__ import annotations

from pydantic import BaseModel, Field

from kalends.api.paging import Paged
from kalends.api.schemas.fields import ById, Day, Id, Told
from kalends.delivery.models import Medium, State


class DeliveriesAsked(Paged):
    state: State | None = None
    medium: Medium | None = None
    kind: str | None = Field(None, max_length=40)
    provider: Id | None = Field(None, description="Whose visits it is about.")
    needs_somebody: bool | None = Field(None, description="Its fate is not known, or it could not be written.")
    recipient: str = Field("", max_length=254, description="The whole address: an e-mail address, or E.164.")
    first: Day | None = Field(None, alias="from", description="A local date on which it was written, included.")
    last: Day | None = Field(None, alias="to", description="Included.")


class Delivery(BaseModel):
    """One message to one address, and its fate. Its text is not kept."""

    id: ById
    medium: Medium
    kind: str = Field(description="Which text: appointment_booked")
    cause: ById = Field(description="What it is about: the appointment")
    recipient: str = Field(description="Empty once it is no longer kept.")
    redirected_to: str = Field(description="In test mode: where it went instead.")
    schedules: list[ById] = Field(description="Of the visits that it is about.")
    needs_somebody: bool
    language: str
    subject: str
    state: State
    reason: str = Field(description="Why it did not go, in the words of whoever refused it; who took a fax.")
    carrier: str
    attempts: int
    parts: int = Field(description="Text messages it was billed as; pages of a fax.")
    queued_at: Told
    due_at: Told
    settled_at: Told | None
    receipt_at: Told | None


class Deliveries(BaseModel):
    items: list[Delivery]
    next: str | None
