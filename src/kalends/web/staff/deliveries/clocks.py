"""After the clock of the installation was set: what waits, and saying that it is right (REM-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kalends.delivery import clock_watch, operations
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Doubt:
    sentence: str
    now: str
    trust_url: str
    """Empty for whoever may not decide it."""


def doubt(request: OrganizationRequest) -> Doubt | None:
    """None while nobody has to look at the clock. Inside `tenancy.acting`."""
    organization = request.organization
    if not clock_watch.is_doubted(organization):
        return None
    jump, zone = clock_watch.open_jump(), clock.zone(organization.time_zone)
    if jump is None:
        return None
    told = {"since": dates.instant(jump.since, zone), "length": how_far(jump.seconds)}
    ahead = _("After %(since)s, the clock of this installation was set forward by %(length)s.")
    back = _("After %(since)s, the clock of this installation was set back by %(length)s.")
    may = request.actor.may(Right.SETTINGS_NOTIFICATIONS)
    return Doubt(
        (ahead if jump.seconds > 0 else back) % told,
        dates.instant(tenancy.current().now, zone),
        address(organization, "trust_clock") if may else "",
    )


def how_far(seconds: int) -> str:
    """As roughly as one says it: 6 min, 1 h, 3 days."""
    length = timedelta(seconds=abs(seconds))
    if length >= timedelta(days=2) or length == timedelta(days=1):
        return ngettext("%(number)s day", "%(number)s days", length.days) % {"number": length.days}
    return dates.length(round(length / timedelta(minutes=1)))


@desk(Right.SETTINGS_NOTIFICATIONS, ACT)
def trust_clock(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        operations.trust_clock(organization, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    return redirect(address(organization, "deliveries"))
