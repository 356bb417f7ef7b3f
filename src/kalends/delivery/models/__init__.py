from kalends.delivery.models.addresses import Covers, DeadAddress, OptOut
from kalends.delivery.models.clocks import ClockJump, ClockLook
from kalends.delivery.models.deliveries import (
    Delivery,
    DeliverySettings,
    FaxNumber,
    Medium,
    Nature,
    PlatformMail,
    Receipt,
    SenderAddress,
    State,
)
from kalends.delivery.models.texts import SubmittedPart, TextAlarm, TextTally

__all__ = [
    "ClockJump",
    "ClockLook",
    "Covers",
    "DeadAddress",
    "Delivery",
    "DeliverySettings",
    "FaxNumber",
    "Medium",
    "Nature",
    "OptOut",
    "PlatformMail",
    "Receipt",
    "SenderAddress",
    "State",
    "SubmittedPart",
    "TextAlarm",
    "TextTally",
]
