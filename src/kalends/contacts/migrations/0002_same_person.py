import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contacts", "0001_contacts"),
    ]

    operations = [
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
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
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
                "indexes": [
                    models.Index(fields=["organization", "kept_id"], name="merge_by_kept"),
                    models.Index(fields=["organization", "merged_id"], name="merge_by_merged"),
                ],
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
        migrations.CreateModel(
            name="NotDuplicate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "one_id",
                        "other_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("one_id", models.UUIDField()),
                ("other_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="not_duplicates",
                        to="organizations.organization",
                    ),
                ),
                (
                    "one",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="one_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="not_duplicates_above",
                        to="contacts.contact",
                    ),
                ),
                (
                    "other",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="other_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="not_duplicates_below",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one_id__lt", models.F("other_id"))), name="two_people_in_one_order"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Merge"),
        TenantTable("NotDuplicate"),
    ]
