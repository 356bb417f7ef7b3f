import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0004_waiting_list"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
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
                ("service_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_on", models.DateField(help_text="Local day of the organization: offers are counted by it")),
                ("expires_at", models.DateTimeField()),
                ("by_phone", models.BooleanField(default=False, help_text="Staff call; nothing is sent")),
                (
                    "told_by",
                    models.CharField(
                        default="email", help_text="Medium: email, sms; means nothing by telephone", max_length=8
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("status_since", models.DateTimeField(null=True)),
                ("link_seed", models.BinaryField(max_length=16)),
                ("link_hash", models.BinaryField(max_length=32)),
                ("appointment_id", models.UUIDField(help_text="What accepting made or moved", null=True)),
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
                    "entry",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="entry_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="booking.waitlistentry",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="agenda.schedule",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="agenda.service",
                    ),
                ),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "entry_id", "made_on"], name="offer_by_entry"),
                    models.Index(fields=["organization", "schedule_id", "starts_at"], name="offer_by_time"),
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["organization", "expires_at"], name="offer_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="offer_begins_before_it_ends"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__lte", models.F("starts_at"))),
                        name="offer_ends_before_the_visit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("organization", "entry_id"),
                        name="one_open_offer_per_entry",
                    ),
                    models.UniqueConstraint(fields=("organization", "link_hash"), name="offer_link_is_unique"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Offer"),
    ]
