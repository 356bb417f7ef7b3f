"""Test mode: a letter that goes to somebody else says whom it was meant for."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def marked(letter: Letter, delivery: Delivery) -> Letter:
    """The letter as it goes to `delivery.redirected_to`; as it is where it goes to whom it is meant for."""
    if not delivery.redirected_to:
        return letter
    with override(delivery.language):
        mark = _("[Test, for %(address)s]") % {"address": delivery.recipient}
    text = f"{mark} {letter.text}" if not letter.html else f"{mark}\n\n{letter.text}"
    subject = f"{mark} {letter.subject}" if letter.subject else ""
    return replace(letter, subject=subject, text=text, html=_within(letter.html, mark))


def _within(html: str, mark: str) -> str:
    begins = _BODY.search(html)
    if begins is None:
        return html
    return f"{html[: begins.end()]}<p><strong>{escape(mark)}</strong></p>{html[begins.end() :]}"
