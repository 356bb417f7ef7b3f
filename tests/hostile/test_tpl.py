"""TPL: what people type never becomes a header, a recipient or an instruction: from the record to the mail server.

Header by header, with laws: tests/delivery/test_envelope.py; in all letters: tests/notifications/test_texts.py;
TPL-07: tests/delivery/test_mail_senders.py.
"""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.contacts.reading import read_contact
from tests.cast import Clinic
from tests.delivery.returning import PATIENT, carry
from tests.delivery.sink import Sink, listening
from tests.web.staff.desk import at

HEADERS = {"Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"}
HEADERS |= {"X-Auto-Response-Suppress"}


def mail_of(clinic: Clinic, settings: Any, *, first: str = "Clémence", name: str = "") -> EmailMessage:
    """The one mail that leaves when somebody who types that first name is booked by an organization of that name."""
    if name:
        clinic.organization.name = name
        with clinic.acting():
            clinic.organization.save()
    sink = Sink()
    typed = {"last_name": "Aubrée", "first_name": first, "birth_date": "14/03/1987", "email": PATIENT}
    typed["phone"] = "06 12 34 56 78"
    who = read_contact(typed, required=(), country="FR", language="fr", today=date(2026, 12, 7))
    with clinic.acting() as now:
        ids = {"schedule_id": clinic.schedule.id, "service_id": clinic.service.id}
        booking.book(clinic.organization, **ids, starts_at=at(9), contact=who, by=clinic.actor(), now=now)
    with listening(sink) as settings.EMAIL_URL:
        carry()
    assert sink.recipients == [PATIENT]
    (message,) = sink.messages
    assert {*message.keys()} == HEADERS
    assert message["To"] == PATIENT
    return message


def words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("typed", ["[sujet]", "{{ 7*7 }}", "{settings}", "%(x)s", "${x}", "{% now 'Y' %}"])
def test_TPL_01_what_looks_like_a_variable_is_a_name(tilleuls: Clinic, settings: Any, typed: str) -> None:
    assert f"{typed} Aubrée" in words(mail_of(tilleuls, settings, first=typed))


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_TPL_03_04_05_no_end_of_a_line_makes_a_header(tilleuls: Clinic, settings: Any, end: str) -> None:
    """In the name of the organization, which stands in From; in the patient's, which stands in the text."""
    hostile = f"Clinique{end}Bcc: x@y.example"
    message = mail_of(tilleuls, settings, first=f"Clémence{end}Bcc: x@y.example", name=hostile)
    assert message["From"].addresses[0].display_name == "Clinique Bcc: x@y.example"
    assert "Clémence Bcc: x@y.example Aubrée" in words(message)


def test_TPL_05_nothing_turns_the_line_round(tilleuls: Clinic, settings: Any) -> None:
    message = mail_of(tilleuls, settings, first="Clé\u202emence", name="Clin\u202eique\u2066")
    assert message["From"].addresses[0].display_name == "Clinique"
    assert "Clémence Aubrée" in words(message)


def test_TPL_06_the_longest_of_names_is_cut_between_letters(tilleuls: Clinic, settings: Any) -> None:
    message = mail_of(tilleuls, settings, name="🦷" * 200)
    # Python 3.11 reads a space between the pieces of a long name; RFC 2047 says that there is none.
    assert message["From"].addresses[0].display_name.replace(" ", "") == "🦷" * 100
    assert max(len(line) for line in message.as_bytes().splitlines()) <= 998
