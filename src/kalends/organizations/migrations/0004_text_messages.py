from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_fax_of_a_provider"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="phone",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="A mobile, for notices by text message", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="sms_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="How text messages write the name; empty: as it is",
                max_length=60,
            ),
        ),
    ]
