"""Faxes through a HylaFAX server, in its own client protocol: FTP with jobs."""

from kalends.delivery.carriers.hylafax.carrier import HylafaxCarrier

__all__ = ["HylafaxCarrier"]
