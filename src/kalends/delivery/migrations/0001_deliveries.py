import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable

# A page keeps room for the versions of a row that a claim and a mark write (docs/decisions/0023).
ROOM = "ALTER TABLE delivery_delivery SET (fillfactor = 60)"
NO_ROOM = "ALTER TABLE delivery_delivery RESET (fillfactor)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                (
                    "medium",
                    models.CharField(choices=[("email", "Email"), ("sms", "Sms"), ("fax", "Fax")], max_length=8),
                ),
                ("kind", models.CharField(help_text="Which text: appointment_booked", max_length=40)),
                ("cause_id", models.UUIDField(help_text="What it is about: the appointment")),
                (
                    "cause_version",
                    models.PositiveIntegerField(
                        default=0, help_text="With it the same cause may speak again: after a move"
                    ),
                ),
                ("recipient", models.CharField(max_length=254)),
                ("language", models.CharField(max_length=8)),
                ("facts", models.JSONField(help_text="As it was when it happened")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("claimed", "Claimed"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("undelivered", "Undelivered"),
                            ("unknown", "Unknown"),
                            ("failed", "Failed"),
                            ("aborted", "Aborted"),
                            ("suppressed", "Suppressed"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("useless_after", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("claimed_by", models.CharField(blank=True, max_length=80)),
                (
                    "handing_over_at",
                    models.DateTimeField(
                        help_text="Committed just before the text goes out: from then on it may have arrived", null=True
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("settled_at", models.DateTimeField(null=True)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("message_id", models.CharField(blank=True, max_length=120)),
                ("carrier", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "receipt",
                    models.CharField(
                        blank=True,
                        choices=[("sent", "Sent"), ("delivered", "Delivered"), ("undelivered", "Undelivered")],
                        db_default="",
                        default="",
                        max_length=12,
                    ),
                ),
                ("receipt_at", models.DateTimeField(db_default=None, default=None, null=True)),
                (
                    "parts",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, help_text="Text messages it was billed as"
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[("answer", "Answer"), ("news", "News"), ("unasked", "Unasked")],
                        default="news",
                        max_length=8,
                    ),
                ),
                ("schedules", models.JSONField(default=list, help_text="Of the visits that it is about: their ids")),
                ("redirected_to", models.CharField(blank=True, db_default="", default="", max_length=254)),
                (
                    "needs_somebody",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="A person has to look: its fate is not known, or its text a fault",
                    ),
                ),
                (
                    "forgotten_at",
                    models.DateTimeField(
                        db_default=None,
                        default=None,
                        help_text="Since then to whom and what about is no longer kept",
                        null=True,
                    ),
                ),
                ("receipts", models.JSONField(db_default={}, default=dict, help_text="What was said of each part")),
                (
                    "centre",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Who can be asked whether it arrived",
                        max_length=200,
                    ),
                ),
                (
                    "repeats",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, help_text="By persons, of what had not arrived"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["organization", "due_at", "id"],
                        name="delivery_unsettled",
                    ),
                    models.Index(fields=["organization", "queued_at"], name="delivery_by_time"),
                    models.Index(
                        condition=models.Q(("medium", "sms")),
                        fields=["organization", "recipient"],
                        name="text_message_by_recipient",
                    ),
                    models.Index(
                        condition=models.Q(("needs_somebody", True)),
                        fields=["organization", "queued_at"],
                        name="delivery_needs_somebody",
                    ),
                    models.Index(
                        condition=models.Q(("medium", "fax")),
                        fields=["organization", "recipient"],
                        name="fax_by_recipient",
                    ),
                    models.Index(
                        condition=models.Q(("medium", "fax"), ("receipt", ""), ("settled_at__isnull", False)),
                        fields=["organization", "carrier"],
                        name="fax_under_way",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "cause_id", "cause_version", "kind", "medium", "recipient"),
                        name="one_delivery_per_cause_recipient_and_medium",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "claimed"), _negated=True),
                            models.Q(("claimed_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="claimed_means_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("queued", "claimed")), _negated=True),
                            ("settled_at", None),
                            _connector="OR",
                        ),
                        name="what_waits_is_not_settled",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PlatformMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="The next try; moved on before each")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("kept_since", models.DateTimeField(help_text="Lies in the outbox", null=True)),
                ("recipient", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["written_at"], name="platform_mail_by_time"),
                    models.Index(
                        condition=models.Q(("kept_since", None)), fields=["due_at"], name="platform_mail_waiting"
                    ),
                ],
            },
        ),
        TenantTable("Delivery"),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
