from __future__ import annotations

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById


class Stranger(BaseModel):
    id: ById
    medium: str = Field(description="`email` or `sms`.")
    address: str = Field(description="E.164, or an e-mail address in lower case.")
    since: str
    words: str = Field(description="What they answered by text message.")


class Strangers(BaseModel):
    items: list[Stranger]
    next: str | None
