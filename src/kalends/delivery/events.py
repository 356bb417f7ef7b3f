"""What happened to what is sent. Rows ride along: listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kalends.delivery.models import SenderAddress
from kalends.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class SenderAsked:
    """The link's secret is not in here: `mail_senders.secret_of` derives it when the mail is written."""

    sender: SenderAddress
    expires_at: datetime
    by: Actor
    now: datetime
