from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0007_organization_is_implied"),
        ("organizations", "0003_fax_of_a_provider"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="payment_due",
            field=models.CharField(
                blank=True,
                choices=[("", "Not Before"), ("before", "Before"), ("after", "After")],
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="payment_hours",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_hours__range", (1, 2160))), name="payment_is_due_1_hour_to_90_days"
            ),
        ),
    ]
