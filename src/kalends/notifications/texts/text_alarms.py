"""The letter that tells administrators that text messages are being stopped (delivery/walls.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kalends.delivery.letters import FromFacts, Letter
from kalends.delivery.models import Delivery
from kalends.delivery.walls import Wall
from kalends.foundation import clock
from kalends.notifications.texts import days
from kalends.notifications.texts.sheet import Sheet, foot_of
from kalends.organizations.models import Organization

WHY = {
    Wall.PREFIX: gettext_noop(
        "Within an hour, text messages were to go to too many new numbers that differ in their last four digits only. "
        "Perhaps a machine books with one number after the other."
    ),
    Wall.HOUR: gettext_noop("As many text messages as are allowed in an hour have left."),
    Wall.DAY: gettext_noop("As many text messages as are allowed in a day have left."),
}


class TextAlarmLetters(FromFacts):
    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            sheet = _sheet(organization, delivery)
            subject = _("%(organization)s: text messages are being stopped") % {"organization": organization.name}
            return Letter(subject, sheet.text(), sheet.html())


def _sheet(organization: Organization, delivery: Delivery) -> Sheet:
    began = clock.epoch_of(datetime.fromisoformat(delivery.facts["since"]))
    local = clock.wall(began, clock.zone(organization.time_zone))
    when = {"day": days.day_in_words(local.date(), delivery.language), "hour": days.hour_of(local)}
    return Sheet(
        language=delivery.language,
        sender=organization.name,
        title=_("Text messages are being stopped"),
        greeting=_("Hello %(name)s,") % {"name": delivery.facts["name"]},
        words=(
            _("Since %(day)s, %(hour)s, some text messages do not leave.") % when,
            _(WHY[Wall(delivery.facts["wall"])]),
            _(
                "What was planned waits, and leaves when there is room again or when you allow more. What answered "
                "somebody may have been held back; the log says so."
            ),
        ),
        button=_("Look at it"),
        address=f"{settings.BASE_URL}/app/{organization.slug}/settings/deliveries/",
        hint=_("You are told of this once a day."),
        foot=foot_of(organization),
    )
