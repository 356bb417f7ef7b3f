"""The waiting list: who waits for what, what was offered to whom, and who was passed over."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class EntryStatus(models.TextChoices):
    WAITING = "waiting"
    BOOKED = "booked"  # an offer was accepted, or staff booked
    WITHDRAWN = "withdrawn"  # by the person or by staff
    EXPIRED = "expired"  # its last day has passed


class WaitlistEntry(TenantModel):
    """Somebody who waits for a time. The window is of wall time; `to_minute` may pass midnight (up to 2880)."""

    organization = organization_key("waitlist")
    contact_id = models.UUIDField()
    contact = TenantForeignKey("contacts.Contact", column="contact_id", related_name="waitlist")
    services = ArrayField(models.UUIDField(), help_text="Any of these")
    schedules = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Any of these; empty: all")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="ISO; empty: all")
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_minute = models.PositiveSmallIntegerField(default=1440)
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="Included")
    note = models.CharField(max_length=500, blank=True)
    rank = models.SmallIntegerField(default=0, help_text="The highest first; then who waits longest")
    keeps_id = models.UUIDField(null=True, help_text="The later visit that accepting an offer moves")
    keeps = TenantForeignKey("booking.Appointment", column="keeps_id", related_name="kept_by", null=True)
    most_a_day = models.PositiveSmallIntegerField(default=1, help_text="Offers")
    most_in_all = models.PositiveSmallIntegerField(default=3, help_text="Offers")
    status = models.CharField(max_length=9, choices=EntryStatus, default=EntryStatus.WAITING)
    status_since = models.DateTimeField(null=True)
    language = models.CharField(max_length=8)
    source = models.CharField(max_length=12)
    link_seed = models.BinaryField(max_length=16)
    link_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="waiting_window_runs_forward",
                condition=Q(from_minute__lt=F("to_minute"), from_minute__range=(0, 1439), to_minute__lte=2880),
            ),
            models.CheckConstraint(name="waiting_days_run_forward", condition=Q(valid_from__lte=F("valid_until"))),
            models.CheckConstraint(name="waits_for_something", condition=~Q(services=[])),
            models.UniqueConstraint(name="waiting_link_is_unique", fields=["organization", "link_hash"]),
        ]
        indexes = [
            models.Index(
                name="waiting_in_order",
                fields=["organization", "-rank", "created_at", "id"],
                condition=Q(status="waiting"),
            ),
            models.Index(name="waiting_by_contact", fields=["organization", "contact_id"]),
        ]


class OfferStatus(models.TextChoices):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # by staff


class Offer(TenantModel):
    """A time kept for one waiting person alone, until `expires_at`. Its place stands in the agenda's occupancy."""

    entry_id = models.UUIDField()
    entry = TenantForeignKey("booking.WaitlistEntry", column="entry_id", related_name="offers")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="offers")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="offers")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_on = models.DateField(help_text="Local day of the organization: offers are counted by it")
    expires_at = models.DateTimeField()
    by_phone = models.BooleanField(default=False, help_text="Staff call; nothing is sent")
    told_by = models.CharField(
        max_length=8, default="email", help_text="Medium: email, sms; means nothing by telephone"
    )
    status = models.CharField(max_length=9, choices=OfferStatus, default=OfferStatus.OPEN)
    status_since = models.DateTimeField(null=True)
    link_seed = models.BinaryField(max_length=16)
    link_hash = models.BinaryField(max_length=32)
    appointment_id = models.UUIDField(null=True, help_text="What accepting made or moved")
    appointment = TenantForeignKey("booking.Appointment", column="appointment_id", related_name="offers", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="offer_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(name="offer_ends_before_the_visit", condition=Q(expires_at__lte=F("starts_at"))),
            models.UniqueConstraint(
                name="one_open_offer_per_entry", fields=["organization", "entry_id"], condition=Q(status="open")
            ),
            models.UniqueConstraint(name="offer_link_is_unique", fields=["organization", "link_hash"]),
        ]
        indexes = [
            models.Index(name="offer_by_entry", fields=["organization", "entry_id", "made_on"]),
            models.Index(name="offer_by_time", fields=["organization", "schedule_id", "starts_at"]),
            models.Index(name="offer_open", fields=["organization", "expires_at"], condition=Q(status="open")),
        ]


class PassedOver(TenantModel):
    """A waiting person who did not get a freed time, and why. Append-only by privilege."""

    organization = organization_key("passed_over")
    append_only = True

    entry_id = models.UUIDField()
    entry = TenantForeignKey("booking.WaitlistEntry", column="entry_id", related_name="passed_over")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="passed_over")
    starts_at = models.DateTimeField()
    at = models.DateTimeField()
    why = models.CharField(max_length=24)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="passed_over_by_entry", fields=["organization", "entry_id", "at"])]
