import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
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
                ("reminder_consent", models.BooleanField(default=False)),
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
            name="ContactWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "word",
                        "contact_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("word", models.CharField(db_collation="C", max_length=254)),
                ("contact_id", models.UUIDField()),
                (
                    "contact",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="contact_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="words",
                        to="contacts.contact",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="contact_words",
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
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["organization", "last_key", "first_key", "birth_date"], name="contact_by_identity"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["organization", "birth_date"], name="contact_by_birth_date"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_key", ""), _negated=True), name="contact_has_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="contactword",
            index=models.Index(fields=["organization", "contact_id"], name="contact_word_by_contact"),
        ),
        TenantTable("Contact"),
        TenantTable("ContactWord"),
    ]
