from __future__ import annotations

from pydantic import BaseModel, Field

from kalends.api.schemas.fields import ById


class PublicOrganization(BaseModel):
    id: ById
    slug: str = Field(description="Its name in all addresses.")
    name: str
    country: str
    time_zone: str
    languages: list[str]
    currency: str
    phone: str
    email: str
    website: str


class PublicLocation(BaseModel):
    id: ById
    slug: str = Field(description="The name, as it may stand in an address.")
    name: str
    address: str
    postcode: str
    town: str
    country: str
    time_zone: str
    phone: str
    directions: str


class PublicOrganizations(BaseModel):
    items: list[PublicOrganization]
    next: str | None


class PublicLocations(BaseModel):
    items: list[PublicLocation]
    next: str | None
