"""What a visitor has chosen so far, shown at the side with a way to change it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.web.public.offers import NoSuchOffer, Offers, practitioners
from kalends.web.public.page import PublicRequest

ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    value: str
    change: str = ""


def location_chosen(request: PublicRequest, offers: Offers) -> list[Choice]:
    """Only where there is more than one place."""
    if not offers.asks_where or offers.location is None:
        return []
    return [Choice(_("Place"), offers.location.name, request.here.to("services"))]


def service_chosen(request: PublicRequest, offers: Offers, name: str) -> Choice:
    return Choice(_("Service"), name, request.here.to("services", {"location": offers.location_asked}))


def practitioner_chosen(request: PublicRequest, offers: Offers, service_id: UUID, provider_id: UUID | None) -> Choice:
    people = practitioners(offers.schedules(service_id))
    name = next((person.name for person in people if person.id == provider_id), _("No preference"))
    asked = {"location": offers.location_asked}
    change = request.here.to("practitioners", asked, service=service_id) if len(people) > 1 else ""
    return Choice(_("Practitioner"), name, change)


def read_provider(sent: str) -> UUID | None:
    """The practitioner named in an address; None for anybody. Raises `NoSuchOffer`."""
    if sent in ("", ANYONE):
        return None
    try:
        return UUID(sent)
    except ValueError as fault:
        raise NoSuchOffer from fault
