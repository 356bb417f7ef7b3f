"""Blind copies of what patients receive (seed 002, step 3).

Each copy is a delivery of its own: the patient's mail has one recipient on its envelope and in its headers, and a
copy that fails, or fails later, is nobody else's trouble. The text is the patient's own, but for the private links:
whoever has one acts as the patient, so a copy leads to the agenda instead, where one signs in (docs/decisions/0019).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.booking import links
from kalends.delivery import operations as delivery
from kalends.delivery.letters import Letter, Writer
from kalends.delivery.models import Delivery, Medium, Nature
from kalends.foundation import secrets
from kalends.notifications.institution.queries import chosen_settings
from kalends.notifications.institution.rules import COPIED
from kalends.notifications.texts.sheet import with_line_above
from kalends.organizations.models import Organization

PREFIX = "copy_"
_COPIES = """
WITH message AS (
  SELECT %(copy)s AS kind, d.cause_id, d.cause_version, d.medium, a.address AS recipient, d.language,
    d.facts || jsonb_build_object('copy_of', d.kind, 'copy_to', d.recipient) AS facts,
    d.due_at, d.useless_after, d.nature, d.schedules
  FROM delivery_delivery d CROSS JOIN unnest(%(addresses)s::text[]) AS a (address)
  WHERE d.organization_id = %(org)s AND d.queued_at = %(now)s AND d.kind = %(kind)s AND d.medium = 'email'
    AND lower(a.address) <> lower(d.recipient)
)
"""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,64}")


class LinkLeft(Exception):
    """The copy would let its reader act as the patient."""


def kind_of_copy(kind: str) -> str:
    return f"{PREFIX}{kind}"


def queue(
    organization: Organization,
    *,
    kind: str,
    medium: str,
    recipient: str,
    language: str,
    facts: Mapping[str, Any],
    cause_id: UUID,
    cause_version: int,
    due_at: datetime,
    useless_after: datetime | None,
    now: datetime,
    nature: str = Nature.NEWS,
    schedules: Collection[UUID] = (),
) -> None:
    """As `delivery.queue`, to a patient; and its copies, each to its own address."""
    about: dict[str, Any] = {
        "cause_id": cause_id,
        "cause_version": cause_version,
        "medium": medium,
        "language": language,
        "due_at": due_at,
        "useless_after": useless_after,
        "now": now,
        "schedules": schedules,
    }
    delivery.queue(organization, kind=kind, recipient=recipient, facts=facts, nature=nature, **about)
    if medium != Medium.EMAIL:
        return
    for address in copied_to(organization, kind):
        if address.lower() != recipient.lower():
            marked = {**facts, "copy_of": kind, "copy_to": recipient}
            delivery.queue(organization, kind=kind_of_copy(kind), recipient=address, facts=marked, **about)


def queue_copies(organization: Organization, kind: str, *, now: datetime) -> None:
    """The copies of all letters of a kind that were queued at `now`, in one statement."""
    addresses = copied_to(organization, kind)
    if addresses:
        said = {"org": organization.id, "kind": kind, "copy": kind_of_copy(kind), "addresses": addresses, "now": now}
        delivery.queue_from(organization, _COPIES, said, now=now)


def readdress(organization: Organization, causes: Collection[UUID], *, former: Collection[str], to: str) -> None:
    """Copies that wait say where the letter goes now; where it goes nowhere they stay as they are."""
    kinds = [kind_of_copy(kind) for kind in COPIED]
    waiting = organization.deliveries.filter(kind__in=kinds, cause_id__in=causes, settled_at=None)
    for one in waiting.select_for_update(no_key=True).order_by("id"):
        if to and one.facts["copy_to"] in former:
            one.facts["copy_to"] = to
            one.save(update_fields=["facts"])


def copied_to(organization: Organization, kind: str) -> list[str]:
    """The addresses that get a copy of letters of this kind."""
    chosen = chosen_settings(organization)
    if chosen is None:
        return []
    return [one["email"] for one in chosen.copies if one["on"] and COPIED.get(kind) in one["kinds"]]


class CopyLetters:
    """Around the writer of the patient's letter: its words, without what only the patient may have."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return self._writer.look_up(organization, [_as_sent(one) for one in deliveries])

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        """The calendar file stays out too: in another's calendar it would be their own appointment. Raises LinkLeft."""
        sent = self._writer.write(organization, _as_sent(delivery), found)
        pages = _pages(organization, delivery)
        with override(organization.language):
            subject = _("Copy: %(subject)s") % {"subject": sent.subject}
            above = _("Copy of the e-mail to %(address)s. Its private links lead to the agenda here.") % {
                "address": delivery.facts["copy_to"]
            }
        text, html = (_without_links(organization, one, pages) for one in (sent.text, sent.html))
        return with_line_above(Letter(subject, text, html), above)


def _as_sent(copied: Delivery) -> Delivery:
    """The delivery to the patient, as its writer knows it."""
    sent = copy.copy(copied)
    sent.kind, sent.recipient = copied.facts["copy_of"], copied.facts["copy_to"]
    return sent


def _pages(organization: Organization, copied: Delivery) -> dict[str, str]:
    """Where the patient's pages have their like in the agenda, by the secret in their address; "": all others."""
    facts = copied.facts
    told = [one["id"] for one in facts.get("visits", ())]
    other = page_of_visit(organization, told[0]) if len(told) == 1 else f"{settings.BASE_URL}/app/{organization.slug}/"
    visits = {one["id"]: one["seed"] for one in facts.get("visits", ()) if "seed" in one}
    if "sequence" in facts:
        visits[facts.get("appointment") or str(copied.cause_id)] = facts["seed"]
    return {"": other} | {
        str(secrets.derived(organization.id, bytes.fromhex(seed), purpose=links.APPOINTMENT)): page_of_visit(
            organization, id_
        )
        for id_, seed in visits.items()
    }


def page_of_visit(organization: Organization, appointment_id: str) -> str:
    return f"{settings.BASE_URL}/app/{organization.slug}/appointments/{appointment_id}/"


def _without_links(organization: Organization, text: str, pages: Mapping[str, str]) -> str:
    """Every address of ours that holds a secret is taken out, whatever letter it stands in."""
    private = re.compile(re.escape(settings.BASE_URL) + r"/[^\s\"'<>]*?/([A-Za-z0-9_-]{40,64})(?![A-Za-z0-9_-])[/\w-]*")
    bare = private.sub(lambda found: pages.get(found[1], pages[""]), text)
    for token in _TOKEN.findall(bare):
        secret = secrets.read(token)
        if secret is not None and secret.organization_id == organization.id:
            raise LinkLeft
    return bare
