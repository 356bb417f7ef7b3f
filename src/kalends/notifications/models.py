"""When patients are reminded, and what was planned; notices that members read here; what the institution is told."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kalends.delivery.models import Medium
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key
from kalends.notifications.institution.rules import LEAST_HOURS, MOST_HOURS, Mode


class ReminderState(models.TextChoices):
    OFF = "off"
    ON = "on"
    NEW = "new"  # for new contacts only


class ReminderBy(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"
    BOTH = "both"
    STAFF = "staff"  # nobody but whoever is told of the account: who has not confirmed


class Unit(models.TextChoices):
    HOURS = "hours"  # elapsed time
    DAYS = "days"  # of the calendar


class Side(models.TextChoices):
    BEFORE = "before"
    AFTER = "after"


class ReminderRule(TenantModel):
    """One reminder of a practitioner's account (CLI-19 to CLI-25). Its number is its identity: what was sent under a
    number is not sent again when the rule changes, goes, or comes back."""

    organization = organization_key("reminder_rules")
    provider_id = models.UUIDField()
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="reminder_rules")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=3, choices=ReminderState, default=ReminderState.OFF)
    medium = models.CharField(max_length=5, choices=ReminderBy, default=ReminderBy.EMAIL)
    side = models.CharField(max_length=6, choices=Side, default=Side.BEFORE)
    amount = models.PositiveSmallIntegerField(default=2)
    unit = models.CharField(max_length=5, choices=Unit, default=Unit.DAYS)
    at_minute = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days only: minutes after midnight; none: at the hour of the visit"
    )
    services = ArrayField(models.UUIDField(), default=list, blank=True, help_text="For these only; empty: all")
    skips_confirmed = models.BooleanField(default=False, help_text="Not once the patient has confirmed")
    sms_supplement = models.CharField(max_length=160, blank=True)
    email_supplement = models.TextField(max_length=2000, blank=True)
    looked_until = models.DateTimeField(
        null=True, editable=False, help_text="Planned up to here; none: it is new or changed, so all is looked at"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_reminder_has_a_number", fields=["organization", "provider_id", "number"]),
            models.CheckConstraint(name="reminder_numbers_are_1_to_20", condition=Q(number__range=(1, 20))),
            models.CheckConstraint(
                name="reminders_within_14_days_by_hours_90_by_days",
                condition=Q(unit="hours", amount__range=(1, 336)) | Q(unit="days", amount__range=(1, 90)),
            ),
            models.CheckConstraint(
                name="a_reminders_hour_is_of_the_day",
                condition=Q(at_minute__isnull=True) | Q(unit="days", at_minute__range=(0, 1439)),
            ),
        ]


class Reminder(TenantModel):
    """That a visit at its time is reminded of once by each rule and medium. Several of one person and day share a
    message. Append-only by privilege."""

    organization = organization_key("reminders")
    append_only = True

    appointment_id = models.UUIDField()
    appointment = TenantForeignKey("booking.Appointment", column="appointment_id", related_name="reminders")
    number = models.PositiveSmallIntegerField(help_text="Of the rule")
    starts_at = models.DateTimeField(help_text="As the visit was planned then: moved, it is reminded of anew")
    medium = models.CharField(max_length=5, choices=[*Medium.choices, ("staff", "staff")])
    message_id = models.UUIDField(help_text="The cause of the delivery; the same for visits told together")
    planned_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_visit_is_reminded_of_once",
                fields=["organization", "appointment_id", "number", "starts_at", "medium"],
            )
        ]
        indexes = [
            # A message is called as one of its reminders, mostly its only one: that is found by its key, others here.
            models.Index(
                name="reminders_told_with_another",
                fields=["organization", "message_id"],
                condition=~Q(message_id=models.F("id")),
            )
        ]


class Notice(TenantModel):
    """An internal message to one member: that something happened in an agenda they are told of (CLI-14).

    Its words are made when it is read, from `kind` and `facts`, in the reader's language.
    """

    organization = organization_key("notices")
    membership_id = models.UUIDField()
    membership = TenantForeignKey("organizations.Membership", column="membership_id", related_name="notices")
    kind = models.CharField(max_length=40)
    cause_id = models.UUIDField(help_text="What it is about: the appointment")
    cause_version = models.PositiveIntegerField(default=0)
    facts = models.JSONField(help_text="As it was when it happened")
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_member_has_a_notice_once",
                fields=["organization", "membership_id", "cause_id", "cause_version", "kind"],
            )
        ]
        indexes = [
            models.Index(name="notices_by_time", fields=["organization", "membership_id", "written_at"]),
            models.Index(
                name="notices_unread", fields=["organization", "membership_id"], condition=Q(read_at__isnull=True)
            ),
        ]


def _addresses() -> ArrayField[Any, Any]:
    return ArrayField(models.CharField(max_length=254), default=list, blank=True)


class NotificationSettings(TenantModel):
    """What an organization itself is told of its bookings (seed 002): one row, read with every booking."""

    organization = organization_key("notification_settings")
    booking_emails = _addresses()
    booking_locations = ArrayField(models.UUIDField(), default=list, blank=True, help_text="These only; empty: all")
    booking_services = ArrayField(models.UUIDField(), default=list, blank=True, help_text="These only; empty: all")
    booking_minimal = models.BooleanField(default=False, help_text="Without who comes and why")
    copies = models.JSONField(default=list, blank=True, help_text="Of what patients get: [{email, on, kinds}]")
    cancellation_emails = _addresses()
    cancellation_mode = models.CharField(
        max_length=5, choices=[(mode.value, mode.value) for mode in Mode], default=Mode.LATE.value
    )
    cancellation_hours = models.PositiveSmallIntegerField(default=24)
    payment_emails = _addresses()
    payment_hours = models.PositiveSmallIntegerField(default=48, help_text="Before the deadline, patients too")
    version = models.PositiveIntegerField(default=0, help_text="Counts each saving")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="an_organization_has_one_set_of_notices", fields=["organization"]),
            models.CheckConstraint(
                name="cancellations_are_told_1_to_720_hours_before",
                condition=Q(cancellation_hours__range=(LEAST_HOURS, MOST_HOURS)),
            ),
            models.CheckConstraint(
                name="deadlines_are_told_1_to_720_hours_before",
                condition=Q(payment_hours__range=(LEAST_HOURS, MOST_HOURS)),
            ),
        ]
