from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kalends.foundation.actor import ChannelKind
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key

REQUIRABLE_FIELDS = ("email", "phone", "birth_date", "address", "postcode", "town", "remark", "reason")


class Visibility(models.TextChoices):
    ONLINE = "online"
    BY_PHONE = "phone"  # shown with a text, not bookable
    HIDDEN = "hidden"


class PaymentDue(models.TextChoices):
    """Until when a patient pays, if before the visit."""

    NOT_BEFORE = ""
    BEFORE = "before"  # so many hours before the visit
    AFTER = "after"  # so many hours after booking


class Service(TenantModel):
    """What is booked: an examination or visit type. All minutes are real minutes."""

    names = models.JSONField(help_text='By language: {"fr": "Consultation"}')
    category = models.CharField(max_length=120, blank=True)
    duration = models.PositiveSmallIntegerField()
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    price_minor = models.PositiveIntegerField(null=True, blank=True, help_text="In minor units of the currency")
    preparation = models.JSONField(default=dict, blank=True, help_text="By language")
    phone_text = models.JSONField(default=dict, blank=True, help_text="By language: shown when booked by phone only")
    colour = models.PositiveSmallIntegerField(default=1)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.ONLINE)
    notice_minutes = models.PositiveIntegerField(default=60)
    horizon_days = models.PositiveSmallIntegerField(default=90)
    same_day_release = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Minutes after midnight")
    cancel_cutoff_hours = models.PositiveSmallIntegerField(default=24)
    move_cutoff_hours = models.PositiveSmallIntegerField(default=24)
    max_moves = models.PositiveSmallIntegerField(default=3)
    max_active_per_person = models.PositiveSmallIntegerField(default=3)
    new_patients = models.BooleanField(default=True)
    required_fields = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    needs_approval = models.BooleanField(default=False, help_text="Patients ask; staff approve")
    approval_hours = models.PositiveSmallIntegerField(default=48, help_text="How long a request keeps its time")
    payment_due = models.CharField(max_length=6, choices=PaymentDue, default="", blank=True)
    payment_hours = models.PositiveSmallIntegerField(default=24)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="duration_is_5_minutes_to_24_hours", condition=Q(duration__range=(5, 1440))),
            models.CheckConstraint(
                name="buffers_are_at_most_8_hours", condition=Q(buffer_before__lte=480, buffer_after__lte=480)
            ),
            models.CheckConstraint(
                name="approval_takes_1_hour_to_30_days", condition=Q(approval_hours__range=(1, 720))
            ),
            models.CheckConstraint(
                name="payment_is_due_1_hour_to_90_days", condition=Q(payment_hours__range=(1, 2160))
            ),
            models.CheckConstraint(name="colour_is_1_to_8", condition=Q(colour__range=(1, 8))),
            models.CheckConstraint(name="horizon_is_at_most_two_years", condition=Q(horizon_days__lte=731)),
            models.CheckConstraint(
                name="release_is_within_a_day",
                condition=Q(same_day_release=None) | Q(same_day_release__lt=1440),
            ),
        ]

    def name_in(self, language: str) -> str:
        return _in_language(self.names, language)

    def preparation_in(self, language: str) -> str:
        return _in_language(self.preparation, language)


class Offering(TenantModel):
    """A service on a schedule, with its own duration, price and buffers where they differ (None: the service's)."""

    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="offerings")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="offerings")
    duration = models.PositiveSmallIntegerField(null=True, blank=True)
    buffer_before = models.PositiveSmallIntegerField(null=True, blank=True)
    buffer_after = models.PositiveSmallIntegerField(null=True, blank=True)
    price_minor = models.PositiveIntegerField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_schedule_offers_a_service_once", fields=["organization", "schedule_id", "service_id"]
            )
        ]


class Channel(TenantModel):
    """Where bookings come from. One row each for website, phone, staff and API; a partnership adds its own."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ChannelKind])
    is_open = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(name="one_channel_of_a_kind", fields=["organization", "kind"])]


class ChannelService(TenantModel):
    """A tick: this service may be booked through this channel."""

    organization = organization_key("channel_services")
    channel_id = models.UUIDField()
    channel = TenantForeignKey("agenda.Channel", column="channel_id", related_name="ticks")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="ticks")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_service_is_ticked_once", fields=["organization", "channel_id", "service_id"]
            )
        ]


def _in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
