"""What is kept of text messages beside their deliveries: what networks call them, how many have left, alarms."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.delivery.walls import Wall
from kalends.foundation.database.models import TenantModel, new_id, organization_key


class SubmittedPart(models.Model):
    """What an SMS centre calls a part of a text message: its receipts name nothing else, so it is looked up before
    the organization is known. Kept as long as receipts may come."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.CharField(max_length=200)
    number = models.CharField(max_length=65)
    organization_id = models.UUIDField()
    delivery_id = models.UUIDField()
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="submitted_part_by_number", fields=["centre", "number", "-at"]),
            models.Index(name="submitted_part_by_time", fields=["at"]),
        ]


class TextTally(models.Model):
    """A text message that was let go, as long as it is counted. Of the numbers only what tells them apart is kept,
    so that one number can be counted over all organizations and nobody reads it here."""

    delivery_id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    number = models.UUIDField()
    prefix = models.UUIDField()
    is_new = models.BooleanField()
    by_number = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="texts_to_a_number", fields=["number", "at"]),
            models.Index(name="texts_of_an_organization", fields=["organization_id", "at"]),
        ]


class TextAlarm(TenantModel):
    """Text messages were stopped at a wall (walls.py); open until an administrator has seen it."""

    organization = organization_key("text_alarms")
    wall = models.CharField(max_length=8, choices=[(wall.value, wall.value) for wall in Wall])
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    stopped = models.PositiveIntegerField()
    seen_at = models.DateTimeField(null=True)
    by_label = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_alarm_of_a_wall_at_a_time",
                fields=["organization", "wall"],
                condition=Q(seen_at=None),
            )
        ]
