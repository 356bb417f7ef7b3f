"""Deliveries and the platform's own mails, as one list shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kalends.delivery.carriers import TELL_AFTERWARDS
from kalends.delivery.models import Delivery, PlatformMail
from kalends.delivery.queries import Asked, recent, recent_platform_mail
from kalends.foundation.actor import Actor
from kalends.notifications.institution.copies import PREFIX

PAGE = 50


@dataclass(frozen=True, slots=True)
class Fate:
    """A state as it is shown: glyph, tone, word."""

    glyph: str
    tone: str
    word: str | Promise


FATES = {
    "queued": Fate("clock", "", pgettext_lazy("mail", "Waiting")),
    "claimed": Fate("clock", "", pgettext_lazy("mail", "Being sent")),
    "sent": Fate("check", "good", pgettext_lazy("mail", "Sent")),
    "delivered": Fate("check", "good", pgettext_lazy("mail", "Arrived")),
    "undelivered": Fate("stop", "bad", pgettext_lazy("mail", "Did not arrive")),
    "unknown": Fate("warn", "warn", pgettext_lazy("mail", "Not known")),
    "failed": Fate("stop", "bad", pgettext_lazy("mail", "Failed")),
    "aborted": Fate("cross", "", pgettext_lazy("mail", "Not sent")),
    "suppressed": Fate("cross", "", pgettext_lazy("mail", "Held back")),
}
TORN = Fate("warn", "bad", pgettext_lazy("mail", "Partly arrived"))
UNDER_WAY = Fate("clock", "", pgettext_lazy("mail", "Under way"))
KEPT_HERE = Fate("check", "good", pgettext_lazy("mail", "Kept here"))
KINDS = {
    "reminder": gettext_lazy("Appointment reminder"),
    "appointment_booked": gettext_lazy("Appointment booked"),
    "series_booked": gettext_lazy("Series booked"),
    "series_cancelled": gettext_lazy("Rest of a series cancelled"),
    "appointment_asked": gettext_lazy("Request received"),
    "appointment_refused": gettext_lazy("Request not granted"),
    "appointment_moved": gettext_lazy("Appointment moved"),
    "waiting_joined": gettext_lazy("On the waiting list"),
    "waiting_offer": gettext_lazy("Time offered"),
    "waiting_offer_withdrawn": gettext_lazy("Offer withdrawn"),
    "appointment_cancelled": gettext_lazy("Appointment cancelled"),
    "notice_added": gettext_lazy("Practitioner told: added"),
    "notice_moved": gettext_lazy("Practitioner told: moved"),
    "notice_deleted": gettext_lazy("Practitioner told: cancelled"),
    "notice_unconfirmed": gettext_lazy("Staff told: not confirmed"),
    "institution_booked": gettext_lazy("Institution told: booked"),
    "institution_approved": gettext_lazy("Institution told: request approved"),
    "institution_moved": gettext_lazy("Institution told: moved"),
    "institution_cancelled": gettext_lazy("Institution told: cancelled"),
    "institution_payment": gettext_lazy("Institution told: payment due"),
    "payment_due": gettext_lazy("Payment due"),
    "invitation": gettext_lazy("Invitation"),
    "fax_first_page": gettext_lazy("Test page"),
    "sender_address": gettext_lazy("Sender address to be confirmed"),
    "texts_stopped": gettext_lazy("Administrators told: text messages stopped"),
}


def word_of(delivery: Delivery) -> str:
    """What kind of message it is: the word for its kind, else what it says itself."""
    if delivery.kind.startswith(PREFIX):
        original = delivery.kind.removeprefix(PREFIX)
        return _("Blind copy: %(what)s") % {"what": KINDS.get(original, original)}
    return str(KINDS.get(delivery.kind, delivery.subject or delivery.kind))


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    to: str
    subject: str | Promise
    sender: str
    fate: Fate
    url: str


def rows(asked: Asked, *, by: Actor) -> list[Row]:
    """The newest, one more than a page holds."""
    both = [row_of(delivery) for delivery in recent(asked, by=by, at_most=PAGE + 1)]
    both += [row_of_platform(mail) for mail in recent_platform_mail(asked, at_most=PAGE + 1)]
    return sorted(both, key=lambda row: row.at, reverse=True)[: PAGE + 1]


def row_of(delivery: Delivery) -> Row:
    place = {"organization": delivery.organization.slug, "delivery": delivery.id}
    return Row(
        delivery.queued_at,
        delivery.recipient,
        delivery.subject or word_of(delivery),
        delivery.organization.name,
        fate_of(delivery),
        reverse("outbox:delivery", kwargs=place),
    )


def fate_of(delivery: Delivery) -> Fate:
    if delivery.state == "sent" and delivery.carrier == "outbox":
        return KEPT_HERE
    if delivery.state == "sent" and delivery.carrier in TELL_AFTERWARDS:
        return UNDER_WAY
    return TORN if delivery.state == "undelivered" and delivery.is_torn else FATES[delivery.state]


def row_of_platform(mail: PlatformMail) -> Row:
    fate = KEPT_HERE if mail.kept_since else FATES["queued"]
    url = reverse("outbox:platform", kwargs={"mail": mail.id})
    return Row(mail.written_at, mail.recipient, mail.subject, _("The platform"), fate, url)
