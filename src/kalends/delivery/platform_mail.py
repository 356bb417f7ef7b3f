"""Mail that Django writes itself (password resets): put into the queue, so that no page waits for a mail server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from kalends.delivery import envelope, waking
from kalends.delivery.carriers import Parcel
from kalends.delivery.letters import Letter
from kalends.delivery.models import PlatformMail
from kalends.delivery.rules import Fate, Outcome
from kalends.foundation.text import clean_line

MOST_TRIES = 5
PAUSE = timedelta(minutes=3)
KEPT_IN_THE_OUTBOX = timedelta(days=7)


class QueueBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                PlatformMail.objects.create(
                    written_at=Now(),
                    due_at=Now(),
                    recipient=recipient,
                    subject=clean_line(str(message.subject))[:300],
                    text=str(message.body),
                    html=_html_of(message),
                )
        transaction.on_commit(waking.wake, robust=True)
        return len(email_messages)


def take(*, now: datetime, at_most: int = 20) -> list[PlatformMail]:
    """What is due, its next try put off already: if this worker dies, another one tries."""
    waiting = PlatformMail.objects.filter(kept_since=None, due_at__lte=now, tries__lt=MOST_TRIES)
    taken = list(waiting.select_for_update(skip_locked=True).order_by("due_at")[:at_most])
    PlatformMail.objects.filter(id__in=[mail.id for mail in taken]).update(due_at=now + PAUSE, tries=F("tries") + 1)
    return taken


def parcel(mail: PlatformMail, *, at: datetime) -> Parcel:
    """Raises ValueError for an address that nothing can be sent to."""
    return envelope.parcel(
        Letter(mail.subject, mail.text, mail.html),
        sender_name="Kalends",
        recipient=mail.recipient,
        message_id=f"<platform-{mail.id}@{envelope.own_host()}>",
        at=at,
    )


@dataclass(frozen=True, slots=True)
class MailResult:
    mail: PlatformMail
    outcome: Outcome
    carrier: str


def settle(results: Sequence[MailResult], *, now: datetime) -> None:
    """What is left, or broken off, is tried again later."""
    stays = [one.mail.id for one in results if one.outcome.fate == Fate.SENT and one.carrier == "outbox"]
    ends = [one.mail.id for one in results if one.outcome.fate in (Fate.SENT, Fate.REFUSED)]
    PlatformMail.objects.filter(id__in=stays).update(kept_since=now)
    PlatformMail.objects.filter(id__in=ends).exclude(id__in=stays).delete()


def forget_old(*, now: datetime) -> None:
    """Delete what has lain long enough, or could not be sent in all its tries."""
    PlatformMail.objects.filter(written_at__lt=now - KEPT_IN_THE_OUTBOX).delete()


def _html_of(message: EmailMessage) -> str:
    others = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in others if kind == "text/html"), "")
