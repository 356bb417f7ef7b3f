import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0003_history_and_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("contact_id", models.UUIDField()),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), help_text="Any of these", size=None
                    ),
                ),
                (
                    "schedules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="Any of these; empty: all",
                        size=None,
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        help_text="ISO; empty: all",
                        size=None,
                    ),
                ),
                ("from_minute", models.PositiveSmallIntegerField(default=0)),
                ("to_minute", models.PositiveSmallIntegerField(default=1440)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(help_text="Included")),
                ("note", models.CharField(blank=True, max_length=500)),
                ("rank", models.SmallIntegerField(default=0, help_text="The highest first; then who waits longest")),
                ("keeps_id", models.UUIDField(help_text="The later visit that accepting an offer moves", null=True)),
                ("most_a_day", models.PositiveSmallIntegerField(default=1, help_text="Offers")),
                ("most_in_all", models.PositiveSmallIntegerField(default=3, help_text="Offers")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("booked", "Booked"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("status_since", models.DateTimeField(null=True)),
                ("language", models.CharField(max_length=8)),
                ("source", models.CharField(max_length=12)),
                ("link_seed", models.BinaryField(max_length=16)),
                ("link_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="waitlist",
                        to="organizations.organization",
                    ),
                ),
                (
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="waitlist",
                        to="contacts.contact",
                    ),
                ),
                (
                    "keeps",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="keeps_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="kept_by",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["organization", "-rank", "created_at", "id"],
                        name="waiting_in_order",
                    ),
                    models.Index(fields=["organization", "contact_id"], name="waiting_by_contact"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_minute__lt", models.F("to_minute")),
                            ("from_minute__range", (0, 1439)),
                            ("to_minute__lte", 2880),
                        ),
                        name="waiting_window_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lte", models.F("valid_until"))),
                        name="waiting_days_run_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("services", []), _negated=True), name="waits_for_something"
                    ),
                    models.UniqueConstraint(fields=("organization", "link_hash"), name="waiting_link_is_unique"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PassedOver",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("entry_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("why", models.CharField(max_length=24)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passed_over",
                        to="organizations.organization",
                    ),
                ),
                (
                    "entry",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="entry_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passed_over",
                        to="booking.waitlistentry",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passed_over",
                        to="agenda.schedule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "entry_id", "at"], name="passed_over_by_entry")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("WaitlistEntry"),
        TenantTable("PassedOver"),
    ]
