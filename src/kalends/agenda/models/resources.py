"""Rooms and devices: what a visit needs beside its practitioner."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import DurationField, F, Q, Value

from kalends.foundation.database.fields import InstantRange, UuidRange
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class ResourceKind(models.TextChoices):
    ROOM = "room"
    DEVICE = "device"


class Resource(TenantModel):
    """A room or a device of a location. One visit at a time uses it."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=ResourceKind, default=ResourceKind.ROOM)
    location_id = models.UUIDField()
    location = TenantForeignKey("organizations.Location", column="location_id", related_name="resources")
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="resource_name_is_unique_at_its_location", fields=["organization", "location_id", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name


class Requirement(TenantModel):
    """A service needs any one of the requirement's choices; of several requirements it needs each."""

    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="requirements")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="requirement_by_service", fields=["organization", "service_id"])]


class RequirementChoice(TenantModel):
    """A resource that satisfies a requirement; the lowest position that is free is taken."""

    organization = organization_key("requirement_choices")
    requirement_id = models.UUIDField()
    requirement = TenantForeignKey("agenda.Requirement", column="requirement_id", related_name="choices")
    resource_id = models.UUIDField()
    resource = TenantForeignKey("agenda.Resource", column="resource_id", related_name="choices")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_resource_is_chosen_once", fields=["organization", "requirement_id", "resource_id"]
            )
        ]


class ResourceOccupancy(TenantModel):
    """A resource that is taken for a time, buffers included: the place of a visit in a room or at a device."""

    organization = organization_key("resource_occupancies")
    resource_id = models.UUIDField()
    resource = TenantForeignKey("agenda.Resource", column="resource_id", related_name="occupancies")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="As that of the holder's place; none: firm")
    holder_id = models.UUIDField(help_text="The same holder as that of the place on the schedule")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="resource_is_taken_forward", condition=Q(starts_at__lt=F("ends_at"))),
            # As of the places: free times look back exactly this far.
            models.CheckConstraint(
                name="resource_is_taken_at_most_40_hours",
                condition=Q(ends_at__lte=F("starts_at") + Value(timedelta(hours=40), DurationField())),
            ),
            ExclusionConstraint(
                name="no_two_with_one_resource",
                expressions=[
                    (UuidRange(F("resource_id"), F("resource_id"), Value("[]")), RangeOperators.OVERLAPS),
                    (InstantRange(F("starts_at"), F("ends_at"), Value("[)")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                name="resource_taken_by_time",
                fields=["organization", "resource_id", "starts_at"],
                include=["ends_at", "expires_at"],
            ),
            models.Index(name="resource_taken_by_holder", fields=["organization", "holder_id"]),
        ]


class ResourceBlock(TenantModel):
    """A room or device that cannot be used for a time: repair, cleaning. It holds the resource in pieces of a day."""

    resource_id = models.UUIDField()
    resource = TenantForeignKey("agenda.Resource", column="resource_id", related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="resource_block_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at")))
        ]
        indexes = [models.Index(name="resource_block_by_time", fields=["organization", "resource_id", "starts_at"])]
