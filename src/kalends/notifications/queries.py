"""What members have to read here."""

from __future__ import annotations

from django.db.models import QuerySet

from kalends.foundation.actor import Actor
from kalends.notifications.models import Notice
from kalends.organizations.models import Organization

# Nobody acts on the difference between 100 and 3000.
MOST_COUNTED = 100


def notices_of(organization: Organization, by: Actor) -> QuerySet[Notice]:
    """The notices of whoever asks, the latest first: nobody sees another's. Inside `tenancy.acting`."""
    if by.person_id is None:
        return organization.notices.none()
    own = organization.memberships.filter(person_id=by.person_id).values("id")
    return organization.notices.filter(membership_id__in=own).order_by("-written_at", "-id")


def unread_count(organization: Organization, by: Actor) -> int:
    """At most `MOST_COUNTED`."""
    return notices_of(organization, by).filter(read_at=None)[:MOST_COUNTED].count()
