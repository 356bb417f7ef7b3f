"""How a practitioner looks at the own agenda: days shown and stepping, as chosen in the options of the account.

Kept in the session at sign-in, so that a change counts from the next sign-in on (CLI-12, CLI-13). Who is no
practitioner, or whose options nobody ever chose, looks as everybody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from kalends.accounts.models import Person
from kalends.agenda.models import Stepping
from kalends.agenda.queries.options import chosen_options
from kalends.foundation.database import tenancy
from kalends.organizations import queries as organizations
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Role
from kalends.web.access import OrganizationRequest

KEPT = "agenda_looks"


@dataclass(frozen=True, slots=True)
class Look:
    """`by_week`: from Monday, week by week; else from today, by as many days as are shown."""

    days: int
    by_week: bool


def keep_looks(request: HttpRequest, user: Person, **_signal: Any) -> None:
    """At sign-in: one look for each organization in which this person is a practitioner."""
    request.session[KEPT] = {
        str(membership.id): [str(membership.provider_id), look.days, look.by_week]
        for membership in organizations.memberships_of(user)
        if membership.role == Role.PROVIDER and (look := _chosen(membership, user))
    }


def look_of(request: OrganizationRequest) -> Look | None:
    """None also for who has since become somebody else's practitioner, or none at all."""
    membership = request.membership
    provider, days, by_week = request.session.get(KEPT, {}).get(str(membership.id), ("", 0, False))
    if membership.role != Role.PROVIDER or provider != str(membership.provider_id):
        return None
    return Look(days, by_week)


def _chosen(membership: Membership, person: Person) -> Look | None:
    if membership.provider_id is None:
        return None
    with tenancy.acting(organization=membership.organization, by=organizations.actor_of(membership, person)):
        options = chosen_options(membership.organization, membership.provider_id)
    return Look(options.days_shown, options.stepping == Stepping.WEEK) if options else None
