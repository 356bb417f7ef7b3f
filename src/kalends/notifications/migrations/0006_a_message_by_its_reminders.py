from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_staff_is_told"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("message_id", models.F("id")), _negated=True),
                fields=["organization", "message_id"],
                name="reminders_told_with_another",
            ),
        ),
    ]
