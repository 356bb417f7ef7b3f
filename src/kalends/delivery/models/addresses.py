"""Addresses at which nothing is wanted, or nothing arrives."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.delivery.models.deliveries import Medium
from kalends.foundation.database.models import TenantModel, organization_key


class Covers(models.TextChoices):
    ALL = "all"
    UNASKED = "unasked"  # reminders and offers; confirmations, changes and cancellations still come


class OptOut(TenantModel):
    """Whoever has this address wants nothing more by this medium. Kept when it ends, with its dates."""

    organization = organization_key("opt_outs")
    medium = models.CharField(max_length=8, choices=Medium)
    address = models.CharField(max_length=254, help_text="E.164, or an e-mail address in lower case")
    since = models.DateTimeField()
    words = models.CharField(max_length=160, blank=True, help_text="What they answered")
    by_label = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    covers = models.CharField(max_length=8, choices=Covers, default=Covers.ALL)
    is_stranger = models.BooleanField(default=False, help_text="Says not to be whom we meant (TEL-08)")
    looked_after_at = models.DateTimeField(null=True, help_text="Somebody has seen to whose address this is not")
    looked_after_by = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_opt_out_at_a_time", fields=["organization", "medium", "address"], condition=Q(ended_at=None)
            )
        ]
        indexes = [
            models.Index(
                name="stranger_to_look_after",
                fields=["organization", "since"],
                condition=Q(is_stranger=True, ended_at=None, looked_after_at=None),
            )
        ]


class DeadAddress(TenantModel):
    """Mails to this address came back for good. Nothing goes there until somebody ends it; kept with its dates."""

    organization = organization_key("dead_addresses")
    address = models.CharField(max_length=254, help_text="In lower case")
    since = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, help_text="5.1.1 no such user")
    delivery_id = models.UUIDField(help_text="What came back")
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_address_is_dead_once", fields=["organization", "address"], condition=Q(ended_at=None)
            )
        ]
