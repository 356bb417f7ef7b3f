"""A letter made ready for its medium."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from kalends.delivery import answering, envelope, paper, provider_url, segments, unsubscribing
from kalends.delivery.bounces import addresses
from kalends.delivery.carriers import Parcel
from kalends.delivery.letters import Letter
from kalends.delivery.mail_senders import Sender
from kalends.delivery.models import Delivery, Medium, Nature
from kalends.organizations.models import Organization

NO_NUMBER = gettext_noop("This is no telephone number of the form +33…")
LONGEST_VALID = timedelta(days=7)
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def parcel(organization: Organization, delivery: Delivery, letter: Letter, *, sender: Sender, at: datetime) -> Parcel:
    """Raises ValueError for an address that nothing can be sent to; `at` is the date of a mail."""
    recipient = delivery.redirected_to or delivery.recipient
    unasked = delivery.nature == Nature.UNASKED
    if delivery.medium == Medium.EMAIL:
        mail = envelope.parcel(
            letter,
            sender_name=organization.name,
            sender=sender.address,
            recipient=recipient,
            message_id=envelope.message_id(delivery.id),
            at=at,
            reply_to=sender.reply_to,
            returns_to=addresses.return_address(organization.id, delivery.id),
            unsubscribe_at=unsubscribing.page_of(organization, delivery.id) if unasked else "",
        )
        if provider_url.account_of(settings.EMAIL_URL) is None:
            return mail
        proof = answering.mail_proof(organization.id, delivery.id)
        return replace(mail, reference=delivery.reference, proof=proof)
    if not _NUMBER.fullmatch(recipient):
        raise ValueError(NO_NUMBER)
    if delivery.medium == Medium.FAX:
        sheet = paper.printed(organization, letter, number=recipient, language=delivery.language, at=at)
        return Parcel(
            organization.name,
            recipient,
            sheet.pdf,
            parts=sheet.pages,
            reference=delivery.reference,
        )
    text = segments.sendable(letter.short)
    return Parcel(
        "",
        recipient,
        text.encode(),
        answers_to=answering.receipt_address(organization.id, delivery.id),
        signed_to=answering.receipt_address(organization.id, delivery.id, signed=True),
        reference=delivery.reference,
        parts=segments.count(text).parts,
        valid_minutes=_valid_minutes(delivery, at),
    )


def _valid_minutes(delivery: Delivery, at: datetime) -> int:
    """A phone that is off until the visit has begun need not be told of it. Networks try no longer than some days."""
    if delivery.useless_after is None:
        return 0
    left = (delivery.useless_after - at) // timedelta(minutes=1)
    return max(left, 1) if left < LONGEST_VALID // timedelta(minutes=1) else 0
