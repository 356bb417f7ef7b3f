import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantReference, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="merged_into_id",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                ("kept_id", models.UUIDField()),
                ("merged_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "before",
                    models.JSONField(help_text="The fields of the kept record that merging filled, as they were"),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "kept",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="kept_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="merges_kept",
                        to="contacts.contact",
                    ),
                ),
                (
                    "merged",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="merged_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="merges_merged",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "kept_id"], name="merge_by_kept")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept_id", models.F("merged_id")), _negated=True),
                        name="nobody_is_merged_into_themselves",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="merged_into",
            field=kalends.foundation.database.models.TenantForeignKey(
                column="merged_into_id",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="merged",
                to="contacts.contact",
            ),
        ),
        TenantTable("Merge"),
        TenantReference("Contact", "merged_into"),
    ]
