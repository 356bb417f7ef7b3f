from django.db import migrations, models

# A page keeps room for the versions of a row that a claim and a mark write (docs/decisions/0023).
ROOM = "ALTER TABLE delivery_delivery SET (fillfactor = 60)"
NO_ROOM = "ALTER TABLE delivery_delivery RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0012_strangers_looked_after"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["organization", "due_at"],
                name="delivery_unsettled",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_waiting"),
        migrations.RemoveIndex(model_name="delivery", name="fax_under_way"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("medium", "fax"), ("receipt", ""), ("settled_at__isnull", False)),
                fields=["organization", "carrier"],
                name="fax_under_way",
            ),
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
