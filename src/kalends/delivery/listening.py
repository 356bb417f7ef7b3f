"""What networks bring on lines of our own, given on to whom it concerns. Opens its own transactions."""

from __future__ import annotations

from kalends.delivery import operations
from kalends.foundation.actor import system

BY = system("sms network")


class Listening:
    def receipt(self, centre: str, number: str, *, says: str, reason: str) -> bool:
        """Of the part that `centre` calls so. False if it is none of ours, or not written down yet."""
        return operations.take_networks_receipt(centre, number, says=says, reason=reason, by=BY)

    def reply(self, sender: str, message: str) -> None:
        """What somebody wrote back."""
        operations.take_reply(sender, message.replace("\0", ""), by=BY)
