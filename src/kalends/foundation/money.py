"""Money: integer minor units and a currency. No float anywhere."""

from __future__ import annotations

from decimal import Decimal

from babel.core import Locale
from babel.numbers import format_currency, get_currency_precision


def written(minor: int, currency: str, *, language: str) -> str:
    """`5400, "EUR", "fr"` -> `54,00 €`; whole amounts lose their zeros (`54 €`)."""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    pattern = None
    locale = Locale.parse(language)
    if amount == amount.to_integral_value():
        pattern = locale.currency_formats["standard"].pattern.replace("0.00", "0")
    return format_currency(amount, currency, format=pattern, locale=locale, currency_digits=pattern is None)


def written_exactly(ten_thousandths: int, currency: str, *, language: str) -> str:
    """`729, "EUR", "fr"` -> `0,0729 €`: prices below the smallest coin, at least with its digits."""
    locale = Locale.parse(language)
    pattern = locale.currency_formats["standard"].pattern.replace(
        "0.00", f"0.{'0' * get_currency_precision(currency):#<4}"
    )
    return format_currency(
        Decimal(ten_thousandths).scaleb(-4), currency, format=pattern, locale=locale, currency_digits=False
    )
