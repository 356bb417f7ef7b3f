import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0007_text_messages"),
        ("organizations", "0002_policies_ask_once"),
    ]

    operations = [
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="senderaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider_id", None)),
                fields=("organization",),
                name="an_organization_has_one_sender",
            ),
        ),
        migrations.AddConstraint(
            model_name="senderaddress",
            constraint=models.UniqueConstraint(
                fields=("organization", "provider_id"), name="a_practitioner_has_one_sender"
            ),
        ),
        TenantTable("SenderAddress"),
    ]
