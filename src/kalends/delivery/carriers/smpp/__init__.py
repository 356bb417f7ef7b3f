"""Text messages to the SMS centre of a network itself, over SMPP 3.4, on one line that is kept."""

from kalends.delivery.carriers.smpp.carrier import SharedLine, SmppCarrier

__all__ = ["SharedLine", "SmppCarrier"]
