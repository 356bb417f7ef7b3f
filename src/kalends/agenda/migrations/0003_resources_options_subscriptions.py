import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.fields
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantReference, TenantTable

# What a visit needs decides free times too.
DECIDES_FREE_TIMES = ("agenda_resource", "agenda_requirement", "agenda_requirementchoice")
COUNT_REVISIONS = "".join(
    f"""
CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION agenda_count_revision('organization_id');
"""
    for table in DECIDES_FREE_TIMES
)
STOP_COUNTING = "".join(f"DROP TRIGGER count_revision ON {table};" for table in DECIDES_FREE_TIMES)


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_place_lasts_at_most_40_hours"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="block",
            name="subscription_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="schedule",
            name="priority",
            field=models.PositiveSmallIntegerField(default=0, help_text="Among equal shares, the highest comes first"),
        ),
        migrations.AddField(
            model_name="schedule",
            name="weight",
            field=models.PositiveSmallIntegerField(
                default=100, help_text="Its share of visits with any practitioner, in per cent of a full one"
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="approval_hours",
            field=models.PositiveSmallIntegerField(default=48, help_text="How long a request keeps its time"),
        ),
        migrations.AddField(
            model_name="service",
            name="needs_approval",
            field=models.BooleanField(default=False, help_text="Patients ask; staff approve"),
        ),
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
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="provider_options",
                        to="organizations.organization",
                    ),
                ),
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
                        default=list,
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
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notice_recipients",
                        to="organizations.organization",
                    ),
                ),
                ("provider_id", models.UUIDField()),
                ("membership_id", models.UUIDField()),
                (
                    "membership",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="membership_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices_received",
                        to="organizations.membership",
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
            name="Resource",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(choices=[("room", "Room"), ("device", "Device")], default="room", max_length=8),
                ),
                ("location_id", models.UUIDField()),
                ("is_active", models.BooleanField(default=True)),
                (
                    "location",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="location_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="resources",
                        to="organizations.location",
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
            name="Requirement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                ("service_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="requirements",
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
            name="RequirementChoice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="requirement_choices",
                        to="organizations.organization",
                    ),
                ),
                ("requirement_id", models.UUIDField()),
                ("resource_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "requirement",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="requirement_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="choices",
                        to="agenda.requirement",
                    ),
                ),
                (
                    "resource",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="resource_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="choices",
                        to="agenda.resource",
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
            name="ResourceOccupancy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="resource_occupancies",
                        to="organizations.organization",
                    ),
                ),
                ("resource_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(help_text="As that of the holder's place; none: firm", null=True)),
                ("holder_id", models.UUIDField(help_text="The same holder as that of the place on the schedule")),
                (
                    "resource",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="resource_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
                        to="agenda.resource",
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
            name="Subscription",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                ("schedule_id", models.UUIDField()),
                ("kind", models.CharField(choices=[("ics", "Ics"), ("caldav", "Caldav")], default="ics", max_length=8)),
                ("url", models.CharField(max_length=1000)),
                ("username", models.CharField(blank=True, max_length=200)),
                (
                    "sealed_password",
                    models.BinaryField(blank=True, default=b"", help_text="Sealed with the installation's key"),
                ),
                ("etag", models.CharField(blank=True, max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(help_text="When it was last asked", null=True)),
                ("fresh_at", models.DateTimeField(help_text="When it last answered well: stale since then", null=True)),
                (
                    "failure",
                    models.CharField(blank=True, help_text="Why it could not be read, in a sentence", max_length=200),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="subscriptions",
                        to="agenda.schedule",
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
        migrations.AddField(
            model_name="block",
            name="subscription",
            field=kalends.foundation.database.models.TenantForeignKey(
                column="subscription_id",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="blocks",
                to="agenda.subscription",
            ),
        ),
        migrations.AlterField(
            model_name="occupancy",
            name="expires_at",
            field=models.DateTimeField(
                help_text="A hold, an offer, a request that waits for approval; none: firm", null=True
            ),
        ),
        migrations.AlterField(
            model_name="occupancy",
            name="holder_id",
            field=models.UUIDField(help_text="The appointment, hold, offer or block that sits here"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__range", (1, 1000))), name="weight_is_1_to_1000"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("overbooking_limit__lte", 20)), name="overbooking_is_at_most_20"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("approval_hours__range", (1, 720))), name="approval_takes_1_hour_to_30_days"
            ),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(
                condition=models.Q(("subscription_id__isnull", False)),
                fields=["organization", "subscription_id"],
                name="block_by_subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticerecipient",
            constraint=models.UniqueConstraint(
                fields=("organization", "provider_id", "membership_id"), name="a_member_is_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideroptions",
            constraint=models.UniqueConstraint(
                fields=("organization", "provider_id"), name="a_provider_has_options_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideroptions",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_shown__range", (1, 7))), name="days_shown_are_1_to_7"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideroptions",
            constraint=models.CheckConstraint(
                condition=models.Q(("waiting_span__range", (15, 1440))), name="waiting_span_is_15_minutes_to_24_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideroptions",
            constraint=models.CheckConstraint(
                condition=models.Q(("stepping", "day"), ("days_shown__gte", 5), _connector="OR"),
                name="stepping_by_week_from_5_days",
            ),
        ),
        migrations.AddIndex(
            model_name="requirement",
            index=models.Index(fields=["organization", "service_id"], name="requirement_by_service"),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(
                fields=("organization", "location_id", "name"), name="resource_name_is_unique_at_its_location"
            ),
        ),
        migrations.AddConstraint(
            model_name="requirementchoice",
            constraint=models.UniqueConstraint(
                fields=("organization", "requirement_id", "resource_id"), name="a_resource_is_chosen_once"
            ),
        ),
        migrations.AddIndex(
            model_name="resourceoccupancy",
            index=models.Index(
                fields=["organization", "resource_id", "starts_at"],
                include=("ends_at", "expires_at"),
                name="resource_taken_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="resourceoccupancy",
            index=models.Index(fields=["organization", "holder_id"], name="resource_taken_by_holder"),
        ),
        migrations.AddConstraint(
            model_name="resourceoccupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="resource_is_taken_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="resourceoccupancy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        kalends.foundation.database.fields.UuidRange(
                            models.F("resource_id"), models.F("resource_id"), models.Value("[]")
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
                name="no_two_with_one_resource",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["organization", "schedule_id"], name="subscription_by_schedule"),
        ),
        TenantTable("Resource"),
        TenantTable("Requirement"),
        TenantTable("RequirementChoice"),
        TenantTable("ResourceOccupancy"),
        TenantTable("ProviderOptions"),
        TenantTable("NoticeRecipient"),
        TenantTable("Subscription"),
        TenantReference("Block", "subscription"),
        migrations.RunSQL(COUNT_REVISIONS, STOP_COUNTING),
    ]
