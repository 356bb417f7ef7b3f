from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import DurationField, F, Q, Value

from kalends.foundation.database.fields import InstantRange, IntRange, UuidRange
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Occupancy(TenantModel):
    """A place that is taken: one seat of a schedule for a time, buffers included.

    Appointments, holds, offers and blocks sit here. The appointment is the record, this is the place: cancelling
    deletes the place and keeps the appointment.
    """

    organization = organization_key("occupancies")
    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="occupancies")
    seat = models.SmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        null=True, help_text="A hold, an offer, a request that waits for approval; none: firm"
    )
    holder_id = models.UUIDField(help_text="The appointment, hold, offer or block that sits here")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="seat_is_1_or_more", condition=Q(seat__gte=1)),
            models.CheckConstraint(name="place_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            # Free times look back exactly this far (queries/free_times.py, LONGEST_PLACE).
            models.CheckConstraint(
                name="place_lasts_at_most_40_hours",
                condition=Q(ends_at__lte=F("starts_at") + Value(timedelta(hours=40), DurationField())),
            ),
            ExclusionConstraint(
                name="no_two_in_one_place",
                expressions=[
                    (UuidRange(F("schedule_id"), F("schedule_id"), Value("[]")), RangeOperators.OVERLAPS),
                    (IntRange(F("seat"), F("seat"), Value("[]")), RangeOperators.OVERLAPS),
                    (InstantRange(F("starts_at"), F("ends_at"), Value("[)")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                name="occupancy_by_time",
                fields=["organization", "schedule_id", "starts_at"],
                include=["ends_at", "seat", "expires_at"],
            ),
            models.Index(name="occupancy_by_holder", fields=["organization", "holder_id"]),
        ]


class Block(TenantModel):
    """Busy without a patient, or reserved ahead for one (grey); imported busy times carry their source's UID."""

    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    is_pre_reservation = models.BooleanField(default=False)
    source_uid = models.CharField(max_length=255, blank=True)
    subscription_id = models.UUIDField(null=True)
    subscription = TenantForeignKey("agenda.Subscription", column="subscription_id", related_name="blocks", null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="block_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at")))
        ]
        indexes = [
            models.Index(name="block_by_time", fields=["organization", "schedule_id", "starts_at"]),
            models.Index(
                name="block_by_subscription",
                fields=["organization", "subscription_id"],
                condition=Q(subscription_id__isnull=False),
            ),
        ]
