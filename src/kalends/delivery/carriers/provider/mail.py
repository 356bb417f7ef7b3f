"""The bytes that would go over the line, as what anymail hands to a provider.

Providers put a message together themselves, so they get its parts. None of them takes a calendar as a third way to read
the text: it rides along as a file that says what it is (`text/calendar; method=REQUEST`), which mail programs offer to
take over all the same.
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.nonmultipart import MIMENonMultipart
from typing import Any

from django.core.mail import EmailMultiAlternatives

from kalends.delivery.carriers import Parcel

# Set by whoever puts the message together.
_THEIRS = {"subject", "from", "to", "reply-to", "date", "message-id", "mime-version", "content-type"}


def mail_of(parcel: Parcel, *, tracks: bool) -> EmailMultiAlternatives:
    """`tracks`: the provider can be told to leave links alone, and to hide no picture that says who has read it."""
    read = message_from_bytes(parcel.content, policy=policy.default)
    assert isinstance(read, EmailMessage), "of this policy"
    mail = EmailMultiAlternatives(
        subject=str(read["Subject"]),
        from_email=str(read["From"].addresses[0]),
        to=[parcel.recipient],
        reply_to=[str(one) for one in read["Reply-To"].addresses] if read["Reply-To"] else None,
        headers={name: str(value) for name, value in read.items() if name.lower() not in _THEIRS},
    )
    for part in read.walk():
        if part.get_content_disposition() == "attachment":
            mail.attach(_file(part))
        elif part.get_content_type() == "text/plain":
            mail.body = part.get_content()
        elif part.get_content_type() == "text/html":
            mail.attach_alternative(part.get_content(), "text/html")
    more: dict[str, Any] = {"metadata": {"delivery": parcel.reference, "proof": parcel.proof}} if parcel.proof else {}
    if tracks:
        more |= {"track_clicks": False, "track_opens": False}
    vars(mail).update(more)
    return mail


def _file(part: EmailMessage) -> MIMEBase:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes), "no part of ours holds parts"
    if part.get_content_type() == "application/ics":
        file = MIMENonMultipart("text", "calendar", method=str(part.get_param("method")), charset="utf-8")
    else:
        file = MIMENonMultipart(part.get_content_maintype(), part.get_content_subtype())
    file.set_payload(content)
    file.add_header("Content-Disposition", "attachment", filename=part.get_filename() or "")
    return file
