import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0004_resources"),
    ]

    operations = [
        migrations.CreateModel(
            name="Requirement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("service_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
                (
                    "service",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="service_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="requirements",
                        to="agenda.service",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [models.Index(fields=["organization", "service_id"], name="requirement_by_service")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RequirementChoice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("requirement_id", models.UUIDField()),
                ("resource_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="requirement_choices",
                        to="organizations.organization",
                    ),
                ),
                (
                    "requirement",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="requirement_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="choices",
                        to="agenda.requirement",
                    ),
                ),
                (
                    "resource",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="resource_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="choices",
                        to="agenda.resource",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "requirement_id", "resource_id"), name="a_resource_is_chosen_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Requirement"),
        TenantTable("RequirementChoice"),
    ]
