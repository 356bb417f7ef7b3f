import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.fields
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0001_initial"),
        ("contacts", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("contact_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("service_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=64)),
                ("local_day", models.DateField()),
                (
                    "local_minute",
                    models.PositiveSmallIntegerField(help_text="Wall clock, minutes after midnight"),
                ),
                (
                    "fold",
                    models.PositiveSmallIntegerField(default=0, help_text="1: the second of two equal wall times"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("fulfilled", "Fulfilled"),
                            ("no_show", "No Show"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=12,
                    ),
                ),
                (
                    "cancelled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("patient", "Patient"),
                            ("staff", "Staff"),
                            ("partner", "Partner"),
                            ("system", "System"),
                        ],
                        max_length=8,
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why the patient comes, in their words", max_length=500),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("website", "website"),
                            ("phone", "phone"),
                            ("staff", "staff"),
                            ("api", "api"),
                        ],
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(max_length=8)),
                ("price_minor", models.PositiveIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("moves", models.PositiveSmallIntegerField(default=0, help_text="By the patient")),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        default=0, help_text="iCalendar SEQUENCE: counts moves and the cancelling"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, help_text="Counts every change")),
                ("link_seed", models.BinaryField(max_length=16)),
                ("link_hash", models.BinaryField(max_length=32)),
                ("link_revoked_at", models.DateTimeField(null=True)),
                ("booked_at", models.DateTimeField()),
                (
                    "overlap_allowed",
                    models.BooleanField(default=False, help_text="Staff knew that the patient has two visits at once"),
                ),
                (
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appointments",
                        to="contacts.contact",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appointments",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appointments",
                        to="agenda.service",
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
                (
                    "what",
                    models.CharField(help_text="booked, moved, cancelled, confirmed, status", max_length=20),
                ),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_label", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=24)),
                ("channel", models.CharField(max_length=12)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="booking.appointment",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history_entries",
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
                        help_text="Hash of what tells visitors apart: at most 3 live holds each",
                        max_length=32,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organization", "schedule_id", "starts_at"], name="appointment_by_time"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organization", "local_day"], name="appointment_by_day"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organization", "contact_id", "starts_at"], name="appointment_by_contact"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="visit_begins_before_it_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "cancelled"), ("cancelled_by", ""), _connector="XOR"),
                name="cancelled_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("overlap_allowed", False), ("status__in", ["pending", "booked", "confirmed", "arrived"])
                ),
                expressions=[
                    (
                        kalends.foundation.database.fields.UuidRange(
                            models.F("contact_id"), models.F("contact_id"), models.Value("[]")
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
                name="nobody_is_in_two_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(fields=("organization", "link_hash"), name="appointment_link_is_unique"),
        ),
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(fields=["organization", "appointment_id", "at"], name="history_by_appointment"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["organization", "visitor", "expires_at"], name="hold_by_visitor"),
        ),
        TenantTable("Appointment"),
        TenantTable("HistoryEntry"),
        TenantTable("Hold"),
    ]
