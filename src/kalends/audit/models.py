from __future__ import annotations

from django.db import models

from kalends.foundation.database.models import TenantModel, organization_key


class TransactionNumber(models.Func):
    """The number of the writing transaction, as a plain bigint: its comparison may use an index under row security."""

    template = "(pg_current_xact_id()::text)::bigint"
    output_field = models.BigIntegerField()
    arity = 0


class Entry(TenantModel):
    """One act or one look at a patient's data. Append-only by privilege; chained later by the sealer."""

    organization = organization_key("audit_entries")
    append_only = True

    at = models.DateTimeField()
    transaction_number = models.BigIntegerField(db_default=TransactionNumber())
    actor_kind = models.CharField(max_length=12)
    actor_label = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True)
    role = models.CharField(max_length=24, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=45, blank=True)
    act = models.CharField(max_length=60, help_text="appointment:book")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    why = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(name="audit_entry_by_subject", fields=["organization", "subject_id", "at"]),
            models.Index(name="audit_entry_by_transaction", fields=["transaction_number"]),
        ]


class Seal(TenantModel):
    """One link of an organization's chain: its number, the entry, and a hash over the entry and the link before."""

    append_only = True

    number = models.BigIntegerField()
    entry_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="chain_has_no_forks", fields=["organization", "number"]),
            models.UniqueConstraint(name="an_entry_is_sealed_once", fields=["organization", "entry_id"]),
        ]


class Horizon(models.Model):
    """One global row: all transactions below `transaction_number` are sealed."""

    single = models.BooleanField(primary_key=True, default=True)
    transaction_number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_horizon", condition=models.Q(single=True))]
