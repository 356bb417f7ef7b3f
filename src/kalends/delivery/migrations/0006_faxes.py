import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import kalends.foundation.database.models
from kalends.foundation.database.migrations import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0005_dead_addresses"),
        ("organizations", "0003_fax_of_a_provider"),
    ]

    operations = [
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
            options={"abstract": False, "base_manager_name": "all_rows"},
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="faxnumber",
            constraint=models.UniqueConstraint(
                fields=("organization", "number"), name="a_fax_number_is_confirmed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("medium", "fax")), fields=["organization", "recipient"], name="fax_by_recipient"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("medium", "fax"), ("receipt", ""), ("state", "sent")),
                fields=["organization", "carrier"],
                name="fax_under_way",
            ),
        ),
        TenantTable("FaxNumber"),
    ]
