"""Text messages through an HTTP gateway that speaks as Kannel does (sendsms and its receipts)."""

from kalends.delivery.carriers.kannel.carrier import KannelCarrier

__all__ = ["KannelCarrier"]
