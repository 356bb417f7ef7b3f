"""A letter as the bytes that go over the line (RFC 5322), with its headers.

Built with the older of the standard library's two ways: three times as fast, and what a header may hold is
decided here, by `clean_line`.
"""

from __future__ import annotations

import quopri
from datetime import datetime
from email.charset import BASE64, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.smtp.relay import Relay
from kalends.delivery.letters import CalendarPart, Letter
from kalends.foundation.text import clean_line

LONGEST_SUBJECT = 200
LONGEST_NAME = 100
NO_ADDRESS = gettext_noop("This is no address that mail can be sent to.")
# One of the two encodings, chosen beforehand: to find out which is shorter takes as long as all the rest.
_WORDS = Charset("utf-8")
_WORDS.header_encoding = BASE64
_POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)


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
    letter: Letter,
    *,
    sender_name: str,
    sender: str = "",
    recipient: str,
    message_id: str,
    at: datetime,
    reply_to: str = "",
    returns_to: str = "",
    unsubscribe_at: str = "",
) -> Parcel:
    """The message, ready to be handed over; `at` is its date, `sender` whom it is from (else the platform),
    `returns_to` where it comes back to if it does not arrive (else to the platform). Every header value is one clean
    line, whatever it was made from. Raises ValueError for an address that mail cannot be sent to.
    """
    platform, to = sender_address(), on_the_wire(recipient)
    message = _parts(letter)
    _set(message, "Subject", _words(clean_line(letter.subject)[:LONGEST_SUBJECT], "Subject"))
    _set(message, "From", _named(clean_line(sender_name)[:LONGEST_NAME], on_the_wire(sender) if sender else platform))
    message["To"] = to
    if reply_to:
        message["Reply-To"] = on_the_wire(reply_to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if unsubscribe_at:
        message["List-Unsubscribe"] = f"<{unsubscribe_at}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return Parcel(returns_to or platform, to, message.as_bytes(policy=_POLICY))


def _set(message: MIMEBase, name: str, value: Header | str) -> None:
    message[name] = value  # type: ignore[assignment]  # the stubs know only str


def _parts(letter: Letter) -> MIMEBase:
    """Text, HTML and calendar as alternatives; the calendar once more as a file, which people open.

    "=_" stands in no quoted-printable text (RFC 2045, 6.7), so these boundaries need not be searched for.
    """
    written = MIMEMultipart("alternative", boundary="=_written")
    written.attach(_text(letter.text, "plain"))
    if letter.html:
        written.attach(_text(letter.html, "html"))
    if letter.calendar is None:
        return written
    written.attach(_calendar(letter.calendar, "text", "calendar"))
    both = MIMEMultipart("mixed", boundary="=_both")
    both.attach(written)
    file = _calendar(letter.calendar, "application", "ics")
    file.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    both.attach(file)
    return both


def _text(content: str, subtype: str) -> MIMEBase:
    return _readable(MIMENonMultipart("text", subtype, charset="utf-8"), content)


def _calendar(part: CalendarPart, maintype: str, subtype: str) -> MIMEBase:
    shell = MIMENonMultipart(maintype, subtype, charset="utf-8", method=part.method)
    return _readable(shell, part.content.decode())


def _readable(part: MIMEBase, content: str) -> MIMEBase:
    """Seven bits: no relay on the way has to encode it again."""
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(content.replace("\r\n", "\n").encode()).decode("ascii"))
    return part


def _words(text: str, header_name: str) -> Header:
    return Header(text, "us-ascii" if text.isascii() else _WORDS, header_name=header_name)


def _named(name: str, address: str) -> Header | str:
    if name.isascii():
        return formataddr((name, address))
    header = Header(name, _WORDS, header_name="From")
    header.append(f"<{address}>", "us-ascii")
    return header


def on_the_wire(address: str) -> str:
    """The address in ASCII: what RFC 5321 can carry without an extension."""
    local, _, domain = clean_line(address).rpartition("@")
    try:
        written = f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
        validate_email(written)
    except (UnicodeError, ValidationError) as fault:
        raise ValueError(NO_ADDRESS) from fault
    return written
