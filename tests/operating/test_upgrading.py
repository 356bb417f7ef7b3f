"""A house that is in use can be brought up to date: migrations meet rows, not empty tables."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from kalends.operating.migrating import migrate
from tests.conftest import _admin, _create, _server, database_url
from tests.operating.conftest import drop_database

FIRST_RELEASE = {
    "accounts": "0001",
    "organizations": "0001",
    "audit": "0001",
    "contacts": "0001",
    "agenda": "0002",
    "delivery": "0002",
    "booking": "0002",
    "api": "0001",
}
MIGRATE = f"""
import django
from django.core.management import call_command
django.setup()
for capability, number in {FIRST_RELEASE}.items():
    call_command("migrate", capability, number, verbosity=0)
"""
ROWS = """
WITH house AS (
  INSERT INTO organizations_organization (id, slug, name, country, time_zone, languages, currency, phone, email,
    website, privacy_text, is_published, is_active, hold_minutes, allowed_origins, created_at)
  VALUES (gen_random_uuid(), 'old', 'Old', 'FR', 'Europe/Paris', '{fr}', 'EUR', '', '', '', '', true, true, 5,
    '{}', now())
  RETURNING id
), person AS (
  INSERT INTO contacts_contact (organization_id, id, last_name, first_name, last_key, first_key, birth_date, email,
    email_key, phone, phone_extension, address, postcode, town, remark, language, possible_duplicate,
    reminder_consent, created_at)
  SELECT id, gen_random_uuid(), 'Le Goff', 'Anne', 'le goff', 'anne', '1987-03-14', '', '', '+33612345678', '', '', '',
    '', '', 'fr', false, false, now() FROM house
  RETURNING organization_id, id
)
INSERT INTO contacts_contactword (organization_id, word, contact_id)
SELECT organization_id, unnest(ARRAY['le', 'goff', 'anne', '33612345678', '612345678']), id FROM person
"""


@pytest.fixture
def old_house() -> Iterator[tuple[str, str]]:
    """Owner's and application's URL of a database as the first release left it, with somebody in it."""
    from kalends.operating.migrating import role_of

    owner_url, app_url = _server()
    name = f"kalends_upgrade_{uuid4().hex[:8]}"
    with _admin(owner_url) as admin:
        _create(admin, name, "template0", role_of(app_url))
    urls = database_url(owner_url, name), database_url(app_url, name)
    subprocess.run([sys.executable, "-c", MIGRATE], env={**os.environ, "DATABASE_URL": urls[0]}, check=True)
    with psycopg.connect(urls[0], autocommit=True) as owner:
        owner.execute(ROWS)
    yield urls
    drop_database(owner_url, name)


def test_a_house_in_use_is_brought_up_to_date(old_house: tuple[str, str]) -> None:
    migrate(owner_url=old_house[0], app_url=old_house[1])
    with psycopg.connect(old_house[0]) as owner:
        words = owner.execute("SELECT word, sorts_as FROM contacts_contactword ORDER BY word").fetchall()
    place = " le goff anne 19870314 +33612345678"
    assert words == [
        ("33612345678", f"1{place}"),
        ("612345678", f"1{place}"),
        ("anne", f"1{place}"),
        ("goff", f"0{place}"),
        ("le", f"0{place}"),
        ("~87654321633", f"1{place}"),
    ]
