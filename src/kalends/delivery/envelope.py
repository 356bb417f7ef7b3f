"""A letter as the bytes that go over the line (RFC 5322), with its headers."""

from __future__ import annotations

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.smtp.relay import Relay
from kalends.delivery.letters import Letter
from kalends.foundation.text import clean_line

# Seven bits everywhere: no relay on the way has to re-encode a text.
POLICY = SMTP.clone(cte_type="7bit")
LONGEST_SUBJECT = 200
LONGEST_NAME = 100


def message_id(delivery_id: UUID) -> str:
    """The same each time the same delivery goes out, so that a reader who gets it again can tell."""
    return f"<{delivery_id}@{own_host()}>"


def own_host() -> str:
    """The name of the installation, as its addresses and identifiers carry it."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return host if host and ":" not in host else "localhost"


def sender_address() -> str:
    """From whom the installation writes: `?from=` of EMAIL_URL, else no-reply at its own name."""
    relay = Relay.read(settings.EMAIL_URL) if settings.EMAIL_URL else None
    return relay.sender if relay and relay.sender else f"no-reply@{own_host()}"


def parcel(
    letter: Letter, *, sender_name: str, recipient: str, message_id: str, at: datetime, reply_to: str = ""
) -> Parcel:
    """The message, ready to be handed over; `at` is its date. Every header value is one clean line, whatever
    it was made from. Raises ValueError for an address that no header can carry.
    """
    message = EmailMessage(policy=POLICY)
    message["Subject"] = clean_line(letter.subject)[:LONGEST_SUBJECT]
    sender = sender_address()
    message["From"] = Address(clean_line(sender_name)[:LONGEST_NAME], addr_spec=sender)
    message["To"] = _address(recipient)
    if reply_to:
        message["Reply-To"] = _address(reply_to)
    message["Date"] = at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        _add_calendar(message, letter.calendar.content, letter.calendar.method)
    return Parcel(sender, recipient, message.as_bytes())


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=clean_line(text))
    except (MessageError, IndexError) as fault:
        raise ValueError("This is no address that mail can be sent to.") from fault


def _add_calendar(message: EmailMessage, content: bytes, method: str) -> None:
    """Twice: as an alternative, which mail programs act on, and as a file, which people open."""
    message.add_alternative(content.decode(), subtype="calendar", params={"method": method})
    message.add_attachment(content, maintype="application", subtype="ics", filename="appointment.ics")
