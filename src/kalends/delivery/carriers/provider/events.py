"""What a provider tells afterwards: delivered, bounced, complained. It ends where SMTP's bounces and receipts end.

Who tells is proven by the password in the address that is called, and by the provider's signature where it signs; about
which mail, by the proof that was sent along with it and comes back. An event that lost it is looked for by the number
that the provider gave the mail. Told twice, or in any order, what says more stands.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailInsecureWebhookWarning, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailCoreWebhookView
from django.http import HttpRequest
from django.utils.module_loading import import_string

from kalends.delivery import answering, operations, queries
from kalends.delivery.bounces import reading
from kalends.delivery.bounces.reading import Finality
from kalends.delivery.models import Receipt
from kalends.delivery.provider_url import Account
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

BY = system("mail provider")
RECEIPTS = {"queued": Receipt.SENT, "sent": Receipt.SENT, "delivered": Receipt.DELIVERED}
LOST = ("bounced", "rejected", "failed")
UNWANTED = ("complained", "unsubscribed")
# anymail calls lasting and passing refusals the same; the provider's own event does not.
FOR_GOOD: Mapping[str, Callable[[Any], bool]] = {
    "brevo": lambda event: event.get("event") in ("hard_bounce", "invalid_email"),
    "mailgun": lambda event: event.get("event-data", event).get("severity") == "permanent",
    "mailjet": lambda event: event.get("hard_bounce") is True,
    "mailtrap": lambda event: event.get("event") == "bounce",
    "mandrill": lambda event: event.get("event") == "hard_bounce",
    "postmark": lambda event: event.get("Type") in ("HardBounce", "BadEmailAddress"),
    "resend": lambda event: event.get("data", {}).get("bounce", {}).get("type") == "Permanent",
    "sparkpost": lambda event: any(str(one.get("bounce_class")) in ("10", "30") for one in event["msys"].values()),
}


class NotProven(Exception):
    """Whoever told this is not the provider, as far as we can see."""


class Unreadable(ValueError):
    """No provider writes so."""


@dataclass(frozen=True, slots=True)
class Told:
    kind: str
    """anymail's word: delivered, bounced, complained, …"""
    proven: answering.Meant | None
    number: str
    answer: str
    for_good: bool


def read(account: Account, request: HttpRequest) -> list[Told]:
    """Raises NotProven and Unreadable."""
    try:
        view = _view(account)
        view.setup(request)
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, AnymailConfigurationError) as fault:  # wrong, or none is set
        raise NotProven from fault
    try:
        return [_told(account, event) for event in view.parse_events(request)]
    except AnymailConfigurationError:
        return []  # an incoming mail: nobody asked for it
    except Exception as fault:  # of anymail's reading: it does not say which
        raise Unreadable from fault


def take(account: Account, events: Iterable[Told]) -> int:
    """Note them; how many said something new. Opens its own transactions."""
    return sum(_take(account, event) for event in events)


def _take(account: Account, event: Told) -> bool:
    meant = event.proven or queries.meant_by_number(account.name, event.number, by=BY)
    if meant is None:
        return False
    with tenancy.acting(organization=queries.Tenant(meant.organization_id), by=BY) as now:
        organization = Organization(id=meant.organization_id)
        says = RECEIPTS.get(event.kind)
        if says is not None:
            id, reference = meant.delivery_id, meant.reference
            return operations.take_receipt(organization, id, says=says, reference=reference, now=now)
        if event.kind in UNWANTED:
            return operations.take_complaint(organization, meant.delivery_id, words=event.kind, by=BY, now=now)
        if event.kind not in (*LOST, "deferred"):
            return False
        bounce = reading.told(event.answer, finality=_finality(event))
        return operations.take_bounce(
            organization, meant.delivery_id, bounce, reference=meant.reference, by=BY, now=now
        )


def _finality(event: Told) -> Finality:
    if event.kind == "deferred":
        return Finality.DELAYED
    return Finality.DEAD if event.kind == "bounced" and event.for_good else Finality.LOST


def _told(account: Account, event: AnymailTrackingEvent) -> Told:
    sent_along = event.metadata if isinstance(event.metadata, dict) else {}
    return Told(
        kind=event.event_type,
        proven=answering.meant_by(str(sent_along.get("delivery", "")), str(sent_along.get("proof", ""))),
        number=str(event.message_id or ""),
        answer=str(event.mta_response or event.description or "").replace("\0", ""),
        for_good=FOR_GOOD[account.scheme](event.esp_event),
    )


def _view(account: Account) -> AnymailCoreWebhookView:
    """anymail's reader of this provider, told who may call."""
    made_with: dict[str, Any] = {"webhook_secret": answering.mail_password()}
    if account.signing:
        made_with[account.provider.signing] = account.signing
    if account.scheme == "mandrill":
        made_with["webhook_url"] = answering.mail_events_address()  # it signs the address that it calls
    title = account.provider.title
    reader = f"{title}{'Combined' if account.scheme == 'mandrill' else 'Tracking'}WebhookView"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailInsecureWebhookWarning)
        view: AnymailCoreWebhookView = import_string(f"anymail.webhooks.{account.scheme}.{reader}")(**made_with)
    return view
