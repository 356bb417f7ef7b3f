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
        ("agenda", "0002_services"),
    ]

    operations = [
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("seat", models.SmallIntegerField(default=1)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "expires_at",
                    models.DateTimeField(
                        help_text="A hold, an offer, a request that waits for approval; none: firm", null=True
                    ),
                ),
                ("holder_id", models.UUIDField(help_text="The appointment, hold, offer or block that sits here")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        fields=["organization", "schedule_id", "starts_at"],
                        include=("ends_at", "seat", "expires_at"),
                        name="occupancy_by_time",
                    ),
                    models.Index(fields=["organization", "holder_id"], name="occupancy_by_holder"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seat__gte", 1)), name="seat_is_1_or_more"),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="place_begins_before_it_ends"
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
                        name="place_lasts_at_most_40_hours",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                kalends.foundation.database.fields.UuidRange(
                                    models.F("schedule_id"), models.F("schedule_id"), models.Value("[]")
                                ),
                                "&&",
                            ),
                            (
                                kalends.foundation.database.fields.IntRange(
                                    models.F("seat"), models.F("seat"), models.Value("[]")
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
                        name="no_two_in_one_place",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("kind", models.CharField(choices=[("ics", "Ics"), ("caldav", "Caldav")], default="ics", max_length=8)),
                ("url", models.CharField(max_length=1000)),
                ("username", models.CharField(blank=True, max_length=200)),
                (
                    "sealed_password",
                    models.BinaryField(blank=True, default=b"", help_text="Sealed with the installation's key"),
                ),
                ("etag", models.CharField(blank=True, max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(help_text="When it was last asked", null=True)),
                ("fresh_at", models.DateTimeField(help_text="When it last answered well: stale since then", null=True)),
                (
                    "failure",
                    models.CharField(blank=True, help_text="Why it could not be read, in a sentence", max_length=200),
                ),
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
                        related_name="subscriptions",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "schedule_id"], name="subscription_by_schedule")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_pre_reservation", models.BooleanField(default=False)),
                ("source_uid", models.CharField(blank=True, max_length=255)),
                ("subscription_id", models.UUIDField(null=True)),
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
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="blocks",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "subscription",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="subscription_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="blocks",
                        to="agenda.subscription",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "schedule_id", "starts_at"], name="block_by_time"),
                    models.Index(
                        condition=models.Q(("subscription_id__isnull", False)),
                        fields=["organization", "subscription_id"],
                        name="block_by_subscription",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="block_begins_before_it_ends"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Occupancy"),
        TenantTable("Subscription"),
        TenantTable("Block"),
    ]
