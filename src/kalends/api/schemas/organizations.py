from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.schemas.fields import ById, Line, Sent

Text = Annotated[str, StringConstraints(max_length=500)]


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


class LocationChanged(Sent):
    """What is left out stays as it is."""

    name: Line | None = None
    address: Text | None = None
    postcode: Text | None = None
    town: Text | None = None
    country: Text | None = Field(None, description="ISO 3166 alpha-2; the organization's by default.")
    time_zone: Text | None = Field(None, description="Europe/Paris; the organization's by default.")
    phone: Text | None = None
    directions: Text | None = None
    is_active: bool | None = None


class LocationSent(LocationChanged):
    name: Line


class Location(BaseModel):
    id: ById
    name: str
    address: str
    postcode: str
    town: str
    country: str
    time_zone: str
    phone: str
    directions: str
    is_active: bool


class Locations(BaseModel):
    items: list[Location]
    next: str | None


class ProviderChanged(Sent):
    """What is left out stays as it is."""

    name: Line | None = None
    speciality: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    fax: Text | None = None
    sms_name: Annotated[str, StringConstraints(max_length=60)] | None = Field(
        None, description="How text messages write the name; empty: as it is."
    )
    is_active: bool | None = None


class ProviderSent(ProviderChanged):
    name: Line


class Provider(BaseModel):
    id: ById
    name: str
    speciality: str
    email: str
    phone: str
    fax: str
    sms_name: str
    is_active: bool


class Providers(BaseModel):
    items: list[Provider]
    next: str | None
