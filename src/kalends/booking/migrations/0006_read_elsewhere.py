import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0005_offers"),
        ("contacts", "0002_same_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("label", models.CharField(blank=True, help_text="Who reads it", max_length=120)),
                ("shows_names", models.BooleanField(default=False)),
                (
                    "seed",
                    models.BinaryField(
                        help_text="The secret is derived from it and the installation's key", max_length=16
                    ),
                ),
                ("secret_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_read_on", models.DateField(null=True)),
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
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "schedule_id"], name="feed_by_schedule")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "secret_hash"), name="feed_secret_is_unique")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
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
                ("appointments", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("waitlist", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("series", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="followed",
                        to="organizations.organization",
                    ),
                ),
                (
                    "merge",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="merge_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="followed",
                        to="contacts.merge",
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
        TenantTable("Feed"),
        TenantTable("Followed"),
    ]
