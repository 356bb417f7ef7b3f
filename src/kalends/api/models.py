from __future__ import annotations

from django.db import models

from kalends.foundation.database.models import TenantModel, organization_key


class KeptAnswer(TenantModel):
    """The first answer to a creating call with an Idempotency-Key: given again for 24 hours."""

    organization = organization_key("kept_answers")
    caller = models.CharField(max_length=64)
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_key_answers_once", fields=["organization", "caller", "key_hash"])
        ]
        indexes = [models.Index(name="kept_answer_by_time", fields=["kept_at"])]
