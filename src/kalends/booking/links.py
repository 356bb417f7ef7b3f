"""The private links: what each is for, and where it leads.

The purpose goes into the secret, so that none opens what is another's.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings

from kalends.delivery import short_links
from kalends.foundation import secrets
from kalends.organizations.models import Organization

APPOINTMENT = "appointment-link"
WAITING = "waiting-link"
OFFER = "offer-link"
SHORT_OFFER = "offer-link, in short"
FEED = "feed"
_PAGES = {APPOINTMENT: "appointment", WAITING: "waiting", OFFER: "offer"}


def page_of(organization: Organization, seed: bytes | memoryview, purpose: str = APPOINTMENT) -> str:
    """The whole address of a patient's private page: of the visit, entry or offer that has this seed."""
    secret = secrets.derived(organization.id, bytes(seed), purpose=purpose)
    return f"{settings.BASE_URL}/{organization.slug}/{_PAGES[purpose]}/{secret}/"


def short_offer_page(organization: Organization, delivery_id: UUID) -> str:
    """For a text message, which has no room for a secret: leads to the offer's page while the message is of use."""
    code = short_links.code_of(organization, delivery_id, purpose=SHORT_OFFER)
    return f"{settings.BASE_URL}/{organization.slug}/o/{code}/"


def offer_meant_by(organization: Organization, code: str, *, now: datetime) -> UUID | None:
    """Which offer that leads to; None for any other code, and once the time to answer is over. Inside `acting`."""
    told = short_links.meant_by(organization, code, purpose=SHORT_OFFER, now=now)
    return told.cause_id if told else None
