"""The agenda options of a provider."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Stepping(models.TextChoices):
    WEEK = "week"  # from Monday
    DAY = "day"  # from today


class NoticeBy(models.TextChoices):
    MESSAGE = "message"  # internal
    EMAIL = "email"
    SMS = "sms"


def _ways() -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(max_length=8, choices=NoticeBy), default=list, blank=True)


def by_email() -> list[str]:
    """A new account confirms to its patients by e-mail: who books is told so."""
    return [NoticeBy.EMAIL.value]


class ProviderOptions(TenantModel):
    """What the account of a practitioner has of its own (CLI-10 to CLI-18, seed 001). No row: as a new one."""

    organization = organization_key("provider_options")
    provider_id = models.UUIDField()
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="options")
    waiting_list = models.BooleanField(default=False)
    waiting_span = models.PositiveSmallIntegerField(
        default=120, help_text="Minutes between the start and the end of the hours that suit a waiting person"
    )
    days_shown = models.PositiveSmallIntegerField(default=7)
    stepping = models.CharField(max_length=4, choices=Stepping, default=Stepping.WEEK)
    notice_added = _ways()
    notice_moved = _ways()
    notice_deleted = _ways()
    immediate_reminder = ArrayField(models.CharField(max_length=8, choices=NoticeBy), default=by_email, blank=True)
    required_fields = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_provider_has_options_once", fields=["organization", "provider_id"]),
            models.CheckConstraint(name="days_shown_are_1_to_7", condition=Q(days_shown__range=(1, 7))),
            models.CheckConstraint(
                name="waiting_span_is_15_minutes_to_24_hours", condition=Q(waiting_span__range=(15, 1440))
            ),
            models.CheckConstraint(
                name="stepping_by_week_from_5_days", condition=Q(stepping="day") | Q(days_shown__gte=5)
            ),
        ]


class NoticeRecipient(TenantModel):
    """A member who is told of a provider's appointments instead of the account's own e-mail address (CLI-16)."""

    organization = organization_key("notice_recipients")
    provider_id = models.UUIDField()
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="notice_recipients")
    membership_id = models.UUIDField()
    membership = TenantForeignKey("organizations.Membership", column="membership_id", related_name="notices_received")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_member_is_told_once", fields=["organization", "provider_id", "membership_id"]
            )
        ]
