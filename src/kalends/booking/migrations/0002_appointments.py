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
        ("agenda", "0001_schedules"),
        ("agenda", "0002_services"),
        ("booking", "0001_series"),
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
                ("local_minute", models.PositiveSmallIntegerField(help_text="Wall clock, minutes after midnight")),
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
                        choices=[("website", "website"), ("phone", "phone"), ("staff", "staff"), ("api", "api")],
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
                    "status_since",
                    models.DateTimeField(help_text="When the state changed; none: never since booked", null=True),
                ),
                (
                    "approve_by",
                    models.DateTimeField(help_text="A request: it expires then, as its place does", null=True),
                ),
                ("remark", models.CharField(blank=True, help_text="What staff tell the practitioner", max_length=500)),
                ("is_overbooked", models.BooleanField(default=False)),
                ("overbooking_reason", models.CharField(blank=True, max_length=200)),
                ("series_id", models.UUIDField(null=True)),
                (
                    "hold_id",
                    models.UUIDField(
                        editable=False,
                        help_text="The hold it was booked with: sent twice, it is booked once",
                        null=True,
                    ),
                ),
                (
                    "overlap_allowed",
                    models.BooleanField(default=False, help_text="Staff knew that the patient has two visits at once"),
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
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appointments",
                        to="contacts.contact",
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
                (
                    "series",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="series_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appointments",
                        to="booking.series",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "schedule_id", "starts_at"], name="appointment_by_time"),
                    models.Index(fields=["organization", "local_day"], name="appointment_by_day"),
                    models.Index(
                        condition=models.Q(("series_id__isnull", False)),
                        fields=["organization", "series_id"],
                        name="appointment_by_series",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "booked", "confirmed", "arrived"])),
                        fields=["organization", "local_day"],
                        name="appointment_open_by_day",
                    ),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["organization", "approve_by"],
                        name="appointment_pending_by_end",
                    ),
                    models.Index(fields=["organization", "contact_id", "starts_at"], name="appointment_by_contact"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="visit_begins_before_it_ends"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "cancelled"), ("cancelled_by", ""), _connector="XOR"),
                        name="cancelled_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_overbooked", False),
                            models.Q(("overbooking_reason", ""), _negated=True),
                            _connector="XOR",
                        ),
                        name="overbooked_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "pending"), _negated=True),
                            ("approve_by__isnull", False),
                            _connector="OR",
                        ),
                        name="a_request_has_an_end",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                    models.UniqueConstraint(fields=("organization", "link_hash"), name="appointment_link_is_unique"),
                    models.UniqueConstraint(fields=("organization", "hold_id"), name="a_hold_is_booked_once"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Appointment"),
    ]
