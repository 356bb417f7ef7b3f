"""The notices to practitioners: added, moved, cancelled. Who, when and for what; never why the patient comes.

As a mail, as a text message without the patient's name, and as the words of an internal message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, Medium
from kalends.foundation import clock
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.appointments import facts_of
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class News:
    """What a notice is about, whichever way it goes. Its words are in the active language."""

    kind: str
    facts: Mapping[str, Any]
    place: Place
    language: str

    @property
    def starts(self) -> list[datetime]:
        """On the clocks of the agenda."""
        return [self._local(text) for text in self.facts["visits"]]

    @property
    def title(self) -> str:
        several = len(self.facts["visits"]) > 1
        if self.kind == Kind.NOTICE_MOVED:
            return _("Appointment moved")
        if self.kind == Kind.NOTICE_UNCONFIRMED:
            return _("Not confirmed yet")
        if self.kind == Kind.NOTICE_DELETED:
            return _("Appointments cancelled") if several else _("Appointment cancelled")
        if self.facts["is_request"]:
            return _("Appointment requested")
        return _("New appointments") if several else _("New appointment")

    @property
    def when(self) -> str:
        """The first of several."""
        start = self.starts[0]
        return _("%(day)s at %(hour)s") % {
            "day": days.day_in_words(start.date(), self.language),
            "hour": days.hour_of(start),
        }

    @property
    def agenda(self) -> str:
        return self.place.schedule.name if self.place.schedule is not None else ""

    @property
    def words(self) -> tuple[str, ...]:
        words = []
        if self.facts["before"]:
            before = self._local(self.facts["before"])
            day = days.day_in_words(before.date(), self.language)
            words.append(_("Before: %(day)s at %(hour)s.") % {"day": day, "hour": days.hour_of(before)})
        if self.kind == Kind.NOTICE_ADDED and self.facts["is_request"]:
            words.append(_("The patient waits for the answer of the practice."))
        elif self.facts["by_patient"]:
            words.append(_("The patient did this online."))
        return tuple(words)

    def _local(self, text: str) -> datetime:
        return clock.wall(clock.epoch_of(datetime.fromisoformat(text)), clock.zone(self.facts["time_zone"]))


class PractitionerLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return visit.look_up(organization, deliveries)

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        news = News(delivery.kind, delivery.facts, found, delivery.language)
        with override(delivery.language):
            if delivery.medium == Medium.SMS:
                return Letter("", _sms(news), "")
            sheet = _sheet(organization, news)
            return Letter(_subject(news), sheet.text(), sheet.html())


def _subject(news: News) -> str:
    """What, when and in whose agenda; never who the patient is: the subject is read on locked screens."""
    return " · ".join(part for part in (news.title, news.when, news.agenda) if part)


def _sms(news: News) -> str:
    """The same as the subject, in the 7-bit alphabet as far as our own words go."""
    said = {"date": days.short(news.starts[0], news.language), "count": len(news.starts)}
    if news.kind == Kind.NOTICE_MOVED:
        text = pgettext("text message", "Appointment moved: %(date)s")
    elif news.kind == Kind.NOTICE_DELETED:
        text = pgettext("text message", "Appointment cancelled: %(date)s")
    elif news.facts["is_request"]:
        text = pgettext("text message", "Appointment requested: %(date)s")
    else:
        text = pgettext("text message", "New appointment: %(date)s")
    if len(news.starts) > 1:
        text += " " + pgettext("text message", "(%(count)s in all)")
    schedule = news.place.schedule
    return f"{text % said}, {schedule.provider.name_in_sms}" if schedule is not None else text % said


def _sheet(organization: Organization, news: News) -> Sheet:
    facts, language, starts = news.facts, news.language, news.starts
    several = len(starts) > 1
    return Sheet(
        language=language,
        sender=organization.name,
        title=news.title,
        day="" if several else days.day_in_words(starts[0].date(), language),
        hour="" if several else days.hour_of(starts[0]),
        struck=news.kind == Kind.NOTICE_DELETED,
        words=news.words,
        facts=(
            Fact(pgettext("letter", "Patient"), facts["name"]),
            *(Fact(days.day_in_words(one.date(), language), days.hour_of(one)) for one in starts if several),
            *facts_of(news.place, language, short=False),
        ),
        button=_("See it in the agenda"),
        address=f"{settings.BASE_URL}/app/{organization.slug}/appointments/{facts['appointment']}/",
        hint=_("You receive this because the agenda options of this practitioner say so."),
        foot=foot_of(organization),
    )
