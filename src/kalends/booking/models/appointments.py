from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from kalends.foundation.actor import ChannelKind
from kalends.foundation.database.fields import InstantRange, UuidRange
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Status(models.TextChoices):
    PENDING = "pending"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


ACTIVE = (Status.PENDING, Status.BOOKED, Status.CONFIRMED)


class CancelledBy(models.TextChoices):
    PATIENT = "patient"
    STAFF = "staff"
    PARTNER = "partner"
    SYSTEM = "system"


class Appointment(TenantModel):
    """Who comes when, to whom, for what. Wall time and zone are the truth; the instants are derived from them."""

    contact_id = models.UUIDField()
    contact = TenantForeignKey("contacts.Contact", column="contact_id", related_name="appointments")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="appointments")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    local_day = models.DateField()
    local_minute = models.PositiveSmallIntegerField(help_text="Wall clock, minutes after midnight")
    fold = models.PositiveSmallIntegerField(default=0, help_text="1: the second of two equal wall times")
    status = models.CharField(max_length=12, choices=Status, default=Status.BOOKED)
    cancelled_by = models.CharField(max_length=8, choices=CancelledBy, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why the patient comes, in their words")
    source = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ChannelKind])
    language = models.CharField(max_length=8)
    price_minor = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    moves = models.PositiveSmallIntegerField(default=0, help_text="By the patient")
    sequence = models.PositiveIntegerField(default=0, help_text="iCalendar SEQUENCE: counts moves and the cancelling")
    version = models.PositiveIntegerField(default=1, help_text="Counts every change")
    link_seed = models.BinaryField(max_length=16)
    link_hash = models.BinaryField(max_length=32)
    link_revoked_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField()
    status_since = models.DateTimeField(null=True, help_text="When the state changed; none: never since booked")
    approve_by = models.DateTimeField(null=True, help_text="A request: it expires then, as its place does")
    remark = models.CharField(max_length=500, blank=True, help_text="What staff tell the practitioner")
    is_overbooked = models.BooleanField(default=False)
    overbooking_reason = models.CharField(max_length=200, blank=True)
    series_id = models.UUIDField(null=True)
    series = TenantForeignKey("booking.Series", column="series_id", related_name="appointments", null=True)
    hold_id = models.UUIDField(
        null=True, editable=False, help_text="The hold it was booked with: sent twice, it is booked once"
    )
    overlap_allowed = models.BooleanField(default=False, help_text="Staff knew that the patient has two visits at once")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="visit_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(name="cancelled_says_by_whom", condition=Q(status="cancelled") ^ Q(cancelled_by="")),
            models.CheckConstraint(
                name="overbooked_says_why", condition=Q(is_overbooked=False) ^ ~Q(overbooking_reason="")
            ),
            models.CheckConstraint(
                name="a_request_has_an_end", condition=~Q(status="pending") | Q(approve_by__isnull=False)
            ),
            ExclusionConstraint(
                name="nobody_is_in_two_places",
                expressions=[
                    (UuidRange(F("contact_id"), F("contact_id"), Value("[]")), RangeOperators.OVERLAPS),
                    (InstantRange(F("starts_at"), F("ends_at"), Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["pending", "booked", "confirmed", "arrived"], overlap_allowed=False),
            ),
            models.UniqueConstraint(name="appointment_link_is_unique", fields=["organization", "link_hash"]),
            models.UniqueConstraint(name="a_hold_is_booked_once", fields=["organization", "hold_id"]),
        ]
        indexes = [
            models.Index(name="appointment_by_time", fields=["organization", "schedule_id", "starts_at"]),
            models.Index(name="appointment_by_day", fields=["organization", "local_day"]),
            models.Index(
                name="appointment_by_series", fields=["organization", "series_id"], condition=Q(series_id__isnull=False)
            ),
            models.Index(
                name="appointment_open_by_day",
                fields=["organization", "local_day"],
                condition=Q(status__in=["pending", "booked", "confirmed", "arrived"]),
            ),
            # Few at a time, and counted for the menu of every page.
            models.Index(
                name="appointment_pending_by_end", fields=["organization", "approve_by"], condition=Q(status="pending")
            ),
            models.Index(name="appointment_by_contact", fields=["organization", "contact_id", "starts_at"]),
        ]

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE


class HistoryEntry(TenantModel):
    """One change of an appointment. Append-only by privilege."""

    organization = organization_key("history_entries")
    append_only = True

    appointment_id = models.UUIDField()
    appointment = TenantForeignKey("booking.Appointment", column="appointment_id", related_name="history")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, help_text="booked, moved, cancelled, confirmed, status")
    actor_kind = models.CharField(max_length=12)
    actor_label = models.CharField(max_length=200)
    role = models.CharField(max_length=24)
    channel = models.CharField(max_length=12)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="history_by_appointment", fields=["organization", "appointment_id", "at"])]
