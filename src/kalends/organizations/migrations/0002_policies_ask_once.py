from django.db import migrations

from kalends.foundation.database.migrations import READS, WRITES

# Tables that were made before have the policies of then; those made since have these from the start.
TABLES = f"""
DO $$
DECLARE guarded text;
BEGIN
  FOR guarded IN
    SELECT tablename FROM pg_policies WHERE schemaname = current_schema AND policyname = 'writes'
  LOOP
    EXECUTE format($reads$ALTER POLICY reads ON %I USING ({READS})$reads$, guarded);
    EXECUTE format($writes$ALTER POLICY writes ON %I USING ({WRITES})$writes$, guarded);
  END LOOP;
END $$
"""
ONESELF = """
ALTER POLICY own_person ON organizations_membership
USING (person_id = (SELECT nullif(current_setting('kalends.person', true), '')::uuid))
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(ONESELF, migrations.RunSQL.noop),
    ]
