from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from kalends.api.schemas.fields import ById, Id, Sent

Kind = Literal["room", "device"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class ResourceChanged(Sent):
    """What is left out stays as it is."""

    name: Name | None = None
    kind: Kind | None = None
    is_active: bool | None = None


class ResourceSent(Sent):
    location: Id
    name: Name
    kind: Kind = "room"


class Resource(BaseModel):
    id: ById
    name: str
    kind: Kind
    location: ById
    is_active: bool


class Resources(BaseModel):
    items: list[Resource]
    next: str | None
