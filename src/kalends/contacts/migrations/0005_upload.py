import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0004_not_duplicates"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
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
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("person_id", models.UUIDField(help_text="Who brought it; nobody else may take it in")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("merged_into_id__isnull", False)),
                fields=["organization", "merged_into_id"],
                name="contact_merged",
            ),
        ),
        TenantTable("Upload"),
    ]
