from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0014_what_waits_is_not_settled"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="delivery", name="delivery_unsettled"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["organization", "due_at", "id"],
                name="delivery_unsettled",
            ),
        ),
    ]
