"""What phones show as the sender of a text message: read and checked here, and nowhere else (SMS-10). Pure.

    ?from=Tilleuls                         up to 11 plain letters, digits and spaces, one letter at least
    ?from=+33644630001  ?from=36123        a number with its country code, or a short code of 3 to 6 digits
    ?from=Tilleuls&from-CA=+15145550100    another one for the numbers of a country

Nobody can answer a name: STOP needs a number. Networks cut, replace or drop what is no such thing, and some countries
show no names at all, so it is refused before the first message and not by each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import phonenumbers

from kalends.foundation.text import fold

LONGEST_NAME = 11
_NAME = re.compile(r"[A-Za-z0-9 ]+")
_SHORT_CODE = re.compile(r"[0-9]{3,6}")
_COUNTRY = re.compile(r"from-([A-Z]{2})")
# Their networks put a number of their own in place of a name, or drop the message.
NAMES_ARE_NOT_SHOWN = frozenset({"BE", "BR", "CA", "CL", "CO", "CR", "MX", "PR", "US"})
# Whose name it is, is asked by the networks; these are asked for most often by those whose name it is not.
BRANDS = frozenset(
    {
        "amazon",
        "apple",
        "dhl",
        "facebook",
        "fedex",
        "google",
        "instagram",
        "mastercard",
        "microsoft",
        "netflix",
        "paypal",
        "ups",
        "visa",
        "whatsapp",
        "ameli",
        "amendes",
        "antai",
        "caf",
        "chronopost",
        "colissimo",
        "cpam",
        "dgfip",
        "doctolib",
        "edf",
        "francetravail",
        "impots",
        "laposte",
        "mondialrelay",
        "msa",
        "sncf",
        "urssaf",
        "vitale",
        "anaf",
        "cnas",
        "cnpp",
        "fancourier",
        "ghiseul",
        "politia",
        "postaromana",
        "roalert",
        "sameday",
        "canadapost",
        "postescanada",
        "ramq",
        "revenuquebec",
        "saaq",
        "servicecanada",
    }
)


class BadSender(ValueError):
    """A sender that cannot be used; the sentence names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Senders:
    """`usual` may be empty: then the gateway puts its own."""

    usual: str = ""
    of_countries: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """From the parameters of an address. Raises BadSender."""
        usual = asked.get("from", "")
        if usual:
            check(usual)
        given = {found.group(1): value for name, value in asked.items() if (found := _COUNTRY.fullmatch(name))}
        for country, sender in given.items():
            check(sender)
            if not shown_in(country, sender):
                raise BadSender(f"Phones in {country} show no names: give a number in from-{country}.")
        return cls(usual, given)

    def for_country(self, country: str) -> str:
        return self.of_countries.get(country, self.usual)

    def reach(self, country: str) -> bool:
        """False where phones of this country (ISO 3166 alpha-2) would not show who writes."""
        return shown_in(country, self.for_country(country))


def check(sender: str) -> None:
    """Raises BadSender for what phones of no country show."""
    if sender.startswith("+") or sender.isdigit():
        return _check_number(sender)
    if not _NAME.fullmatch(sender) or sender != sender.strip():
        raise BadSender(f"The sender {sender!r} is no name that phones show: plain letters, digits and spaces only.")
    if len(sender) > LONGEST_NAME:
        raise BadSender(f"The sender {sender!r} is too long: phones show {LONGEST_NAME} characters.")
    words = fold(sender).split()
    if BRANDS & {*words, "".join(words)}:
        raise BadSender(f"The sender {sender!r} is the name of somebody else: use the name of the clinic.")
    return None


def shown_in(country: str, sender: str) -> bool:
    """Whether phones of a country show this sender; an empty one is the gateway's own affair."""
    return not sender or is_number(sender) or country not in NAMES_ARE_NOT_SHOWN


def is_number(sender: str) -> bool:
    return sender.lstrip("+").isdigit()


def _check_number(sender: str) -> None:
    if _SHORT_CODE.fullmatch(sender):
        return
    try:
        usable = sender.startswith("+") and phonenumbers.is_valid_number(phonenumbers.parse(sender, None))
    except phonenumbers.NumberParseException:
        usable = False
    if not usable:
        raise BadSender(
            f"The sender {sender!r} is no number that can be answered: write it with + and its country code, "
            "or a short code of 3 to 6 digits; a name needs a letter."
        )
