import django.contrib.postgres.fields
from django.db import migrations, models

import kalends.agenda.models.options


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0004_resource_blocks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="provideroptions",
            name="immediate_reminder",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("message", "Message"), ("email", "Email"), ("sms", "Sms")], max_length=8
                ),
                blank=True,
                default=kalends.agenda.models.options.by_email,
                size=None,
            ),
        ),
    ]
