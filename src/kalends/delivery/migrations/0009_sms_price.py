from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0008_sender_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="deliverysettings",
            name="sms_price",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of one part, in ten-thousandths of the currency; none: costs are not told",
                null=True,
            ),
        ),
    ]
