"""What several of our tables hold alike: countries, zones, currencies, languages, telephones, origins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from kalends.foundation import clock
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError
from kalends.foundation.phone import BadPhone, read_phone
from kalends.organizations.models import RESERVED_SLUGS


class NotOne(ValueError):
    """No country, no zone, no currency ...: `str()` is a translated sentence."""


def fill(row: models.Model, sent: Mapping[str, Any], *, allowed: frozenset[str], country: str) -> rows.Changes:
    """As `rows.fill`, with what a country, a zone, a telephone (of `country`) has to be. Raises Invalid."""
    errors: list[FieldError] = []
    values = dict(sent)
    for name, check in _CHECKS.items():
        if values.get(name):
            try:
                values[name] = check(values[name])
            except NotOne as fault:
                errors.append(FieldError(name, str(fault)))
                del values[name]
    for name in ("phone", "fax"):
        if values.get(name):
            try:
                values[name] = read_phone(values[name], country=values.get("country") or country).number
            except BadPhone as fault:
                errors.append(FieldError(name, str(fault)))
                del values[name]
    return rows.fill(row, values, allowed=allowed, bounds={"hold_minutes": (1, 60)}, errors=errors)


@cache
def countries() -> frozenset[str]:
    """ISO 3166 alpha-2, as the zone data lists them."""
    listed = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8").splitlines()
    return frozenset(line.split("\t")[0] for line in listed if line and not line.startswith("#"))


def _country(code: str) -> str:
    if code.strip().upper() not in countries():
        raise NotOne(_("Please give a country by its two letters: FR."))
    return code.strip().upper()


def _zone(key: str) -> str:
    try:
        return clock.zone(key).key
    except clock.UnknownZone:
        raise NotOne(_("There is no such time zone. Write it as Europe/Paris.")) from None


def _currency(code: str) -> str:
    if code.strip().upper() not in list_currencies():
        raise NotOne(_("Please give a currency by its three letters: EUR."))
    return code.strip().upper()


def _languages(codes: list[str]) -> list[str]:
    known = {code for code, _name in settings.LANGUAGES}
    if unknown := sorted(set(codes) - known):
        raise NotOne(_("These languages are not known here: %(codes)s.") % {"codes": ", ".join(unknown)})
    return list(dict.fromkeys(codes))


def _slug(slug: str) -> str:
    if slug in RESERVED_SLUGS:
        raise NotOne(_("This address is kept for the installation itself. Please choose another."))
    return slug


def _origins(origins: list[str]) -> list[str]:
    """Sites that may show the public page in a frame: scheme and host, nothing after."""
    for origin in origins:
        parts = urlsplit(origin)
        local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
        if not (parts.scheme == "https" or local) or not parts.hostname or f"{parts.scheme}://{parts.netloc}" != origin:
            raise NotOne(_("Please write sites as https://www.example.org, without anything after."))
        if not re.fullmatch(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?", parts.netloc):
            raise NotOne(_("Please write sites as https://www.example.org, without anything after."))
    return list(dict.fromkeys(origins))


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "country": _country,
    "time_zone": _zone,
    "currency": _currency,
    "languages": _languages,
    "slug": _slug,
    "allowed_origins": _origins,
}
