"""What goes over the line: headers that hold whatever was typed, and nothing more than one line of it."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.delivery import envelope
from kalends.delivery.letters import CalendarPart, Letter
from kalends.foundation.text import clean_line

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
TYPED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=300)
HEADERS = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Reply-To", "Subject"]
HEADERS += ["To", "X-Auto-Response-Suppress"]


def sealed(
    subject: str = "Rendez-vous", name: str = "Clinique", recipient: str = "a@b.example", **letter: Any
) -> bytes:
    return envelope.parcel(
        Letter(subject, letter.get("text", "Bonjour"), letter.get("html", "<p>Bonjour</p>"), letter.get("calendar")),
        sender_name=name,
        recipient=recipient,
        message_id="<1@k.example>",
        at=AT,
        reply_to="accueil@c.example",
    ).content


def read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


@given(subject=TYPED, name=TYPED)
def test_whatever_is_typed_makes_no_header_and_no_recipient(subject: str, name: str) -> None:
    content = sealed(subject, name)
    message = read(content)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["Subject"] == " ".join(clean_line(subject)[:200].split())
    (sender,) = message["From"].addresses
    assert sender.addr_spec == envelope.sender_address()
    assert [address.addr_spec for address in message["To"].addresses] == ["a@b.example"]
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    "hostile",
    [
        "Rendez-vous\r\nBcc: x@y.example",
        "Rendez-vous\nBcc: x@y.example",
        "Rendez-vous\rBcc: x@y.example",
        "Rendez-vous\x0bBcc: x@y.example",
        "Rendez-vous\x85Bcc: x@y.example",
        "Rendez-vous\u2028Bcc: x@y.example",
        "Rendez-vous\x1eBcc: x@y.example",
    ],
)
def test_line_breaks_of_all_kinds_become_a_space(hostile: str) -> None:
    message = read(sealed(hostile, hostile))
    assert (message["Subject"], message["Bcc"]) == ("Rendez-vous Bcc: x@y.example", None)
    assert message["From"].addresses[0].display_name == "Rendez-vous Bcc: x@y.example"


def test_a_subject_that_is_too_long_is_cut_between_letters() -> None:
    assert read(sealed("🦷" * 5000))["Subject"] == "🦷" * 200


def test_marks_that_reverse_the_line_are_taken_out() -> None:
    assert read(sealed("a\u202eb\u2066c"))["Subject"] == "abc"


@pytest.mark.parametrize("name", ['Dr "X", Inc', "Müller, <a@evil.example>", "a@evil.example", "Clinica Carpați; x"])
def test_a_name_stays_a_name(name: str) -> None:
    (sender,) = read(sealed(name=name))["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, envelope.sender_address())


@pytest.mark.parametrize(
    ("recipient", "written"),
    [("a@b.example", "a@b.example"), ("a@bücher.example", "a@xn--bcher-kva.example")],
)
def test_domains_are_written_in_ascii(recipient: str, written: str) -> None:
    assert read(sealed(recipient=recipient))["To"] == written


@pytest.mark.parametrize(
    "recipient", ["", "a", "é@b.example", "a@b.example, c@d.example", "a@b.example>\r\nX: y", "a@"]
)
def test_what_is_no_address_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        sealed(recipient=recipient)


def test_the_parts_come_back_as_they_were() -> None:
    calendar = CalendarPart("BEGIN:VCALENDAR\r\nX:é 🦷\r\nEND:VCALENDAR\r\n".encode(), "REQUEST")
    text = "Ștefan, l’été\n.\n..\nFrom here\n" + "x" * 2000
    message = read(sealed(text=text, html="<p>é = è</p>", calendar=calendar))
    leaves = [part for part in message.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in leaves] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert leaves[0].get_content() == text.replace("\n", "\r\n")
    assert leaves[1].get_content() == "<p>é = è</p>"
    assert leaves[2].get_content().encode() == calendar.content
    assert (leaves[2].get_param("method"), leaves[3].get_filename()) == ("REQUEST", "appointment.ics")
    assert leaves[3].get_content() == calendar.content


def test_nobody_answers_it_automatically() -> None:
    assert read(sealed())["Auto-Submitted"] == "auto-generated"
