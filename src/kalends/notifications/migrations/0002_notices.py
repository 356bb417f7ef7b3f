import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
        ("organizations", "0004_text_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("membership_id", models.UUIDField()),
                ("kind", models.CharField(max_length=40)),
                ("cause_id", models.UUIDField(help_text="What it is about: the appointment")),
                ("cause_version", models.PositiveIntegerField(default=0)),
                ("facts", models.JSONField(help_text="As it was when it happened")),
                ("written_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="membership_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices",
                        to="organizations.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="notices",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(fields=["organization", "membership_id", "written_at"], name="notices_by_time"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["organization", "membership_id"],
                        name="notices_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "membership_id", "cause_id", "cause_version", "kind"),
                        name="a_member_has_a_notice_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Notice"),
    ]
