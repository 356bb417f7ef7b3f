import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.fields
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Resource",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(choices=[("room", "Room"), ("device", "Device")], default="room", max_length=8),
                ),
                ("location_id", models.UUIDField()),
                ("is_active", models.BooleanField(default=True)),
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
                    "location",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="location_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="resources",
                        to="organizations.location",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "location_id", "name"), name="resource_name_is_unique_at_its_location"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ResourceOccupancy",
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
                ("expires_at", models.DateTimeField(help_text="As that of the holder's place; none: firm", null=True)),
                ("holder_id", models.UUIDField(help_text="The same holder as that of the place on the schedule")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="resource_occupancies",
                        to="organizations.organization",
                    ),
                ),
                (
                    "resource",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="resource_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
                        to="agenda.resource",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        fields=["organization", "resource_id", "starts_at"],
                        include=("ends_at", "expires_at"),
                        name="resource_taken_by_time",
                    ),
                    models.Index(fields=["organization", "holder_id"], name="resource_taken_by_holder"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="resource_is_taken_forward"
                    ),
                    models.CheckConstraint(
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
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                kalends.foundation.database.fields.UuidRange(
                                    models.F("resource_id"), models.F("resource_id"), models.Value("[]")
                                ),
                                "&&",
                            ),
                            (
                                kalends.foundation.database.fields.InstantRange(
                                    models.F("starts_at"), models.F("ends_at"), models.Value("[)")
                                ),
                                "&&",
                            ),
                        ],
                        name="no_two_with_one_resource",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
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
                        db_constraint=False,
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
                "indexes": [
                    models.Index(fields=["organization", "resource_id", "starts_at"], name="resource_block_by_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="resource_block_begins_before_it_ends",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Resource"),
        TenantTable("ResourceOccupancy"),
        TenantTable("ResourceBlock"),
    ]
