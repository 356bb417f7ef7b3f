import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.fields
import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable

# Whatever decides free times counts the organization's revision up, by whatever hand it is written.
DECIDES_FREE_TIMES = {
    "agenda_schedule": "organization_id",
    "agenda_service": "organization_id",
    "agenda_offering": "organization_id",
    "agenda_channel": "organization_id",
    "agenda_channelservice": "organization_id",
    "agenda_openingrule": "organization_id",
    "agenda_dayoverride": "organization_id",
    "agenda_closure": "organization_id",
    "organizations_location": "organization_id",
    "organizations_provider": "organization_id",
    "organizations_organization": "id",
}
COUNT_REVISIONS = """
CREATE FUNCTION agenda_count_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  changed uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
  ELSE
    changed := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  END IF;
  INSERT INTO agenda_revision (organization_id, kind, number) VALUES (changed, 'agenda', 1)
  ON CONFLICT (organization_id, kind) DO UPDATE SET number = agenda_revision.number + 1;
  RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION agenda_count_revision('{column}');
"""
    for table, column in DECIDES_FREE_TIMES.items()
)
DROP_REVISIONS = "DROP FUNCTION agenda_count_revision() CASCADE"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
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
                        choices=[
                            ("website", "website"),
                            ("phone", "phone"),
                            ("staff", "staff"),
                            ("api", "api"),
                        ],
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(default="agenda", max_length=12)),
                ("number", models.BigIntegerField(default=1)),
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("provider_id", models.UUIDField()),
                ("location_id", models.UUIDField()),
                ("time_zone", models.CharField(help_text="The location's", max_length=64)),
                (
                    "step_minutes",
                    models.PositiveSmallIntegerField(default=15, help_text="Distance between two starts"),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(default=1, help_text="More than 1: group visits"),
                ),
                ("overbooking_limit", models.PositiveSmallIntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For staff: what an import could not understand", max_length=500
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, help_text="Counts edits of the opening hours"),
                ),
                (
                    "location",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="location_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="schedules",
                        to="organizations.location",
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
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="schedules",
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
            name="OpeningRule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("weekday", models.PositiveSmallIntegerField(help_text="ISO: 1 is Monday")),
                ("from_minute", models.PositiveSmallIntegerField()),
                (
                    "to_minute",
                    models.PositiveSmallIntegerField(help_text="1440 is midnight at the end of the day"),
                ),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, help_text="Included", null=True)),
                (
                    "weeks",
                    models.CharField(
                        choices=[("all", "All"), ("odd", "Odd"), ("even", "Even")],
                        default="all",
                        max_length=4,
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        help_text="Only these; empty: all",
                        size=None,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opening_rules",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opening_rules",
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
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("seat", models.SmallIntegerField(default=1)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(help_text="A hold; none: firm", null=True)),
                ("holder_id", models.UUIDField(help_text="The appointment, hold or block that sits here")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="occupancies",
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
        migrations.CreateModel(
            name="DayOverride",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("day", models.DateField()),
                ("periods", models.JSONField(default=list, help_text="[[from minute, to minute], ...]")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="day_overrides",
                        to="organizations.organization",
                    ),
                ),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="overrides",
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
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField(blank=True, null=True)),
                ("from_day", models.DateField()),
                ("from_minute", models.PositiveSmallIntegerField(default=0)),
                ("to_day", models.DateField()),
                ("to_minute", models.PositiveSmallIntegerField(default=1440)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_public_holiday", models.BooleanField(default=False)),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="closures",
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
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("schedule_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_pre_reservation", models.BooleanField(default=False)),
                ("source_uid", models.CharField(blank=True, max_length=255)),
                ("created_at", models.DateTimeField()),
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
                        related_name="blocks",
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
                    "channel",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="channel_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ticks",
                        to="agenda.channel",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="channel_services",
                        to="organizations.organization",
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(fields=("organization", "kind"), name="one_channel_of_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="revision_grows"),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(fields=["organization", "provider_id"], name="schedule_by_provider"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                fields=("organization", "name"), name="schedule_name_is_unique_in_its_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("step_minutes__range", (5, 240))), name="step_is_5_to_240_minutes"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__range", (1, 500))), name="capacity_is_1_to_500"
            ),
        ),
        migrations.AddIndex(
            model_name="openingrule",
            index=models.Index(fields=["organization", "schedule_id"], name="opening_rule_by_schedule"),
        ),
        migrations.AddConstraint(
            model_name="openingrule",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__range", (1, 7))), name="weekday_is_1_to_7"),
        ),
        migrations.AddConstraint(
            model_name="openingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_minute__lt", models.F("to_minute")), ("to_minute__lte", 1440)),
                name="opens_before_it_closes",
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(
                fields=["organization", "schedule_id", "starts_at"],
                include=("ends_at", "seat", "expires_at"),
                name="occupancy_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(fields=["organization", "holder_id"], name="occupancy_by_holder"),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(condition=models.Q(("seat__gte", 1)), name="seat_is_1_or_more"),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="place_begins_before_it_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        kalends.foundation.database.fields.UuidRange(
                            models.F("schedule_id"), models.F("schedule_id"), models.Value("[]")
                        ),
                        "&&",
                    ),
                    (
                        kalends.foundation.database.fields.IntRange(
                            models.F("seat"), models.F("seat"), models.Value("[]")
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
                name="no_two_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="dayoverride",
            constraint=models.UniqueConstraint(
                fields=("organization", "schedule_id", "day"), name="a_day_is_overridden_once"
            ),
        ),
        migrations.AddIndex(
            model_name="closure",
            index=models.Index(fields=["organization", "to_day"], name="closure_by_end"),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_day__lt", models.F("to_day")),
                    models.Q(("from_day", models.F("to_day")), ("from_minute__lt", models.F("to_minute"))),
                    _connector="OR",
                ),
                name="closure_begins_before_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_minute__lt", 1440), ("to_minute__lte", 1440)),
                name="closure_minutes_are_of_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(fields=["organization", "schedule_id", "starts_at"], name="block_by_time"),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="block_begins_before_it_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("duration__range", (5, 1440))), name="duration_is_5_minutes_to_24_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("buffer_after__lte", 480), ("buffer_before__lte", 480)),
                name="buffers_are_at_most_8_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(condition=models.Q(("colour__range", (1, 8))), name="colour_is_1_to_8"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("horizon_days__lte", 731)), name="horizon_is_at_most_two_years"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("same_day_release", None), ("same_day_release__lt", 1440), _connector="OR"),
                name="release_is_within_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.UniqueConstraint(
                fields=("organization", "schedule_id", "service_id"), name="a_schedule_offers_a_service_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="channelservice",
            constraint=models.UniqueConstraint(
                fields=("organization", "channel_id", "service_id"), name="a_service_is_ticked_once"
            ),
        ),
        TenantTable("Schedule"),
        TenantTable("Revision"),
        TenantTable("Service"),
        TenantTable("Offering"),
        TenantTable("Channel"),
        TenantTable("ChannelService"),
        TenantTable("OpeningRule"),
        TenantTable("DayOverride"),
        TenantTable("Closure"),
        TenantTable("Occupancy"),
        TenantTable("Block"),
        migrations.RunSQL(COUNT_REVISIONS, DROP_REVISIONS),
    ]
