import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # A range of ids in an exclusion constraint stands for "the same": exact, and needs no extension.
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kalends.foundation.database.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        max_length=63,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")],
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("country", models.CharField(help_text="ISO 3166 alpha-2", max_length=2)),
                (
                    "time_zone",
                    models.CharField(help_text="Days, months and deadlines are counted in it", max_length=64),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        default=list,
                        help_text="Of the public page; the first is the default",
                        size=None,
                    ),
                ),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("phone", models.CharField(blank=True, max_length=32)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("website", models.URLField(blank=True)),
                ("privacy_text", models.TextField(blank=True)),
                ("is_published", models.BooleanField(default=False, help_text="The public page is open")),
                ("is_active", models.BooleanField(default=True)),
                ("hold_minutes", models.PositiveSmallIntegerField(default=5)),
                (
                    "allowed_origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "slug__in",
                                [
                                    "accounts",
                                    "api",
                                    "app",
                                    "appointments",
                                    "console",
                                    "fhir",
                                    "healthz",
                                    "metrics",
                                    "office",
                                    "organizations",
                                    "outbox",
                                    "partner",
                                    "public",
                                    "readyz",
                                    "static",
                                    "ui",
                                ],
                            ),
                            _negated=True,
                        ),
                        name="slug_is_not_reserved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_minutes__range", (1, 60))), name="hold_lasts_1_to_60_minutes"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("town", models.CharField(blank=True, max_length=120)),
                ("country", models.CharField(max_length=2)),
                ("time_zone", models.CharField(max_length=64)),
                ("phone", models.CharField(blank=True, max_length=32)),
                ("directions", models.CharField(blank=True, max_length=500)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "name"), name="location_name_is_unique_in_its_organization"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("name", models.CharField(help_text="As shown: Dr Hélène Vasseur", max_length=200)),
                (
                    "sort_key",
                    models.CharField(help_text="Folded, last name first; lists are ordered by it", max_length=200),
                ),
                ("speciality", models.CharField(blank=True, max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=32)),
                ("fax", models.CharField(blank=True, db_default="", default="", help_text="E.164", max_length=32)),
                (
                    "sms_name",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="How text messages write the name; empty: as it is",
                        max_length=60,
                    ),
                ),
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
        TenantTable("Location"),
        TenantTable("Provider"),
    ]
