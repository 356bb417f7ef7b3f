import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0002_settings"),
    ]

    operations = [
        migrations.CreateModel(
            name="OptOut",
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
                ("address", models.CharField(help_text="E.164, or an e-mail address in lower case", max_length=254)),
                ("since", models.DateTimeField()),
                ("words", models.CharField(blank=True, help_text="What they answered", max_length=160)),
                ("by_label", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "covers",
                    models.CharField(choices=[("all", "All"), ("unasked", "Unasked")], default="all", max_length=8),
                ),
                ("is_stranger", models.BooleanField(default=False, help_text="Says not to be whom we meant (TEL-08)")),
                (
                    "looked_after_at",
                    models.DateTimeField(help_text="Somebody has seen to whose address this is not", null=True),
                ),
                ("looked_after_by", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opt_outs",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("is_stranger", True), ("looked_after_at", None)),
                        fields=["organization", "since"],
                        name="stranger_to_look_after",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organization", "medium", "address"),
                        name="one_opt_out_at_a_time",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organization", "address"),
                        name="an_address_is_dead_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("OptOut"),
        TenantTable("DeadAddress"),
    ]
