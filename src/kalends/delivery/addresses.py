"""E-mail addresses that people type: which of them can be written to, and what is wrong with the others."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST, LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1: on the wire, in ASCII
# What separates addresses or ends a header, and what nobody sees: it never stands in an address of this house.
_FOREIGN = re.compile(r'[\s<>()\[\],;:\\"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
_SHOWN = 80


class BadAddress(ValueError):
    """Cannot be written to; `str()` is a translated sentence that names it."""


def read_address(typed: str) -> str:
    """As it is kept: without spaces around it, its domain in small letters. Raises BadAddress.

    A domain may have letters of any script; it travels in the ASCII form of IDNA, which is what is measured.
    """
    address = typed.strip(" \t")
    if not address:
        raise BadAddress(_("Please fill this in."))
    if _FOREIGN.search(address):
        raise _bad(address, _("“%(address)s” holds a character that no address can have."))
    local, at, domain = address.rpartition("@")
    if not at:
        raise _bad(address, _("“%(address)s” is no address: it has no @."))
    if not local:
        raise _bad(address, _("“%(address)s” is not a complete address: the part before the @ is missing."))
    if not local.isascii():
        raise _bad(address, _("“%(address)s”: before the @ an address has letters without accents only."))
    return f"{local}@{_domain(address, domain)}"


def readable(typed: str) -> bool:
    try:
        read_address(typed)
    except BadAddress:
        return False
    return True


def _domain(address: str, typed: str) -> str:
    domain = unicodedata.normalize("NFC", typed).lower()
    if "." not in domain.strip("."):
        raise _bad(address, _("“%(address)s” is not a complete address: the part after the dot is missing."))
    try:
        written = f"{address.rpartition('@')[0]}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise _bad(address, _("“%(address)s”: there is no such name after the @.")) from None
    if len(written) > LONGEST or len(written.rpartition("@")[0]) > LONGEST_LOCAL:
        raise _bad(address, _("“%(address)s” is too long for an address."))
    try:
        validate_email(written)
    except ValidationError:
        raise _bad(address, _("“%(address)s” is no address that mail can be sent to.")) from None
    return domain


def _bad(address: str, sentence: str) -> BadAddress:
    """Names it as far as it can be shown: what nobody sees is left out."""
    shown = _FOREIGN.sub(" ", address).strip()
    return BadAddress(sentence % {"address": shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"})
