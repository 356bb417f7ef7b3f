"""Text messages that were stopped at a wall, as administrators are told of it until they have seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.delivery import operations
from kalends.delivery.models import TextAlarm
from kalends.delivery.walls import Wall
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Alarms:
    sentences: list[str]
    seen_url: str


def alarms(request: OrganizationRequest) -> Alarms | None:
    """Those that nobody has seen; None for whoever could not do anything about them. Inside `tenancy.acting`."""
    organization = request.organization
    if not request.actor.may(Right.SETTINGS_NOTIFICATIONS):
        return None
    found = list(organization.text_alarms.filter(seen_at=None).order_by("since"))
    sentences = [_sentence(organization, alarm) for alarm in found]
    return Alarms(sentences, address(organization, "see_text_alarms")) if sentences else None


@desk(Right.SETTINGS_NOTIFICATIONS, ACT)
def see_text_alarms(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        operations.see_alarms(organization, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    return redirect(address(organization, "delivery_settings"))


def _sentence(organization: Organization, alarm: TextAlarm) -> str:
    told = {"count": alarm.stopped, "since": dates.instant(alarm.since, clock.zone(organization.time_zone))}
    if alarm.wall == Wall.PREFIX:
        return (
            _(
                "Since %(since)s, %(count)s text messages were stopped: too many new numbers that differ in their last "
                "four digits only. Perhaps a machine books."
            )
            % told
        )
    if alarm.wall == Wall.HOUR:
        return _("Since %(since)s, %(count)s text messages were stopped: too many within an hour.") % told
    return _("Since %(since)s, %(count)s text messages were stopped: too many within a day.") % told
