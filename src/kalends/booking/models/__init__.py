"""Tables of booking, by noun."""

from kalends.booking.models.appointments import ACTIVE, Appointment, CancelledBy, HistoryEntry, Status
from kalends.booking.models.feeds import Feed
from kalends.booking.models.followed import Followed
from kalends.booking.models.holds import Hold
from kalends.booking.models.series import Outcome, Series, SeriesDate, Unit
from kalends.booking.models.waiting import EntryStatus, Offer, OfferStatus, PassedOver, WaitlistEntry

__all__ = [
    "ACTIVE",
    "Appointment",
    "CancelledBy",
    "EntryStatus",
    "Feed",
    "Followed",
    "HistoryEntry",
    "Hold",
    "Offer",
    "OfferStatus",
    "Outcome",
    "PassedOver",
    "Series",
    "SeriesDate",
    "Status",
    "Unit",
    "WaitlistEntry",
]
