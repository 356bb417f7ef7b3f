import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_what_an_organization_decides"),
        ("organizations", "0002_policies_ask_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadAddress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("address", models.CharField(help_text="In lower case", max_length=254)),
                ("since", models.DateTimeField()),
                ("reason", models.CharField(blank=True, help_text="5.1.1 no such user", max_length=300)),
                ("delivery_id", models.UUIDField(help_text="What came back")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="dead_addresses",
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
        migrations.AddConstraint(
            model_name="deadaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("organization", "address"),
                name="an_address_is_dead_once",
            ),
        ),
        TenantTable("DeadAddress"),
    ]
