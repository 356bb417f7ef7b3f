"""Mails in tests, and the messages in which mail servers say what became of them."""

from __future__ import annotations

from threading import Event
from typing import Any
from uuid import UUID

from kalends.delivery.bounces import addresses
from kalends.delivery.bounces.reading import Bounce, Finality
from kalends.delivery.carriers import ways_out
from kalends.delivery.courier import Courier
from kalends.delivery.operations import take_bounce
from kalends.delivery.presence import Presence
from kalends.foundation.actor import system
from tests.cast import Clinic
from tests.delivery.texting import text

BOUNCE_ADDRESS = "back@returns.test"
PATIENT = "clemence@courriel.example"


def mail(clinic: Clinic, recipient: str = PATIENT, **more: Any) -> UUID:
    return text(clinic, recipient, medium="email", **more)


def carry() -> None:
    """One round of the courier of the mails."""
    (way,) = (way for way in ways_out() if "email" in way.media)
    courier = Courier(way, stopping=Event())
    with Presence() as presence:
        courier.work(presence.name)
    courier.close()


def handed_over(clinic: Clinic, recipient: str = PATIENT) -> UUID:
    """A mail that a mail server has taken."""
    id = mail(clinic, recipient)
    carry()
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(id=id).update(handing_over_at=now, carrier="smtp")
    return id


def die(clinic: Clinic, address: str = PATIENT) -> None:
    """Mails to this address came back for good."""
    id = handed_over(clinic, address)
    bounce = Bounce(Finality.DEAD, frozenset({address.lower()}), "5.1.1", "No such user", is_report=True)
    with clinic.acting() as now:
        take_bounce(clinic.organization, id, bounce, by=system("returned e-mail"), now=now)


def return_address(clinic: Clinic, delivery_id: UUID) -> str:
    return addresses.return_address(clinic.organization.id, delivery_id)


def report(
    to: str,
    *,
    about: str = PATIENT,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 No such user",
    headers: str = "",
) -> bytes:
    """As Postfix writes one (RFC 3464)."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.courriel.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
{headers}
--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{about}>: host mx.courriel.example[192.0.2.7] said: {diagnostic.partition(";")[2].strip()} (in reply to RCPT TO)

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.courriel.example
Arrival-Date: Mon, 30 Nov 2026 01:00:00 +0000

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.courriel.example
Diagnostic-Code: {diagnostic}

--b
Content-Type: message/rfc822

From: agenda@tilleuls.example
To: {about}
Subject: Votre rendez-vous

Dermatologie

--b--
""".replace("\n", "\r\n").encode()
