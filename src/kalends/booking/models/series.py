from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Unit(models.TextChoices):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Series(TenantModel):
    """Visits asked for together. Each is an appointment of its own: changing one changes no other."""

    organization = organization_key("series")
    contact_id = models.UUIDField()
    contact = TenantForeignKey("contacts.Contact", column="contact_id", related_name="series")
    every = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=5, choices=Unit, default=Unit.WEEK)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(name="series_steps_1_to_52", condition=Q(every__range=(1, 52)))]


class Outcome(models.TextChoices):
    MADE = "made"
    SHIFTED = "shifted"  # made at another time
    SKIPPED = "skipped"  # not made; may be added later
    STOPPED = "stopped"  # not made: the series ended before it


class SeriesDate(TenantModel):
    """A date that the series asked for, and what became of it. Wall time of its schedule."""

    organization = organization_key("series_dates")
    series_id = models.UUIDField()
    series = TenantForeignKey("booking.Series", column="series_id", related_name="dates")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="series_dates")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="series_dates")
    number = models.PositiveSmallIntegerField()
    day = models.DateField()
    minute = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    why = models.CharField(max_length=40, blank=True, help_text="Code of the refusal that stood in the way")
    appointment_id = models.UUIDField(null=True)
    appointment = TenantForeignKey(
        "booking.Appointment", column="appointment_id", related_name="series_dates", null=True
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_series_counts_each_date_once", fields=["organization", "series_id", "number"]
            )
        ]
