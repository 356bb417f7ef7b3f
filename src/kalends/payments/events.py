"""What happened to payments. The row rides along: listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from kalends.payments.models import Payment


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """Nothing is owed any more for this deadline: paid, dropped with its visit, or due at another time."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class PaymentOwedAgain:
    """That it was paid has been taken back."""

    payment: Payment
