from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById, Id, Sent, Told

_USED = "`from`: e-mails come from it. `reply_to`: they come from the platform, and answers go there."


class SenderSent(Sent):
    """Whoever reads the mail of the address is asked to confirm it."""

    provider: Id | None = Field(None, description="Of which practitioner; null: of the organization.")
    address: str = Field(max_length=254, description="Empty: none of their own.")


class Sender(BaseModel):
    provider: ById | None
    address: str
    asked_at: Told
    verified_at: Told | None = Field(description="Null: not confirmed yet.")
    used_as: Literal["from", "reply_to"] = Field(description=_USED)


class Senders(BaseModel):
    platform: str = Field(description="From which e-mails come otherwise.")
    domains: list[str] = Field(description="In which an address may become a sender; elsewhere it only gets answers.")
    items: list[Sender]
