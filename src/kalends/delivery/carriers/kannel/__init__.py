"""Text messages through an HTTP gateway that speaks as Kannel does (sendsms and its receipts)."""

from kalends.delivery.carriers.kannel.carrier import KannelCarrier
from kalends.delivery.carriers.kannel.gateway import Gateway

__all__ = ["Gateway", "KannelCarrier"]
