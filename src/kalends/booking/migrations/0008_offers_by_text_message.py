from django.db import migrations, models


class Migration(migrations.Migration):
    """By what an offer was told: its withdrawal goes the same way. Those before were mails."""

    dependencies = [("booking", "0007_requests_are_found")]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="told_by",
            field=models.CharField(
                default="email", help_text="Medium: email, sms; means nothing by telephone", max_length=8
            ),
        ),
    ]
