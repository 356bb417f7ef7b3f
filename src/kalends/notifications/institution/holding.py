"""Cancellations that are held back until some hours before the visit, when the settings change meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from kalends.delivery import operations as delivery
from kalends.delivery.models import State
from kalends.notifications.institution import rules
from kalends.notifications.models import NotificationSettings
from kalends.notifications.texts import Kind

NO_LONGER_WANTED = gettext_noop("Not sent: the notification settings have changed since.")


def follow(settings: NotificationSettings, *, now: datetime) -> None:
    """What waits for its hour goes at the new hour, or not at all: nobody is written to who was taken off the list.

    Whoever was put on it is told of what is cancelled from now on.
    """
    held = settings.organization.deliveries.filter(
        kind=Kind.INSTITUTION_CANCELLED, state=State.QUEUED, settled_at=None, attempts=0, due_at__gt=now
    )
    for one in held.select_for_update(no_key=True).order_by("id"):
        starts_at = datetime.fromisoformat(one.facts["visits"][0]["starts_at"])
        cancelled_at = datetime.fromisoformat(one.facts["cancelled_at"])
        due_at = rules.told_of_cancellation(
            settings.cancellation_mode, settings.cancellation_hours, starts_at=starts_at, at=cancelled_at
        )
        if due_at is None or one.recipient not in settings.cancellation_emails:
            delivery.take_back_one(one, reason=NO_LONGER_WANTED, now=now)
        elif due_at != one.due_at:
            delivery.put_off(one, until=max(due_at, now))
