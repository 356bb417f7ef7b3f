"""What stands in the letters."""

from enum import StrEnum


class Kind(StrEnum):
    """Stored with each delivery: renaming one needs a migration."""

    BOOKED = "appointment_booked"
    MOVED = "appointment_moved"
    CANCELLED = "appointment_cancelled"
    ASKED = "appointment_asked"
    REFUSED = "appointment_refused"
    SERIES = "series_booked"
    SERIES_CANCELLED = "series_cancelled"
    NOTICE_ADDED = "notice_added"
    NOTICE_MOVED = "notice_moved"
    NOTICE_DELETED = "notice_deleted"
    NOTICE_UNCONFIRMED = "notice_unconfirmed"
    INSTITUTION_BOOKED = "institution_booked"
    INSTITUTION_APPROVED = "institution_approved"
    INSTITUTION_MOVED = "institution_moved"
    INSTITUTION_CANCELLED = "institution_cancelled"
    INSTITUTION_PAYMENT = "institution_payment"
    PAYMENT_DUE = "payment_due"
    INVITATION = "invitation"
    SENDER = "sender_address"
    TEXTS_STOPPED = "texts_stopped"
    WAITING = "waiting_joined"
    OFFER = "waiting_offer"
    OFFER_WITHDRAWN = "waiting_offer_withdrawn"
    REMINDER = "reminder"


TO_PATIENTS = (
    Kind.BOOKED,
    Kind.ASKED,
    Kind.REFUSED,
    Kind.MOVED,
    Kind.CANCELLED,
    Kind.OFFER,
    Kind.OFFER_WITHDRAWN,
    Kind.WAITING,
    Kind.SERIES,
    Kind.SERIES_CANCELLED,
    Kind.REMINDER,
    Kind.PAYMENT_DUE,
)
