from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.fields import ById, Line, Sent, Told, ToldDay


class FeedSent(Sent):
    label: Annotated[str, StringConstraints(min_length=1, max_length=120)] = Field(description="Who reads it.")
    shows_names: bool = Field(False, description="Names of patients: needs `contact:read`.")


class Feed(BaseModel):
    id: ById
    schedule: ById
    label: str
    shows_names: bool
    created_at: Told
    created_by: str
    last_read_on: ToldDay | None
    revoked_at: Told | None
    url: str | None = Field(
        description="Secret: whoever has it reads the agenda. Null once revoked, and for callers who may not see the "
        "names that it shows."
    )


class Feeds(BaseModel):
    items: list[Feed]
    next: str | None


class SubscriptionSent(Sent):
    """A foreign calendar: what is busy there is blocked here. Nothing is ever written to it."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    kind: Literal["ics", "caldav"] = "ics"
    username: Line = ""
    password: Line = Field("", description="Kept sealed, and never told again.")


class Subscription(BaseModel):
    id: ById
    schedule: ById
    server: str = Field(description="The rest of the address is often a secret, and is not told again.")
    kind: Literal["ics", "caldav"]
    created_at: Told
    read_at: Told | None = Field(description="When it was last asked; null: within a minute.")
    fresh_at: Told | None = Field(description="When it last answered well: stale since then.")
    failure: str = Field(description="Why it could not be read; empty if it could.")


class Subscriptions(BaseModel):
    items: list[Subscription]
    next: str | None
