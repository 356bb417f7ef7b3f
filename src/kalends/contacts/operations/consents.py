"""Whether a person wants reminders and offers, by each way: asked, dated, and by whom it was written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kalends.audit import operations as audit
from kalends.contacts.events import ConsentChanged
from kalends.contacts.models import Consent, Contact
from kalends.foundation import events
from kalends.foundation.actor import Actor

WAYS = ("email", "sms")


def set_consents(contact: Contact, said: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Note what was said of each way (`Consent`); ways that are left out stay. Said again, the first date stands.

    Who refuses gets no reminders from now on, also none of those that wait already; confirmations, changes and
    cancellations still come.
    """
    changed = [way for way in WAYS if way in said and said[way] != getattr(contact, f"{way}_consent")]
    if not changed:
        return
    before = {way: getattr(contact, f"{way}_consent") for way in changed}
    for way in changed:
        answered = said[way] != Consent.NOT_ASKED
        setattr(contact, f"{way}_consent", said[way])
        setattr(contact, f"{way}_consent_at", now if answered else None)
        setattr(contact, f"{way}_consent_by", by.label[:200] if answered else "")
    contact.save(update_fields=[column for way in changed for column in columns_of(way)])
    after = {way: said[way] for way in changed}
    audit.record("contact:message-consent", contact, by=by, now=now, before=before, after=after)
    events.publish(ConsentChanged(contact, by, now))


def columns_of(way: str) -> tuple[str, str, str]:
    """Those that go together: what, when, by whom."""
    return f"{way}_consent", f"{way}_consent_at", f"{way}_consent_by"
