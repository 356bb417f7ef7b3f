import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("last_name", models.CharField(max_length=200)),
                ("first_name", models.CharField(blank=True, max_length=200)),
                ("last_key", models.CharField(max_length=200)),
                ("first_key", models.CharField(blank=True, max_length=200)),
                ("birth_date", models.DateField(blank=True, null=True)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("email_key", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, help_text="E.164", max_length=20)),
                ("phone_extension", models.CharField(blank=True, max_length=7)),
                ("phone_is_mobile", models.BooleanField(null=True)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("town", models.CharField(blank=True, max_length=120)),
                ("remark", models.TextField(blank=True)),
                ("language", models.CharField(default="en", max_length=8)),
                ("possible_duplicate", models.BooleanField(default=False)),
                ("data_consent_at", models.DateTimeField(null=True)),
                (
                    "email_consent",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not Asked"), ("given", "Given"), ("refused", "Refused")],
                        db_default="",
                        default="",
                        max_length=7,
                    ),
                ),
                ("email_consent_at", models.DateTimeField(db_default=None, default=None, null=True)),
                ("email_consent_by", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "sms_consent",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not Asked"), ("given", "Given"), ("refused", "Refused")],
                        db_default="",
                        default="",
                        max_length=7,
                    ),
                ),
                ("sms_consent_at", models.DateTimeField(db_default=None, default=None, null=True)),
                ("sms_consent_by", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("created_at", models.DateTimeField()),
                ("merged_into_id", models.UUIDField(null=True)),
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
                    "merged_into",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="merged_into_id",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="merged",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        fields=["organization", "last_key", "first_key", "birth_date"], name="contact_by_identity"
                    ),
                    models.Index(fields=["organization", "birth_date"], name="contact_by_birth_date"),
                    models.Index(
                        condition=models.Q(("merged_into_id__isnull", False)),
                        fields=["organization", "merged_into_id"],
                        name="contact_merged",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_key", ""), _negated=True), name="contact_has_a_name"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ContactWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "word",
                        "sorts_as",
                        "contact_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("word", models.CharField(db_collation="C", max_length=254)),
                (
                    "sorts_as",
                    models.CharField(
                        db_collation="C",
                        help_text="0 for a word of the last name, else 1; names, birth, telephone",
                        max_length=200,
                    ),
                ),
                ("contact_id", models.UUIDField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="contact_words",
                        to="organizations.organization",
                    ),
                ),
                (
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="words",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "contact_id", "word"], name="contact_word_by_contact")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("person_id", models.UUIDField(help_text="Who brought it; nobody else may take it in")),
                ("made_at", models.DateTimeField()),
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
        TenantTable("Contact"),
        TenantTable("ContactWord"),
        TenantTable("Upload"),
    ]
