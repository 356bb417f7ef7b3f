"""Addresses and forms as they came in, looked at before anybody reads them.

Django would put a mark in place of what it cannot read, and somebody would be booked under that name.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal, Text
from kalends.foundation.text import refuse_unusable

FORM = "application/x-www-form-urlencoded"


class Illegible(Refusal):
    code = "malformed"
    status = 400
    sentence = _("The address holds characters that cannot be read.")


def check_address(query: str) -> None:
    """Raise for the query of an address that is no UTF-8, holds NUL, or asks for too much at once."""
    if query.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        raise Illegible(_("The address asks for too much at once."))
    if "%" in query or not query.isascii():
        _check(query, Illegible.sentence, with_nul=False)


def check_form(body: bytes, *, with_nul: bool = False) -> None:
    """Raise for a form that is no UTF-8 or holds NUL. `with_nul`: whoever reads it says so at the field."""
    _check(body, _("The form holds characters that cannot be read."), with_nul=with_nul)


def _check(sent: str | bytes, sentence: Text, *, with_nul: bool) -> None:
    try:
        text = unquote_to_bytes(sent).decode()
        if not with_nul:
            refuse_unusable(text)
    except ValueError:
        raise Illegible(sentence) from None
