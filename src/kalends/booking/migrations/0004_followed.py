import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0003_series_waiting_list_feeds"),
        ("contacts", "0004_not_duplicates"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Followed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "merge_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("merge_id", models.UUIDField()),
                (
                    "appointments",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("waitlist", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("series", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "merge",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="merge_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="followed",
                        to="contacts.merge",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="followed",
                        to="organizations.organization",
                    ),
                ),
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
        TenantTable("Followed"),
    ]
