"""Fields of forms that Django does not have: hours of the day, money in minor units, texts by language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale
from babel.numbers import get_currency_precision, get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.foundation import clock
from kalends.web.staff import dates
from kalends.web.staff.words import languages

Label = str | Promise


class MinuteField(forms.CharField):
    """An hour of the day, 9:30, as minutes after midnight; 24:00 is the end of the day."""

    def prepare_value(self, value: Any) -> Any:
        return dates.minute(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        typed = (super().to_python(value) or "").strip().replace("h", ":").replace(".", ":")
        if typed in self.empty_values:
            return None
        try:
            return clock.parse_minute(typed if ":" in typed else f"{typed}:00")
        except clock.UnreadableTime:
            raise ValidationError(_("Please write an hour as 9:30.")) from None


class MoneyField(forms.CharField):
    """An amount of `currency`, typed with comma or point, as an integer of minor units."""

    def __init__(self, *, currency: str, **rest: Any) -> None:
        self.digits = get_currency_precision(currency)
        hint = get_currency_symbol(currency, locale=get_language() or "en")
        super().__init__(**{"help_text": hint, **rest})
        self.widget.attrs.update({"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        amount = Decimal(value).scaleb(-self.digits)
        text = f"{amount:f}" if amount != amount.to_integral_value() else str(int(amount))
        return text if (get_language() or "en").startswith("en") else text.replace(".", ",")

    def to_python(self, value: Any) -> Any:
        typed = "".join((super().to_python(value) or "").split()).replace(",", ".")
        if typed in self.empty_values:
            return None
        whole, _point, rest = typed.partition(".")
        if not whole.isdecimal() or (rest and not rest.isdecimal()) or len(rest) > self.digits:
            raise ValidationError(_("Please write an amount such as 54 or 54,50."))
        return int(whole) * 10**self.digits + int(rest.ljust(self.digits, "0") or "0")


def text_fields(name: str, label: Label, *, longest: int, long: bool = False) -> dict[str, forms.Field]:
    """One field for each language: `names_fr`, `names_en`, ..."""
    widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput()
    return {
        f"{name}_{code}": forms.CharField(
            label=_("%(label)s, %(language)s") % {"label": label, "language": spoken},
            required=False,
            max_length=longest,
            widget=widget,
        )
        for code, spoken in languages()
    }


def texts_initial(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code, _spoken in languages()}


def texts_of(name: str, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """By language, without the empty ones."""
    found = {code: cleaned[f"{name}_{code}"] for code, _spoken in languages()}
    return {code: text for code, text in found.items() if text}


@cache
def _zones() -> tuple[str, ...]:
    return tuple(
        sorted(key for key in available_timezones() if "/" in key and not key.startswith(("Etc/", "SystemV/")))
    )


def zones() -> list[tuple[str, str]]:
    return [(key, key.replace("_", " ")) for key in _zones()]


def countries() -> list[tuple[str, str]]:
    """By name, in the language of the page."""
    names = Locale.parse((get_language() or "en").split("-")[0]).territories
    known = [
        (code, str(name)) for code, name in names.items() if len(code) == 2 and code not in ("EU", "UN", "EZ", "ZZ")
    ]
    return sorted(known, key=lambda pair: pair[1].casefold())
