from kalends.delivery.models.deliveries import (
    Covers,
    DeadAddress,
    Delivery,
    DeliverySettings,
    FaxNumber,
    Medium,
    Nature,
    OptOut,
    PlatformMail,
    Receipt,
    SenderAddress,
    State,
)
from kalends.delivery.models.texts import SubmittedPart, TextAlarm, TextTally

__all__ = [
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
