from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_policies_ask_once")]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="fax",
            field=models.CharField(blank=True, db_default="", default="", help_text="E.164", max_length=32),
        ),
    ]
