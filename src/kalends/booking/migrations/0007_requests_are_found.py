from django.db import migrations, models


class Migration(migrations.Migration):
    """The menu of every page counts the requests that wait: without it all appointments were looked through."""

    dependencies = [("booking", "0006_organization_is_implied")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status", "pending")),
                fields=["organization", "approve_by"],
                name="appointment_pending_by_end",
            ),
        ),
    ]
