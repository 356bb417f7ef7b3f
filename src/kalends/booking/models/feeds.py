from __future__ import annotations

from django.db import models

from kalends.foundation.database.models import TenantForeignKey, TenantModel


class Feed(TenantModel):
    """A secret address at which calendar programs read one schedule. Without names, unless that was allowed."""

    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="feeds")
    label = models.CharField(max_length=120, blank=True, help_text="Who reads it")
    shows_names = models.BooleanField(default=False)
    seed = models.BinaryField(max_length=16, help_text="The secret is derived from it and the installation's key")
    secret_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    last_read_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(name="feed_secret_is_unique", fields=["organization", "secret_hash"])]
        indexes = [models.Index(name="feed_by_schedule", fields=["organization", "schedule_id"])]
