import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantReference, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0003_resources_options_subscriptions"),
        ("booking", "0002_a_hold_is_booked_once"),
        ("contacts", "0002_merging"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="approve_by",
            field=models.DateTimeField(help_text="A request: it expires then, as its place does", null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="is_overbooked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="appointment",
            name="overbooking_reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="appointment",
            name="remark",
            field=models.CharField(blank=True, help_text="What staff tell the practitioner", max_length=500),
        ),
        migrations.AddField(
            model_name="appointment",
            name="series_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="status_since",
            field=models.DateTimeField(help_text="When the state changed; none: never since booked", null=True),
        ),
        migrations.CreateModel(
            name="Series",
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
                        related_name="series",
                        to="organizations.organization",
                    ),
                ),
                ("contact_id", models.UUIDField()),
                ("every", models.PositiveSmallIntegerField(default=1)),
                (
                    "unit",
                    models.CharField(
                        choices=[("day", "Day"), ("week", "Week"), ("month", "Month")], default="week", max_length=5
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=200)),
                (
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series",
                        to="contacts.contact",
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
            name="SeriesDate",
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
                        related_name="series_dates",
                        to="organizations.organization",
                    ),
                ),
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
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="series_dates",
                        to="booking.appointment",
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
                    "series",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="series_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="dates",
                        to="booking.series",
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
            name="WaitlistEntry",
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
                        related_name="waitlist",
                        to="organizations.organization",
                    ),
                ),
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
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
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
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
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="booking.appointment",
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
                    "entry",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="entry_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="offers",
                        to="booking.waitlistentry",
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
            name="PassedOver",
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
                        related_name="passed_over",
                        to="organizations.organization",
                    ),
                ),
                ("entry_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("why", models.CharField(max_length=24)),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passed_over",
                        to="agenda.schedule",
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
            name="Feed",
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
                ("label", models.CharField(blank=True, help_text="Who reads it", max_length=120)),
                ("shows_names", models.BooleanField(default=False)),
                (
                    "seed",
                    models.BinaryField(
                        help_text="The secret is derived from it and the installation's key", max_length=16
                    ),
                ),
                ("secret_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_read_on", models.DateField(null=True)),
                (
                    "schedule",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="schedule_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
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
            model_name="appointment",
            name="series",
            field=kalends.foundation.database.models.TenantForeignKey(
                column="series_id",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="appointments",
                to="booking.series",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("series_id__isnull", False)),
                fields=["organization", "series_id"],
                name="appointment_by_series",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "booked", "confirmed", "arrived"])),
                fields=["organization", "local_day"],
                name="appointment_open_by_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_overbooked", False), models.Q(("overbooking_reason", ""), _negated=True), _connector="XOR"
                ),
                name="overbooked_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "pending"), _negated=True), ("approve_by__isnull", False), _connector="OR"
                ),
                name="a_request_has_an_end",
            ),
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(fields=["organization", "schedule_id"], name="feed_by_schedule"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(fields=("organization", "secret_hash"), name="feed_secret_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__range", (1, 52))), name="series_steps_1_to_52"
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesdate",
            constraint=models.UniqueConstraint(
                fields=("organization", "series_id", "number"), name="a_series_counts_each_date_once"
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["organization", "-rank", "created_at", "id"],
                name="waiting_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(fields=["organization", "contact_id"], name="waiting_by_contact"),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_minute__lt", models.F("to_minute")),
                    ("from_minute__range", (0, 1439)),
                    ("to_minute__lte", 2880),
                ),
                name="waiting_window_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="waiting_days_run_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("services", []), _negated=True), name="waits_for_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(fields=("organization", "link_hash"), name="waiting_link_is_unique"),
        ),
        migrations.AddIndex(
            model_name="passedover",
            index=models.Index(fields=["organization", "entry_id", "at"], name="passed_over_by_entry"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["organization", "entry_id", "made_on"], name="offer_by_entry"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["organization", "schedule_id", "starts_at"], name="offer_by_time"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["organization", "expires_at"], name="offer_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="offer_begins_before_it_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__lte", models.F("starts_at"))), name="offer_ends_before_the_visit"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("organization", "entry_id"),
                name="one_open_offer_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("organization", "link_hash"), name="offer_link_is_unique"),
        ),
        TenantTable("Series"),
        TenantTable("SeriesDate"),
        TenantTable("WaitlistEntry"),
        TenantTable("Offer"),
        TenantTable("PassedOver"),
        TenantTable("Feed"),
        TenantReference("Appointment", "series"),
    ]
