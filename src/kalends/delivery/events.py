"""What happened to what is sent. Rows ride along: listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kalends.delivery.models import SenderAddress
from kalends.delivery.walls import Wall
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class SenderAsked:
    """The link's secret is not in here: `mail_senders.secret_of` derives it when the mail is written."""

    sender: SenderAddress
    expires_at: datetime
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class TextsStopped:
    """Text messages wait or were refused at a wall that concerns administrators. Told each time it happens."""

    organization: Organization
    wall: Wall
    now: datetime
