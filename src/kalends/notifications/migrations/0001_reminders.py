import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0002_appointments"),
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("provider_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("off", "Off"), ("on", "On"), ("new", "New")], default="off", max_length=3
                    ),
                ),
                (
                    "medium",
                    models.CharField(
                        choices=[("email", "Email"), ("sms", "Sms"), ("both", "Both"), ("staff", "Staff")],
                        default="email",
                        max_length=5,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("before", "Before"), ("after", "After")], default="before", max_length=6
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField(default=2)),
                (
                    "unit",
                    models.CharField(choices=[("hours", "Hours"), ("days", "Days")], default="days", max_length=5),
                ),
                (
                    "at_minute",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days only: minutes after midnight; none: at the hour of the visit",
                        null=True,
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="For these only; empty: all",
                        size=None,
                    ),
                ),
                ("skips_confirmed", models.BooleanField(default=False, help_text="Not once the patient has confirmed")),
                ("sms_supplement", models.CharField(blank=True, max_length=160)),
                ("email_supplement", models.TextField(blank=True, max_length=2000)),
                (
                    "looked_until",
                    models.DateTimeField(
                        editable=False,
                        help_text="Planned up to here; none: it is new or changed, so all is looked at",
                        null=True,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reminder_rules",
                        to="organizations.organization",
                    ),
                ),
                (
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reminder_rules",
                        to="organizations.provider",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "provider_id", "number"), name="a_reminder_has_a_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 20))), name="reminder_numbers_are_1_to_20"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__range", (1, 336)), ("unit", "hours")),
                            models.Q(("amount__range", (1, 90)), ("unit", "days")),
                            _connector="OR",
                        ),
                        name="reminders_within_14_days_by_hours_90_by_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("at_minute__isnull", True),
                            models.Q(("at_minute__range", (0, 1439)), ("unit", "days")),
                            _connector="OR",
                        ),
                        name="a_reminders_hour_is_of_the_day",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("appointment_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField(help_text="Of the rule")),
                (
                    "starts_at",
                    models.DateTimeField(help_text="As the visit was planned then: moved, it is reminded of anew"),
                ),
                (
                    "medium",
                    models.CharField(
                        choices=[("email", "Email"), ("sms", "Sms"), ("fax", "Fax"), ("staff", "staff")], max_length=5
                    ),
                ),
                (
                    "message_id",
                    models.UUIDField(help_text="The cause of the delivery; the same for visits told together"),
                ),
                ("planned_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reminders",
                        to="organizations.organization",
                    ),
                ),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reminders",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        condition=models.Q(("message_id", models.F("id")), _negated=True),
                        fields=["organization", "message_id"],
                        name="reminders_told_with_another",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "appointment_id", "number", "starts_at", "medium"),
                        name="a_visit_is_reminded_of_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("ReminderRule"),
        TenantTable("Reminder"),
    ]
