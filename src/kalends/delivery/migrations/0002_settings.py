import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0001_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliverySettings",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("test_mode", models.BooleanField(default=False)),
                ("test_email", models.EmailField(blank=True, max_length=254)),
                ("test_phone", models.CharField(blank=True, help_text="E.164", max_length=20)),
                ("email_quiet_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("email_quiet_until", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sms_quiet_from", models.PositiveSmallIntegerField(blank=True, default=1260, null=True)),
                ("sms_quiet_until", models.PositiveSmallIntegerField(blank=True, default=480, null=True)),
                ("fax_quiet_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fax_quiet_until", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "kept_days",
                    models.PositiveSmallIntegerField(
                        default=365, help_text="How long it is known to whom what was sent"
                    ),
                ),
                (
                    "sms_price",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Of one part, in ten-thousandths of the currency; none: costs are not told",
                        null=True,
                    ),
                ),
                (
                    "text_countries",
                    models.CharField(
                        blank=True,
                        help_text="To which text messages go beside its own: BE CH, ISO 3166",
                        max_length=300,
                    ),
                ),
                ("texts_an_hour", models.PositiveIntegerField(default=1000)),
                ("texts_a_day", models.PositiveIntegerField(default=5000)),
                (
                    "texts_to_a_prefix",
                    models.PositiveIntegerField(
                        default=20, help_text="In an hour, to new numbers that differ in their last four digits only"
                    ),
                ),
                (
                    "asks_consent",
                    models.BooleanField(default=False, help_text="Who books online is asked whether to be reminded"),
                ),
                (
                    "trusts_clock_after",
                    models.UUIDField(
                        editable=False,
                        help_text="The jump of the clock after which somebody said that it is right",
                        null=True,
                    ),
                ),
                ("forgotten_until", models.DateTimeField(editable=False, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="delivery_settings",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization",), name="an_organization_has_delivery_settings_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("test_mode", False),
                            models.Q(("test_email", ""), _negated=True),
                            models.Q(("test_phone", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="test_mode_has_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email_quiet_from__isnull", True), ("email_quiet_until__isnull", True)),
                            models.Q(
                                ("email_quiet_from__isnull", False),
                                ("email_quiet_until__isnull", False),
                                ("email_quiet_from__range", (0, 1439)),
                                ("email_quiet_until__range", (0, 1439)),
                                models.Q(("email_quiet_from", models.F("email_quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="email_is_quiet_between_two_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sms_quiet_from__isnull", True), ("sms_quiet_until__isnull", True)),
                            models.Q(
                                ("sms_quiet_from__isnull", False),
                                ("sms_quiet_until__isnull", False),
                                ("sms_quiet_from__range", (0, 1439)),
                                ("sms_quiet_until__range", (0, 1439)),
                                models.Q(("sms_quiet_from", models.F("sms_quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="sms_is_quiet_between_two_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fax_quiet_from__isnull", True), ("fax_quiet_until__isnull", True)),
                            models.Q(
                                ("fax_quiet_from__isnull", False),
                                ("fax_quiet_until__isnull", False),
                                ("fax_quiet_from__range", (0, 1439)),
                                ("fax_quiet_until__range", (0, 1439)),
                                models.Q(("fax_quiet_from", models.F("fax_quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="fax_is_quiet_between_two_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_days__range", (30, 3650))),
                        name="deliveries_are_known_30_days_to_10_years",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SenderAddress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("provider_id", models.UUIDField(help_text="None: of the organization", null=True)),
                ("address", models.CharField(help_text="In ASCII, its domain in lower case", max_length=254)),
                (
                    "seed",
                    models.BinaryField(help_text="The link's secret is derived from it and the key", max_length=16),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=200)),
                ("verified_at", models.DateTimeField(help_text="Whoever reads its mail has agreed", null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="sender_addresses",
                        to="organizations.organization",
                    ),
                ),
                (
                    "provider",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="provider_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organizations.provider",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("provider_id", None)),
                        fields=("organization",),
                        name="an_organization_has_one_sender",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "provider_id"), name="a_practitioner_has_one_sender"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="FaxNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("number", models.CharField(help_text="E.164", max_length=20)),
                ("confirmed_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="fax_numbers",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="a_fax_number_is_confirmed_once")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("DeliverySettings"),
        TenantTable("SenderAddress"),
        TenantTable("FaxNumber"),
    ]
