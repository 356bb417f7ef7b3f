from django.db import migrations, models

WAITS_AGAIN = """
UPDATE delivery_delivery SET settled_at = NULL WHERE state IN ('queued', 'claimed') AND settled_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0013_claims_touch_no_index"),
    ]

    operations = [
        migrations.RunSQL(WAITS_AGAIN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("queued", "claimed")), _negated=True),
                    ("settled_at", None),
                    _connector="OR",
                ),
                name="what_waits_is_not_settled",
            ),
        ),
    ]
