"""Text messages through a gateway that knows them by our reference: asked after a crash, so each goes exactly once.

What such a gateway has to speak is written down in `docs/sms-gateway.md`.
"""

from kalends.delivery.carriers.keyed.carrier import KeyedCarrier

__all__ = ["KeyedCarrier"]
