from datetime import timedelta

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                name="place_lasts_at_most_40_hours",
                condition=models.Q(
                    ends_at__lte=models.F("starts_at") + models.Value(timedelta(hours=40), models.DurationField())
                ),
            ),
        ),
    ]
