import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0003_resources_options_subscriptions"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResourceBlock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("resource_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                (
                    "resource",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="resource_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="blocks",
                        to="agenda.resource",
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
        migrations.AddConstraint(
            model_name="resourceoccupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("starts_at"),
                            "+",
                            models.Value(datetime.timedelta(days=1, seconds=57600), models.DurationField()),
                        ),
                    )
                ),
                name="resource_is_taken_at_most_40_hours",
            ),
        ),
        migrations.AddIndex(
            model_name="resourceblock",
            index=models.Index(fields=["organization", "resource_id", "starts_at"], name="resource_block_by_time"),
        ),
        migrations.AddConstraint(
            model_name="resourceblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="resource_block_begins_before_it_ends"
            ),
        ),
        TenantTable("ResourceBlock"),
    ]
