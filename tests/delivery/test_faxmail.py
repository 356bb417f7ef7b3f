"""Faxes through a service that takes mails, at a real mail server."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader

from tests.cast import Clinic
from tests.delivery.faxing import TAKES, carry, confirm, fax
from tests.delivery.sink import Sink, listening
from tests.delivery.texting import row


def test_a_fax_leaves_as_a_mail_that_says_nothing_outside(tilleuls: Clinic, settings: Any) -> None:
    """MSG-07: nothing of what is in it stands in its subject, nor anywhere else outside the pages."""
    confirm(tilleuls, TAKES)
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        settings.FAX_URL = "mailto:00{number}@fax.example"
        id = fax(tilleuls, TAKES, "Bonjour,\n\nrésultat de votre biopsie.")
        carry()
    (mail,) = sink.messages
    assert sink.recipients == ["0033241234501@fax.example"]
    assert (mail["Subject"], mail["From"]) == ("Fax", "agenda@tilleuls.example")
    assert mail["Message-ID"] == f"<{id}@tilleuls.example>"
    empty, pages = mail.iter_parts()
    assert (empty.get_content().strip(), pages.get_filename(), pages.get_content_type()) == (
        "",
        "fax.pdf",
        "application/pdf",
    )
    assert "résultat de votre biopsie." in PdfReader(io.BytesIO(pages.get_content())).pages[0].extract_text()
    sent = row(tilleuls, id)
    assert (sent.state, sent.carrier, sent.parts) == ("sent", "faxmail", 1)


def test_a_service_that_refuses_for_good(tilleuls: Clinic, settings: Any) -> None:
    confirm(tilleuls, TAKES)
    with listening(Sink()) as settings.EMAIL_URL:
        settings.FAX_URL = "mailto:refused-550-{number}@fax.example"
        id = fax(tilleuls, TAKES)
        carry()
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("failed", "550 not this one")
