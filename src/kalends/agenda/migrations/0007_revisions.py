import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from kalends.foundation.database.migrations import TenantTable

# Whatever decides free times counts the organization's revision up, by whatever hand it is written.
DECIDES_FREE_TIMES = {
    "agenda_schedule": "organization_id",
    "agenda_openingrule": "organization_id",
    "agenda_dayoverride": "organization_id",
    "agenda_closure": "organization_id",
    "agenda_service": "organization_id",
    "agenda_offering": "organization_id",
    "agenda_channel": "organization_id",
    "agenda_channelservice": "organization_id",
    # What a visit needs decides them too.
    "agenda_resource": "organization_id",
    "agenda_requirement": "organization_id",
    "agenda_requirementchoice": "organization_id",
    # The options of practitioners are kept with the plan.
    "agenda_provideroptions": "organization_id",
    "organizations_location": "organization_id",
    "organizations_provider": "organization_id",
    "organizations_organization": "id",
}
COUNT_REVISIONS = """
CREATE FUNCTION agenda_count_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  changed uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
  ELSE
    changed := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  END IF;
  INSERT INTO agenda_revision (organization_id, kind, number) VALUES (changed, 'agenda', 1)
  ON CONFLICT (organization_id, kind) DO UPDATE SET number = agenda_revision.number + 1;
  RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION agenda_count_revision('{column}');
"""
    for table, column in DECIDES_FREE_TIMES.items()
)
DROP_REVISIONS = "DROP FUNCTION agenda_count_revision() CASCADE"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agenda", "0006_options"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "kind", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(default="agenda", max_length=12)),
                ("number", models.BigIntegerField(default=1)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="%(class)ss",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_rows",
                "constraints": [models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="revision_grows")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_rows", django.db.models.manager.Manager()),
            ],
        ),
        TenantTable("Revision"),
        migrations.RunSQL(COUNT_REVISIONS, DROP_REVISIONS),
    ]
