"""What a part of a text message costs, for pages on which one is written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` in ten-thousandths of the currency."""

    amount: int
    currency: str
