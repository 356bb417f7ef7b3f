from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Followed(TenantModel):
    """What followed to the record that was kept when two became one, so that exactly this can go back."""

    organization = organization_key("followed")
    id = None
    pk = models.CompositePrimaryKey("organization_id", "merge_id")
    merge_id = models.UUIDField()
    merge = TenantForeignKey("contacts.Merge", column="merge_id", related_name="followed")
    appointments = ArrayField(models.UUIDField())
    waitlist = ArrayField(models.UUIDField())
    series = ArrayField(models.UUIDField())
