from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel


class Schedule(TenantModel):
    """A bookable time line of one provider at one location (FHIR Schedule)."""

    name = models.CharField(max_length=200)
    provider_id = models.UUIDField()
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="schedules")
    location_id = models.UUIDField()
    location = TenantForeignKey("organizations.Location", column="location_id", related_name="schedules")
    time_zone = models.CharField(max_length=64, help_text="The location's")
    step_minutes = models.PositiveSmallIntegerField(default=15, help_text="Distance between two starts")
    capacity = models.PositiveSmallIntegerField(default=1, help_text="More than 1: group visits")
    overbooking_limit = models.PositiveSmallIntegerField(default=1)
    weight = models.PositiveSmallIntegerField(
        default=100, help_text="Its share of visits with any practitioner, in per cent of a full one"
    )
    priority = models.PositiveSmallIntegerField(default=0, help_text="Among equal shares, the highest comes first")
    is_active = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True, help_text="For staff: what an import could not understand")
    version = models.PositiveIntegerField(default=1, help_text="Counts edits of the opening hours")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="schedule_name_is_unique_in_its_organization", fields=["organization", "name"]
            ),
            models.CheckConstraint(name="step_is_5_to_240_minutes", condition=Q(step_minutes__range=(5, 240))),
            models.CheckConstraint(name="weight_is_1_to_1000", condition=Q(weight__range=(1, 1000))),
            models.CheckConstraint(name="overbooking_is_at_most_20", condition=Q(overbooking_limit__lte=20)),
            models.CheckConstraint(name="capacity_is_1_to_500", condition=Q(capacity__range=(1, 500))),
        ]
        indexes = [models.Index(name="schedule_by_provider", fields=["organization", "provider_id"])]

    def __str__(self) -> str:
        return self.name


class Revision(TenantModel):
    """Counts every change of what decides free times in an organization; triggers of the database keep it.

    Processes keep what they have read under this number, so they read it again exactly when it changed.
    """

    id = None
    pk = models.CompositePrimaryKey("organization_id", "kind")
    kind = models.CharField(max_length=12, default="agenda")
    number = models.BigIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(name="revision_grows", condition=Q(number__gte=1))]
