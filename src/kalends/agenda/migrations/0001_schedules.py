import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("provider_id", models.UUIDField()),
                ("location_id", models.UUIDField()),
                ("time_zone", models.CharField(help_text="The location's", max_length=64)),
                ("step_minutes", models.PositiveSmallIntegerField(default=15, help_text="Distance between two starts")),
                ("capacity", models.PositiveSmallIntegerField(default=1, help_text="More than 1: group visits")),
                ("overbooking_limit", models.PositiveSmallIntegerField(default=1)),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="Its share of visits with any practitioner, in per cent of a full one"
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Among equal shares, the highest comes first"
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For staff: what an import could not understand", max_length=500
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, help_text="Counts edits of the opening hours")),
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
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="schedules",
                        to="organizations.provider",
                    ),
                ),
                (
                    "location",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="location_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="schedules",
                        to="organizations.location",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "provider_id"], name="schedule_by_provider")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "name"), name="schedule_name_is_unique_in_its_organization"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step_minutes__range", (5, 240))), name="step_is_5_to_240_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__range", (1, 1000))), name="weight_is_1_to_1000"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("overbooking_limit__lte", 20)), name="overbooking_is_at_most_20"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__range", (1, 500))), name="capacity_is_1_to_500"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OpeningRule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("weekday", models.PositiveSmallIntegerField(help_text="ISO: 1 is Monday")),
                ("from_minute", models.PositiveSmallIntegerField()),
                ("to_minute", models.PositiveSmallIntegerField(help_text="1440 is midnight at the end of the day")),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, help_text="Included", null=True)),
                (
                    "weeks",
                    models.CharField(
                        choices=[("all", "All"), ("odd", "Odd"), ("even", "Even")], default="all", max_length=4
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="Only these; empty: all",
                        size=None,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opening_rules",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opening_rules",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "schedule_id"], name="opening_rule_by_schedule")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__range", (1, 7))), name="weekday_is_1_to_7"),
                    models.CheckConstraint(
                        condition=models.Q(("from_minute__lt", models.F("to_minute")), ("to_minute__lte", 1440)),
                        name="opens_before_it_closes",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DayOverride",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("day", models.DateField()),
                ("periods", models.JSONField(default=list, help_text="[[from minute, to minute], ...]")),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="day_overrides",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="overrides",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "schedule_id", "day"), name="a_day_is_overridden_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField(blank=True, null=True)),
                ("from_day", models.DateField()),
                ("from_minute", models.PositiveSmallIntegerField(default=0)),
                ("to_day", models.DateField()),
                ("to_minute", models.PositiveSmallIntegerField(default=1440)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_public_holiday", models.BooleanField(default=False)),
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
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="closures",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "to_day"], name="closure_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_day__lt", models.F("to_day")),
                            models.Q(("from_day", models.F("to_day")), ("from_minute__lt", models.F("to_minute"))),
                            _connector="OR",
                        ),
                        name="closure_begins_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_minute__lt", 1440), ("to_minute__lte", 1440)),
                        name="closure_minutes_are_of_a_day",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Schedule"),
        TenantTable("OpeningRule"),
        TenantTable("DayOverride"),
        TenantTable("Closure"),
    ]
