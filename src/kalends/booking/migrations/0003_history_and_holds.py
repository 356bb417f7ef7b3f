import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0002_appointments"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("appointment_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(help_text="booked, moved, cancelled, confirmed, status", max_length=20)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_label", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=24)),
                ("channel", models.CharField(max_length=12)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history_entries",
                        to="organizations.organization",
                    ),
                ),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "appointment_id", "at"], name="history_by_appointment")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
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
                ("starts_at", models.DateTimeField()),
                (
                    "visitor",
                    models.BinaryField(
                        help_text="Hash of what tells visitors apart: at most 3 live holds each", max_length=32
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "chosen",
                    models.JSONField(help_text="Why this schedule, where any practitioner would have done", null=True),
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
                        related_name="holds",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="holds",
                        to="agenda.service",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "visitor", "expires_at"], name="hold_by_visitor")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SeriesDate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("series_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("service_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                ("day", models.DateField()),
                ("minute", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("made", "Made"),
                            ("shifted", "Shifted"),
                            ("skipped", "Skipped"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "why",
                    models.CharField(blank=True, help_text="Code of the refusal that stood in the way", max_length=40),
                ),
                ("appointment_id", models.UUIDField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series_dates",
                        to="organizations.organization",
                    ),
                ),
                (
                    "series",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="series_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="dates",
                        to="booking.series",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series_dates",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series_dates",
                        to="agenda.service",
                    ),
                ),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series_dates",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "series_id", "number"), name="a_series_counts_each_date_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("HistoryEntry"),
        TenantTable("Hold"),
        TenantTable("SeriesDate"),
    ]
