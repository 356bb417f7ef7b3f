"""The waiting list: joining and leaving it, offering freed times, answering offers."""

from kalends.booking.operations.waiting.answers import accept, decline, expire, leave, withdraw
from kalends.booking.operations.waiting.entries import edit, end_old, join
from kalends.booking.operations.waiting.offers import offer, offer_freed, offer_place

__all__ = [
    "accept",
    "decline",
    "edit",
    "end_old",
    "expire",
    "join",
    "leave",
    "offer",
    "offer_freed",
    "offer_place",
    "withdraw",
]
