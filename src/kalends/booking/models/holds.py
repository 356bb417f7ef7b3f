from __future__ import annotations

from django.db import models

from kalends.foundation.database.models import TenantForeignKey, TenantModel


class Hold(TenantModel):
    """A time kept for somebody who fills in the form. It is no appointment; its place expires by itself."""

    schedule_id = models.UUIDField()
    schedule = TenantForeignKey("agenda.Schedule", column="schedule_id", related_name="holds")
    service_id = models.UUIDField()
    service = TenantForeignKey("agenda.Service", column="service_id", related_name="holds")
    starts_at = models.DateTimeField()
    visitor = models.BinaryField(
        max_length=32, help_text="Hash of what tells visitors apart: at most 3 live holds each"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    chosen = models.JSONField(null=True, help_text="Why this schedule, where any practitioner would have done")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="hold_by_visitor", fields=["organization", "visitor", "expires_at"])]
