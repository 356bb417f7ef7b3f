"""Whom a clinic of the demo reminds, and what it wants to be told of itself."""

from __future__ import annotations

from datetime import datetime

from kalends.notifications.institution.operations import set_notices
from kalends.notifications.reminders import planning
from kalends.notifications.reminders.operations import set_rules
from kalends.operating.demo.building import BY, MADE_BEFORE, Built


def remind(built: Built, *, now: datetime) -> None:
    """Before anybody is booked: a rule that has looked once reminds of what falls due from then on, so that loading the
    demo sends nothing at once."""
    providers = {schedule.provider.name: schedule.provider for schedule in built.schedules.values()}
    for name, rules in built.clinic.told.reminders.items():
        set_rules(built.organization, providers[name], sent=rules, by=BY, now=now - MADE_BEFORE)
    planning.plan(built.organization, now=now)


def be_told(built: Built, *, now: datetime) -> None:
    """After everybody is booked: told is what happens from now on."""
    set_notices(built.organization, sent=built.clinic.told.notices, by=BY, now=now)
