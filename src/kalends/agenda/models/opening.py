from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Weeks(models.TextChoices):
    ALL = "all"
    ODD = "odd"  # by ISO week number
    EVEN = "even"


class OpeningRule(TenantModel):
    """Open every week from one wall-clock minute to another, in the schedule's zone."""

    organization = organization_key("opening_rules")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="opening_rules")
    weekday = models.PositiveSmallIntegerField(help_text="ISO: 1 is Monday")
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField(help_text="1440 is midnight at the end of the day")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="Included")
    weeks = models.CharField(max_length=4, choices=Weeks, default=Weeks.ALL)
    services = ArrayField(models.UUIDField(), default=list, blank=True, help_text="Only these; empty: all")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="weekday_is_1_to_7", condition=Q(weekday__range=(1, 7))),
            models.CheckConstraint(
                name="opens_before_it_closes",
                condition=Q(from_minute__lt=F("to_minute"), to_minute__lte=1440),
            ),
        ]
        indexes = [models.Index(name="opening_rule_by_schedule", fields=["organization", "schedule_id"])]


class DayOverride(TenantModel):
    """Replaces the opening hours of one local date; no periods: closed."""

    organization = organization_key("day_overrides")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="overrides")
    day = models.DateField()
    periods = models.JSONField(default=list, help_text="[[from minute, to minute], ...]")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_day_is_overridden_once", fields=["organization", "schedule_id", "day"])
        ]


class Closure(TenantModel):
    """Closed from one wall-clock moment to another; of one schedule, or (none given) of the whole organization."""

    schedule_id = models.UUIDField(null=True, blank=True)
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="closures", null=True)
    from_day = models.DateField()
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_day = models.DateField()
    to_minute = models.PositiveSmallIntegerField(default=1440)
    reason = models.CharField(max_length=200, blank=True)
    is_public_holiday = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="closure_begins_before_it_ends",
                condition=Q(from_day__lt=F("to_day")) | Q(from_day=F("to_day"), from_minute__lt=F("to_minute")),
            ),
            models.CheckConstraint(
                name="closure_minutes_are_of_a_day", condition=Q(from_minute__lt=1440, to_minute__lte=1440)
            ),
        ]
        indexes = [models.Index(name="closure_by_end", fields=["organization", "to_day"])]
