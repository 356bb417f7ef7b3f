import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0001_schedules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("names", models.JSONField(help_text='By language: {"fr": "Consultation"}')),
                ("category", models.CharField(blank=True, max_length=120)),
                ("duration", models.PositiveSmallIntegerField()),
                ("buffer_before", models.PositiveSmallIntegerField(default=0)),
                ("buffer_after", models.PositiveSmallIntegerField(default=0)),
                (
                    "price_minor",
                    models.PositiveIntegerField(blank=True, help_text="In minor units of the currency", null=True),
                ),
                ("preparation", models.JSONField(blank=True, default=dict, help_text="By language")),
                (
                    "phone_text",
                    models.JSONField(
                        blank=True, default=dict, help_text="By language: shown when booked by phone only"
                    ),
                ),
                ("colour", models.PositiveSmallIntegerField(default=1)),
                (
                    "visibility",
                    models.CharField(
                        choices=[("online", "Online"), ("phone", "By Phone"), ("hidden", "Hidden")],
                        default="online",
                        max_length=8,
                    ),
                ),
                ("notice_minutes", models.PositiveIntegerField(default=60)),
                ("horizon_days", models.PositiveSmallIntegerField(default=90)),
                (
                    "same_day_release",
                    models.PositiveSmallIntegerField(blank=True, help_text="Minutes after midnight", null=True),
                ),
                ("cancel_cutoff_hours", models.PositiveSmallIntegerField(default=24)),
                ("move_cutoff_hours", models.PositiveSmallIntegerField(default=24)),
                ("max_moves", models.PositiveSmallIntegerField(default=3)),
                ("max_active_per_person", models.PositiveSmallIntegerField(default=3)),
                ("new_patients", models.BooleanField(default=True)),
                (
                    "required_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("needs_approval", models.BooleanField(default=False, help_text="Patients ask; staff approve")),
                (
                    "approval_hours",
                    models.PositiveSmallIntegerField(default=48, help_text="How long a request keeps its time"),
                ),
                (
                    "payment_due",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not Before"), ("before", "Before"), ("after", "After")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("payment_hours", models.PositiveSmallIntegerField(default=24)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("duration__range", (5, 1440))), name="duration_is_5_minutes_to_24_hours"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("buffer_after__lte", 480), ("buffer_before__lte", 480)),
                        name="buffers_are_at_most_8_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approval_hours__range", (1, 720))), name="approval_takes_1_hour_to_30_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment_hours__range", (1, 2160))), name="payment_is_due_1_hour_to_90_days"
                    ),
                    models.CheckConstraint(condition=models.Q(("colour__range", (1, 8))), name="colour_is_1_to_8"),
                    models.CheckConstraint(
                        condition=models.Q(("horizon_days__lte", 731)), name="horizon_is_at_most_two_years"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("same_day_release", None), ("same_day_release__lt", 1440), _connector="OR"),
                        name="release_is_within_a_day",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Offering",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("service_id", models.UUIDField()),
                ("duration", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("buffer_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("buffer_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("price_minor", models.PositiveIntegerField(blank=True, null=True)),
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
                        related_name="offerings",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offerings",
                        to="agenda.service",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "schedule_id", "service_id"), name="a_schedule_offers_a_service_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("website", "website"), ("phone", "phone"), ("staff", "staff"), ("api", "api")],
                        max_length=12,
                    ),
                ),
                ("is_open", models.BooleanField(default=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [models.UniqueConstraint(fields=("organization", "kind"), name="one_channel_of_a_kind")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ChannelService",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("channel_id", models.UUIDField()),
                ("service_id", models.UUIDField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="channel_services",
                        to="organizations.organization",
                    ),
                ),
                (
                    "channel",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="channel_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ticks",
                        to="agenda.channel",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ticks",
                        to="agenda.service",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "channel_id", "service_id"), name="a_service_is_ticked_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Service"),
        TenantTable("Offering"),
        TenantTable("Channel"),
        TenantTable("ChannelService"),
    ]
