import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0003_refused_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubmittedPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kalends.foundation.database.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("centre", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=65)),
                ("organization_id", models.UUIDField()),
                ("delivery_id", models.UUIDField()),
                ("place", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["centre", "number", "-at"], name="submitted_part_by_number"),
                    models.Index(fields=["at"], name="submitted_part_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextTally",
            fields=[
                ("delivery_id", models.UUIDField(primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField()),
                ("number", models.UUIDField()),
                ("prefix", models.UUIDField()),
                ("is_new", models.BooleanField()),
                ("by_number", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["number", "at"], name="texts_to_a_number"),
                    models.Index(fields=["organization_id", "at"], name="texts_of_an_organization"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextAlarm",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "wall",
                    models.CharField(
                        choices=[("number", "number"), ("prefix", "prefix"), ("hour", "hour"), ("day", "day")],
                        max_length=8,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("stopped", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="text_alarms",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("seen_at", None)),
                        fields=("organization", "wall"),
                        name="one_alarm_of_a_wall_at_a_time",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ClockLook",
            fields=[
                ("boot", models.UUIDField(primary_key=True, serialize=False)),
                ("steady", models.BigIntegerField(help_text="Seconds since that start")),
                ("at", models.DateTimeField(help_text="By the clock of the database")),
            ],
        ),
        migrations.CreateModel(
            name="ClockJump",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kalends.foundation.database.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("since", models.DateTimeField(help_text="What the clock of the database showed before")),
                ("seconds", models.BigIntegerField(help_text="By how many it was set")),
                ("ended_at", models.DateTimeField(null=True)),
                ("by_label", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1), condition=models.Q(("ended_at", None)), name="one_jump_of_the_clock_at_a_time"
                    )
                ],
            },
        ),
        TenantTable("TextAlarm"),
    ]
