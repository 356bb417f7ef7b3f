import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0002_appointments"),
        ("organizations", "0001_organizations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=kalends.foundation.database.models.new_id, editable=False)),
                ("appointment_id", models.UUIDField()),
                ("amount_minor", models.PositiveIntegerField(help_text="As it was booked")),
                ("currency", models.CharField(max_length=3)),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("unpaid", "Unpaid"), ("paid", "Paid"), ("dropped", "Dropped")],
                        default="unpaid",
                        max_length=8,
                    ),
                ),
                ("since", models.DateTimeField(help_text="When the state changed")),
                ("by_label", models.CharField(blank=True, help_text="Who noted that it was paid", max_length=200)),
                ("version", models.PositiveIntegerField(default=0, help_text="Counts the deadlines")),
                ("told_for", models.DateTimeField(help_text="The deadline that was told of as near", null=True)),
                (
                    "appointment",
                    kalends.foundation.database.models.TenantForeignKey(
                        column="appointment_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="payments",
                        to="booking.appointment",
                    ),
                ),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "unpaid")),
                        fields=["organization", "due_at"],
                        name="unpaid_by_deadline",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "appointment_id"), name="a_visit_has_one_payment"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="something_is_to_be_paid"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Payment"),
    ]
