"""The bytes that would go over the line, as what anymail hands to a provider.

Providers put a message together themselves, so they get its parts. None of them takes a calendar as a third way to read
the text: it rides along as a file that says what it is (`text/calendar; method=REQUEST`), which mail programs offer to
take over all the same.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives

from kalends.delivery.carriers import Parcel

# Set by whoever puts the message together.
_THEIRS = {"subject", "from", "to", "reply-to", "date", "message-id", "mime-version", "content-type"}


def mail_of(parcel: Parcel, *, tracks: bool) -> EmailMultiAlternatives:
    """`tracks`: the provider can be told to leave links alone, and to hide no picture that says who has read it."""
    # Not by the newer policy of the library: it took two thirds of a hand-over.
    read = message_from_bytes(parcel.content)
    mail = EmailMultiAlternatives(
        subject=_line(read["Subject"]),
        from_email=_named(read["From"]),
        to=[parcel.recipient],
        reply_to=[_line(read["Reply-To"])] if read["Reply-To"] else None,
        headers={name: _line(value) for name, value in read.items() if name.lower() not in _THEIRS},
    )
    for part in read.walk():
        if part.get_content_disposition() == "attachment":
            mail.attach(_file(part))
        elif part.get_content_type() == "text/plain":
            mail.body = _text(part)
        elif part.get_content_type() == "text/html":
            mail.attach_alternative(_text(part), "text/html")
    more: dict[str, Any] = {"metadata": {"delivery": parcel.reference, "proof": parcel.proof}} if parcel.proof else {}
    if tracks:
        more |= {"track_clicks": False, "track_opens": False}
    vars(mail).update(more)
    return mail


def _line(value: str) -> str:
    """A header as it was before it was folded and encoded (envelope.py)."""
    line = re.sub("\r?\n", "", value)
    return str(make_header(decode_header(line))) if "=?" in line else line


def _named(value: str) -> str:
    name, address = parseaddr(re.sub("\r?\n", "", value))
    user, _, domain = address.rpartition("@")
    return str(Address(_line(name), user, domain))


def _text(part: Message) -> str:
    return _content(part).decode()


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes), "no part of ours holds parts"
    return content


def _file(part: Message) -> MIMEBase:
    if part.get_content_type() == "application/ics":
        file = MIMENonMultipart("text", "calendar", method=str(part.get_param("method")), charset="utf-8")
    else:
        file = MIMENonMultipart(part.get_content_maintype(), part.get_content_subtype())
    file.set_payload(_content(part))
    file.add_header("Content-Disposition", "attachment", filename=part.get_filename() or "")
    return file
