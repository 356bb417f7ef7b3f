"""What is owed for a visit, in a line of its letters."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kalends.foundation import clock, money
from kalends.notifications.paying import PAID, UNPAID, Owed
from kalends.notifications.texts import days
from kalends.notifications.texts.sheet import Fact


def payment_facts(owed: Owed | None, zone_key: str, language: str) -> tuple[Fact, ...]:
    """The amount, and below it until when, or that it is paid."""
    if owed is None or owed.state not in (PAID, UNPAID):
        return ()
    amount = money.written(owed.amount_minor, owed.currency, language=language.split("-")[0])
    if owed.state == PAID:
        return (Fact(pgettext("letter", "Payment"), amount, _("Paid.")),)
    local = clock.wall(clock.epoch_of(owed.due_at), clock.zone(zone_key))
    until = {"day": days.day_in_words(local.date(), language), "hour": days.hour_of(local)}
    return (Fact(pgettext("letter", "Payment"), amount, _("To be paid until %(day)s at %(hour)s.") % until),)
