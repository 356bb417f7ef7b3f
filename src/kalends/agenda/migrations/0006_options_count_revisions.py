from django.db import migrations

# The options of practitioners are kept with the plan, so they count its revision up.
COUNT_REVISIONS = """
CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE ON agenda_provideroptions
FOR EACH ROW EXECUTE FUNCTION agenda_count_revision('organization_id');
"""
STOP_COUNTING = "DROP TRIGGER count_revision ON agenda_provideroptions"


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0005_patients_are_reminded_at_once"),
    ]

    operations = [
        migrations.RunSQL(COUNT_REVISIONS, STOP_COUNTING),
    ]
