"""Faxes through a service that makes them of mails: the pages as a PDF, to an address that holds the number.

The mail leaves by EMAIL_URL. Its subject says nothing of what is in it (MSG-07): such services print it on a page of
their own, and keep it. None of them tells what became of the fax in a way that all agree on, so it ends as sent.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from kalends.delivery.carriers import Carrier, Parcel
from kalends.delivery.fax_url import FaxMailbox
from kalends.delivery.rules import Outcome

SUBJECT = "Fax"
FILE = "fax.pdf"


class FaxMailCarrier:
    name = "faxmail"
    centre = ""

    def __init__(self, mailbox: FaxMailbox, opens: Callable[[], Carrier], *, sender: str) -> None:
        """`opens` is how mail leaves; `sender` an address that the service knows as its customer's."""
        self.mailbox = mailbox
        self._sender = sender
        self._mails = opens()

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        to = self.mailbox.address(parcel.recipient)
        return self._mails.hand_over(Parcel(self._sender, to, self._mail(parcel, to)), last_call=last_call)

    def close(self) -> None:
        self._mails.close()

    def interrupt(self) -> None:
        self._mails.interrupt()

    def _mail(self, parcel: Parcel, to: str) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = SUBJECT
        mail["From"] = self._sender
        mail["To"] = to
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{parcel.reference}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("")
        mail.add_attachment(parcel.content, maintype="application", subtype="pdf", filename=FILE)
        return mail.as_bytes()
