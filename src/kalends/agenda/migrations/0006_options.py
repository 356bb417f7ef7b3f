import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.agenda.models.options
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0005_requirements"),
        ("organizations", "0002_members"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderOptions",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("provider_id", models.UUIDField()),
                ("waiting_list", models.BooleanField(default=False)),
                (
                    "waiting_span",
                    models.PositiveSmallIntegerField(
                        default=120,
                        help_text="Minutes between the start and the end of the hours that suit a waiting person",
                    ),
                ),
                ("days_shown", models.PositiveSmallIntegerField(default=7)),
                (
                    "stepping",
                    models.CharField(choices=[("week", "Week"), ("day", "Day")], default="week", max_length=4),
                ),
                (
                    "notice_added",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("message", "Message"), ("email", "Email"), ("sms", "Sms")], max_length=8
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "notice_moved",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("message", "Message"), ("email", "Email"), ("sms", "Sms")], max_length=8
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "notice_deleted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("message", "Message"), ("email", "Email"), ("sms", "Sms")], max_length=8
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "immediate_reminder",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("message", "Message"), ("email", "Email"), ("sms", "Sms")], max_length=8
                        ),
                        blank=True,
                        default=kalends.agenda.models.options.by_email,
                        size=None,
                    ),
                ),
                (
                    "required_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="provider_options",
                        to="organizations.organization",
                    ),
                ),
                (
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="options",
                        to="organizations.provider",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "provider_id"), name="a_provider_has_options_once"),
                    models.CheckConstraint(
                        condition=models.Q(("days_shown__range", (1, 7))), name="days_shown_are_1_to_7"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waiting_span__range", (15, 1440))),
                        name="waiting_span_is_15_minutes_to_24_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stepping", "day"), ("days_shown__gte", 5), _connector="OR"),
                        name="stepping_by_week_from_5_days",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="NoticeRecipient",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("provider_id", models.UUIDField()),
                ("membership_id", models.UUIDField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notice_recipients",
                        to="organizations.organization",
                    ),
                ),
                (
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notice_recipients",
                        to="organizations.provider",
                    ),
                ),
                (
                    "membership",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="membership_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices_received",
                        to="organizations.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "provider_id", "membership_id"), name="a_member_is_told_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("ProviderOptions"),
        TenantTable("NoticeRecipient"),
    ]
