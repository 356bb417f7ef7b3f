import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("notifications", "0001_reminders"),
        ("organizations", "0002_members"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("membership_id", models.UUIDField()),
                ("kind", models.CharField(max_length=40)),
                ("cause_id", models.UUIDField(help_text="What it is about: the appointment")),
                ("cause_version", models.PositiveIntegerField(default=0)),
                ("facts", models.JSONField(help_text="As it was when it happened")),
                ("written_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices",
                        to="organizations.organization",
                    ),
                ),
                (
                    "membership",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="membership_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices",
                        to="organizations.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "membership_id", "written_at"], name="notices_by_time"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["organization", "membership_id"],
                        name="notices_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "membership_id", "cause_id", "cause_version", "kind"),
                        name="a_member_has_a_notice_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="NotificationSettings",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "booking_emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), blank=True, default=list, size=None
                    ),
                ),
                (
                    "booking_locations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="These only; empty: all",
                        size=None,
                    ),
                ),
                (
                    "booking_services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="These only; empty: all",
                        size=None,
                    ),
                ),
                ("booking_minimal", models.BooleanField(default=False, help_text="Without who comes and why")),
                (
                    "copies",
                    models.JSONField(blank=True, default=list, help_text="Of what patients get: [{email, on, kinds}]"),
                ),
                (
                    "cancellation_emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), blank=True, default=list, size=None
                    ),
                ),
                (
                    "cancellation_mode",
                    models.CharField(
                        choices=[("every", "every"), ("late", "late"), ("held", "held")], default="late", max_length=5
                    ),
                ),
                ("cancellation_hours", models.PositiveSmallIntegerField(default=24)),
                (
                    "payment_emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), blank=True, default=list, size=None
                    ),
                ),
                (
                    "payment_hours",
                    models.PositiveSmallIntegerField(default=48, help_text="Before the deadline, patients too"),
                ),
                ("version", models.PositiveIntegerField(default=0, help_text="Counts each saving")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notification_settings",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="an_organization_has_one_set_of_notices"),
                    models.CheckConstraint(
                        condition=models.Q(("cancellation_hours__range", (1, 720))),
                        name="cancellations_are_told_1_to_720_hours_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment_hours__range", (1, 720))),
                        name="deadlines_are_told_1_to_720_hours_before",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Notice"),
        TenantTable("NotificationSettings"),
    ]
