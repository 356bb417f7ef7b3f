from django.db import migrations, models

# As `contacts.operations.records.words_of` writes them, for the contacts that are there.
PLACE = """
' ' || rtrim(left(replace(trim(
  regexp_replace(contact.last_key || ' ' || contact.first_key, '[[:space:]\\-''.,;]+', ' ', 'g')), '+', ' '), 160))
|| coalesce(to_char(contact.birth_date, ' YYYYMMDD'), '')
|| CASE WHEN contact.phone <> '' THEN ' ' || contact.phone ELSE '' END"""
SORT = f"""
UPDATE contacts_contactword word SET sorts_as =
  CASE WHEN word.word = ANY (regexp_split_to_array(contact.last_key, '[[:space:]\\-''.,;]+')) THEN '0' ELSE '1' END
  || {PLACE}
FROM contacts_contact contact
WHERE contact.organization_id = word.organization_id AND contact.id = word.contact_id
"""
PHONES_BACKWARDS = f"""
INSERT INTO contacts_contactword (organization_id, word, sorts_as, contact_id)
SELECT organization_id, '~' || reverse(ltrim(phone, '+')), '1' || {PLACE}, id
FROM contacts_contact contact WHERE phone <> ''
"""
KEY = "ALTER TABLE contacts_contactword DROP CONSTRAINT contacts_contactword_pkey, ADD PRIMARY KEY ({})"


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0002_merging"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactword",
            name="sorts_as",
            field=models.CharField(
                db_collation="C",
                default="",
                help_text="0 for a word of the last name, else 1; names, birth, telephone",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(SORT, migrations.RunSQL.noop),
        migrations.RunSQL(PHONES_BACKWARDS, "DELETE FROM contacts_contactword WHERE word ^@ '~'"),
        # References of rows just written are checked now: a table with checks still to come cannot be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="contactword",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "organization_id",
                        "word",
                        "sorts_as",
                        "contact_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    KEY.format("organization_id, word, sorts_as, contact_id"),
                    KEY.format("organization_id, word, contact_id"),
                ),
            ],
        ),
        migrations.RemoveIndex(model_name="contactword", name="contact_word_by_contact"),
        migrations.AddIndex(
            model_name="contactword",
            index=models.Index(fields=["organization", "contact_id", "word"], name="contact_word_by_contact"),
        ),
    ]
