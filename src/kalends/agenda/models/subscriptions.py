"""Foreign calendars whose events make a schedule busy."""

from __future__ import annotations

from django.db import models

from kalends.foundation.database.models import TenantForeignKey, TenantModel


class SubscriptionKind(models.TextChoices):
    ICS = "ics"
    CALDAV = "caldav"


class Subscription(TenantModel):
    """One foreign calendar, read again and again; it is never written to. Its events are blocks of the schedule."""

    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="subscriptions")
    kind = models.CharField(max_length=8, choices=SubscriptionKind, default=SubscriptionKind.ICS)
    url = models.CharField(max_length=1000)
    username = models.CharField(max_length=200, blank=True)
    sealed_password = models.BinaryField(blank=True, default=b"", help_text="Sealed with the installation's key")
    etag = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, help_text="When it was last asked")
    fresh_at = models.DateTimeField(null=True, help_text="When it last answered well: stale since then")
    failure = models.CharField(max_length=200, blank=True, help_text="Why it could not be read, in a sentence")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="subscription_by_schedule", fields=["organization", "schedule_id"])]
