"""Mail over SMTP, one connection that is kept between messages."""

from kalends.delivery.carriers.smtp.carrier import SmtpCarrier
from kalends.delivery.carriers.smtp.relay import Relay

__all__ = ["Relay", "SmtpCarrier"]
