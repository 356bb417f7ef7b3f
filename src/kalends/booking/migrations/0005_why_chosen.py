from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_followed")]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="chosen",
            field=models.JSONField(null=True, help_text="Why this schedule, where any practitioner would have done"),
        ),
    ]
