import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_words_in_order"),
        ("organizations", "0001_initial"),
    ]

    operations = [
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
                    "one",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="one_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="not_duplicates_above",
                        to="contacts.contact",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="not_duplicates",
                        to="organizations.organization",
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
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["organization", "merged_id"], name="merge_by_merged"),
        ),
        TenantTable("NotDuplicate"),
    ]
