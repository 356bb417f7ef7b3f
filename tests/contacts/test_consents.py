"""Whether somebody wants reminders: asked, dated, by whom; and what follows when two records become one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from tests.cast import NOW, Clinic, data
from tests.contacts.test_merging import again, made, merged, undone

LATER = NOW + timedelta(days=1)


def say(clinic: Clinic, contact: Contact, now: datetime = NOW, **said: str) -> None:
    with clinic.acting():
        contacts.set_consents(again_inside(clinic, contact), said, by=clinic.actor(), now=now)


def again_inside(clinic: Clinic, contact: Contact) -> Contact:
    found: Contact = clinic.organization.contacts.get(id=contact.id)
    return found


def said(contact: Contact, way: str) -> tuple[Any, ...]:
    return tuple(getattr(contact, f"{way}_consent{end}") for end in ("", "_at", "_by"))


NEVER = ("", None, "")


def test_nobody_was_asked_at_first(tilleuls: Clinic) -> None:
    one = again(tilleuls, made(tilleuls))
    assert (said(one, "email"), said(one, "sms")) == (NEVER, NEVER)


def test_what_was_said_is_dated_and_said_again_keeps_its_date(tilleuls: Clinic) -> None:
    one = made(tilleuls)
    say(tilleuls, one, email="given", sms="refused")
    say(tilleuls, one, LATER, email="given")
    known = again(tilleuls, one)
    assert said(known, "email") == ("given", NOW, "Inès Barbier")
    assert said(known, "sms") == ("refused", NOW, "Inès Barbier")
    say(tilleuls, one, LATER, email="refused", sms="")
    known = again(tilleuls, one)
    assert said(known, "email") == ("refused", LATER, "Inès Barbier")
    assert said(known, "sms") == NEVER
    with tilleuls.acting():
        lines = list(tilleuls.organization.audit_entries.filter(act="contact:message-consent").order_by("id"))
    assert [(line.before, line.after) for line in lines] == [
        ({"email": "", "sms": ""}, {"email": "given", "sms": "refused"}),
        ({"email": "given", "sms": "refused"}, {"email": "refused", "sms": ""}),
    ]


def test_an_edit_leaves_it(tilleuls: Clinic) -> None:
    one = made(tilleuls)
    say(tilleuls, one, sms="refused")
    with tilleuls.acting():
        contacts.edit(again_inside(tilleuls, one), data(town="Angers"), by=tilleuls.actor(), now=LATER)
    assert said(again(tilleuls, one), "sms") == ("refused", NOW, "Inès Barbier")


def test_of_two_records_what_was_said_last_stands_and_goes_back(tilleuls: Clinic) -> None:
    kept, other = made(tilleuls), made(tilleuls, first="Clémentine")
    say(tilleuls, kept, email="given", sms="refused")
    say(tilleuls, other, LATER, email="refused")
    merge = merged(tilleuls, kept, other)
    known = again(tilleuls, kept)
    assert said(known, "email") == ("refused", LATER, "Inès Barbier")
    assert said(known, "sms") == ("refused", NOW, "Inès Barbier")
    undone(tilleuls, merge)
    assert said(again(tilleuls, kept), "email") == ("given", NOW, "Inès Barbier")
