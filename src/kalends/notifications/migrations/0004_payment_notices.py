import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_institution_notices"),
        ("organizations", "0003_fax_of_a_provider"),
    ]

    operations = [
        migrations.AddField(
            model_name="notificationsettings",
            name="payment_emails",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=254), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="notificationsettings",
            name="payment_hours",
            field=models.PositiveSmallIntegerField(default=48, help_text="Before the deadline, patients too"),
        ),
        migrations.AddConstraint(
            model_name="notificationsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_hours__range", (1, 720))), name="deadlines_are_told_1_to_720_hours_before"
            ),
        ),
    ]
