import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.audit.models
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("single", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("transaction_number", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("single", True)), name="there_is_one_horizon")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("at", models.DateTimeField()),
                (
                    "transaction_number",
                    models.BigIntegerField(db_default=kalends.audit.models.TransactionNumber()),
                ),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_label", models.CharField(max_length=200)),
                ("person_id", models.UUIDField(null=True)),
                ("role", models.CharField(blank=True, max_length=24)),
                ("channel", models.CharField(blank=True, max_length=12)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("act", models.CharField(help_text="appointment:book", max_length=60)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="audit_entries",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "subject_id", "at"], name="audit_entry_by_subject"),
                    models.Index(fields=["transaction_number"], name="audit_entry_by_transaction"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("number", models.BigIntegerField()),
                ("entry_id", models.UUIDField()),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="chain_has_no_forks"),
                    models.UniqueConstraint(fields=("organization", "entry_id"), name="an_entry_is_sealed_once"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Entry"),
        TenantTable("Seal"),
        migrations.RunSQL(
            "INSERT INTO audit_horizon (single, transaction_number) VALUES (true, 0)", migrations.RunSQL.noop
        ),
    ]
