"""The private links: what each is for, and where it leads.

The purpose goes into the secret, so that none opens what is another's.
"""

from __future__ import annotations

from django.conf import settings

from kalends.foundation import secrets
from kalends.organizations.models import Organization

APPOINTMENT = "appointment-link"
WAITING = "waiting-link"
OFFER = "offer-link"
FEED = "feed"
_PAGES = {APPOINTMENT: "appointment", WAITING: "waiting", OFFER: "offer"}


def page_of(organization: Organization, seed: bytes | memoryview, purpose: str = APPOINTMENT) -> str:
    """The whole address of a patient's private page: of the visit, entry or offer that has this seed."""
    secret = secrets.derived(organization.id, bytes(seed), purpose=purpose)
    return f"{settings.BASE_URL}/{organization.slug}/{_PAGES[purpose]}/{secret}/"
