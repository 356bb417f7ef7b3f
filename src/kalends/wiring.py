"""When this happens, do that."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete

from kalends.agenda import changes
from kalends.agenda import operations as agenda
from kalends.agenda.events import RequirementsChanged
from kalends.audit import operations as audit
from kalends.booking import operations as booking
from kalends.booking.events import (
    AppointmentApproved,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
    AppointmentRetimed,
    OfferMade,
    OfferWithdrawn,
    PlaceFreed,
    SeriesBooked,
    SeriesCancelled,
    WaitingListJoined,
)
from kalends.booking.operations import waiting
from kalends.booking.operations.supplying import supply_visits
from kalends.contacts.events import AddressesChanged, ConsentChanged, ContactsMerged, LanguageChanged, MergeUndone
from kalends.delivery import letters
from kalends.delivery.events import SenderAsked, TextsStopped
from kalends.foundation import events
from kalends.foundation.database import telling, tenancy
from kalends.notifications import operations as notifications
from kalends.notifications import paying
from kalends.notifications.institution import deadlines
from kalends.notifications.institution import telling as institution
from kalends.notifications.institution.copies import CopyLetters, kind_of_copy
from kalends.notifications.institution.letters import InstitutionLetters
from kalends.notifications.institution.payment_letters import PaymentLetters
from kalends.notifications.reminders import withdrawing
from kalends.notifications.reminders.letters import ReminderLetters
from kalends.notifications.reminders.unconfirmed import UnconfirmedLetters
from kalends.notifications.texts import Kind
from kalends.notifications.texts.appointments import AppointmentLetters
from kalends.notifications.texts.fax import FirstPageLetters
from kalends.notifications.texts.invitations import InvitationLetters
from kalends.notifications.texts.practitioners import PractitionerLetters
from kalends.notifications.texts.senders import SenderLetters
from kalends.notifications.texts.series import SeriesLetters
from kalends.notifications.texts.text_alarms import TextAlarmLetters
from kalends.notifications.texts.waiting import OfferLetters, WaitingLetters
from kalends.organizations.events import Acted, InvitationMade, LocationZoneChanged
from kalends.payments import operations as payments
from kalends.payments.events import PaymentOwedAgain, PaymentSettled
from kalends.payments.purse import Purse


def connect() -> None:
    """Called once, when all capabilities are ready."""
    events.listen(AppointmentBooked, payments.ask)
    events.listen(AppointmentBooked, notifications.confirm_booking)
    events.listen(AppointmentBooked, notifications.note_added)
    events.listen(AppointmentBooked, institution.note_booked)
    events.listen(RequirementsChanged, supply_visits)
    events.listen(AppointmentApproved, payments.ask)
    events.listen(AppointmentApproved, notifications.confirm_booking)
    events.listen(AppointmentApproved, institution.note_booked)
    events.listen(AppointmentRestored, payments.ask_again)
    events.listen(AppointmentRestored, notifications.confirm_booking)
    events.listen(AppointmentRestored, notifications.note_added)
    events.listen(AppointmentRestored, institution.note_booked)
    events.listen(AppointmentRestored, institution.withdraw_cancellation)
    events.listen(AppointmentRefused, payments.drop)
    events.listen(AppointmentRefused, notifications.tell_refused)
    events.listen(AppointmentRefused, notifications.note_deleted)
    events.listen(AppointmentRefused, institution.note_cancelled)
    events.listen(AppointmentMoved, payments.follow_move)
    events.listen(AppointmentMoved, notifications.tell_moved)
    events.listen(AppointmentMoved, notifications.note_moved)
    events.listen(AppointmentMoved, institution.note_moved)
    events.listen(AppointmentCancelled, payments.drop)
    events.listen(AppointmentCancelled, notifications.tell_cancelled)
    events.listen(AppointmentCancelled, notifications.note_deleted)
    events.listen(AppointmentCancelled, institution.note_cancelled)
    events.listen(PlaceFreed, waiting.offer_freed)
    events.listen(WaitingListJoined, notifications.tell_waiting)
    events.listen(OfferMade, notifications.tell_offer)
    events.listen(OfferWithdrawn, notifications.tell_offer_withdrawn)
    events.listen(ContactsMerged, booking.follow_merge)
    events.listen(MergeUndone, booking.follow_undone_merge)
    events.listen(LanguageChanged, booking.follow_language)
    events.listen(AddressesChanged, notifications.follow_addresses)
    events.listen(SeriesBooked, notifications.tell_series)
    events.listen(SeriesBooked, notifications.note_series_added)
    events.listen(SeriesBooked, institution.note_series_booked)
    events.listen(SeriesCancelled, notifications.tell_series)
    events.listen(SeriesCancelled, notifications.note_series_deleted)
    events.listen(SeriesCancelled, institution.note_series_cancelled)
    events.listen(AppointmentCancelled, withdrawing.withdraw)
    events.listen(AppointmentConfirmed, withdrawing.withdraw)
    events.listen(AppointmentMoved, withdrawing.withdraw)
    events.listen(AppointmentRetimed, payments.follow_move)
    events.listen(AppointmentRetimed, withdrawing.withdraw)
    events.listen(AppointmentRefused, withdrawing.withdraw)
    events.listen(AppointmentRestored, withdrawing.withdraw)
    events.listen(SeriesCancelled, withdrawing.withdraw_series)
    events.listen(ConsentChanged, withdrawing.withdraw_unwanted)
    events.listen(PaymentSettled, _forget_deadline)
    events.listen(PaymentOwedAgain, _tell_deadline_again)
    paying.asked_of(Purse())
    events.listen(Acted, _trace)
    events.listen(Acted, _ask_watchers_again)
    events.listen(LocationZoneChanged, _move_schedules_along)
    events.listen(InvitationMade, notifications.send_invitation)
    events.listen(SenderAsked, notifications.ask_sender)
    events.listen(TextsStopped, notifications.tell_texts_stopped)
    for kind, writer in _to_patients():
        letters.written_by(kind, writer, reached=notifications.reached_now)
        letters.written_by(kind_of_copy(kind), CopyLetters(writer))
    for kind in (Kind.NOTICE_ADDED, Kind.NOTICE_MOVED, Kind.NOTICE_DELETED):
        letters.written_by(kind, PractitionerLetters(), to_staff=True)
    letters.written_by(Kind.NOTICE_UNCONFIRMED, UnconfirmedLetters(), to_staff=True)
    letters.written_by(letters.FIRST_PAGE, FirstPageLetters())
    for kind in (
        Kind.INSTITUTION_BOOKED,
        Kind.INSTITUTION_APPROVED,
        Kind.INSTITUTION_MOVED,
        Kind.INSTITUTION_CANCELLED,
    ):
        letters.written_by(kind, InstitutionLetters())
    letters.written_by(Kind.INSTITUTION_PAYMENT, PaymentLetters())
    letters.written_by(Kind.INVITATION, InvitationLetters())
    letters.written_by(Kind.SENDER, SenderLetters())
    letters.written_by(Kind.TEXTS_STOPPED, TextAlarmLetters(), to_staff=True)
    telling.where_nobody_hears(changes.count)
    post_delete.connect(_ask_who_signed_out, sender=Session, dispatch_uid="live")


def _to_patients() -> Iterator[tuple[Kind, letters.Writer]]:
    """What patients receive, of which the institution can have blind copies."""
    for kind in (Kind.BOOKED, Kind.ASKED, Kind.REFUSED, Kind.MOVED, Kind.CANCELLED):
        yield kind, AppointmentLetters()
    for kind in (Kind.OFFER, Kind.OFFER_WITHDRAWN):
        yield kind, OfferLetters()
    yield Kind.WAITING, WaitingLetters()
    for kind in (Kind.SERIES, Kind.SERIES_CANCELLED):
        yield kind, SeriesLetters()
    yield Kind.REMINDER, ReminderLetters()
    yield Kind.PAYMENT_DUE, PaymentLetters()


def _forget_deadline(event: PaymentSettled) -> None:
    payment = event.payment
    deadlines.withdraw(payment.organization, payment.id, now=tenancy.current().now)


def _tell_deadline_again(event: PaymentOwedAgain) -> None:
    deadlines.owe_again(event.payment.organization, event.payment.id)


def _trace(event: Acted) -> None:
    audit.record_about(
        event.act,
        organization_id=event.organization_id,
        kind=event.kind,
        subject_id=event.subject_id,
        by=event.by,
        now=event.now,
        before=event.before,
        after=event.after,
    )


def _ask_watchers_again(event: Acted) -> None:
    """Open agendas close at once for whoever may no longer see them (AUT-04)."""
    if event.kind == "membership":
        changes.tell_access(event.organization_id)


def _ask_who_signed_out(instance: Session, **_: object) -> None:
    person = instance.get_decoded().get(SESSION_KEY)
    if person:
        telling.tell(UUID(person))


def _move_schedules_along(event: LocationZoneChanged) -> None:
    agenda.follow_location(event.location, by=event.by, now=event.now)
