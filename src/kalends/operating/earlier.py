"""Databases made while the tables still grew, before their migrations were written anew (docs/decisions/0024).

One that has seen all of the earlier migrations has exactly the tables that the new ones make, so it is noted as if it
had been made by them. To be deleted once nobody has one any more.
"""

from __future__ import annotations

from collections.abc import Collection

import psycopg

from kalends.operating.embedded import CannotRun

LAST_COMMIT = "f07f3c7"
"""One that has all the earlier migrations."""
EARLIER = {
    "organizations": """
        0001_initial 0002_policies_ask_once 0003_fax_of_a_provider 0004_text_messages
    """,
    "contacts": """
        0001_initial 0002_merging 0003_words_in_order 0004_not_duplicates 0005_upload 0006_organization_is_implied
        0007_consent_to_messages
    """,
    "agenda": """
        0001_initial 0002_place_lasts_at_most_40_hours 0003_resources_options_subscriptions 0004_resource_blocks
        0005_patients_are_reminded_at_once 0006_options_count_revisions 0007_organization_is_implied
        0008_payment_terms
    """,
    "delivery": """
        0001_initial 0002_marks_and_platform_mail 0003_receipts_and_opt_outs 0004_what_an_organization_decides
        0005_dead_addresses 0006_faxes 0007_text_messages 0008_sender_addresses 0009_sms_price
        0010_numbers_and_walls 0011_clocks 0012_strangers_looked_after 0013_claims_touch_no_index
        0014_what_waits_is_not_settled 0015_unsettled_in_the_order_of_claims
    """,
    "booking": """
        0001_initial 0002_a_hold_is_booked_once 0003_series_waiting_list_feeds 0004_followed 0005_why_chosen
        0006_organization_is_implied 0007_requests_are_found 0008_offers_by_text_message
    """,
    "notifications": """
        0001_initial 0002_notices 0003_institution_notices 0004_payment_notices 0005_staff_is_told
        0006_a_message_by_its_reminders
    """,
}
ANEW = {
    "organizations": """
        0001_organizations 0002_members
    """,
    "contacts": """
        0001_contacts 0002_same_person
    """,
    "agenda": """
        0001_schedules 0002_services 0003_places 0004_resources 0005_requirements 0006_options 0007_revisions
    """,
    "delivery": """
        0001_deliveries 0002_settings 0003_refused_addresses 0004_texts_and_clocks
    """,
    "booking": """
        0001_series 0002_appointments 0003_history_and_holds 0004_waiting_list 0005_offers 0006_read_elsewhere
    """,
    "notifications": """
        0001_reminders 0002_who_is_told
    """,
}


def _names(migrations: dict[str, str]) -> list[tuple[str, str]]:
    return [(app, name) for app, names in migrations.items() for name in names.split()]


def names() -> set[str]:
    """As `agenda.0001_initial`."""
    return {f"{app}.{name}" for app, name in _names(EARLIER)}


def check(applied: Collection[str]) -> None:
    """Raises CannotRun where some of the earlier migrations are in `applied`, and not all."""
    missing = sorted(names() - set(applied))
    if missing and len(missing) < len(names()):
        raise CannotRun(
            f"The database is from before the first release of Kalends and has not seen {missing[0]}: start the "
            f"Kalends of commit {LAST_COMMIT} on it once, then this one. "
            "If nothing in it is needed, begin with an empty one."
        )


def take_over(owner_url: str) -> None:
    """Note the new migrations as applied where all of the earlier ones are. Raises CannotRun where only some are."""
    with psycopg.connect(owner_url) as owner:
        if owner.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
            return
        done = {f"{app}.{name}" for app, name in owner.execute("SELECT app, name FROM django_migrations").fetchall()}
        check(done)
        if not names() <= done:
            return
        with owner.cursor() as cursor:
            cursor.executemany("DELETE FROM django_migrations WHERE (app, name) = (%s, %s)", _names(EARLIER))
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", _names(ANEW)
            )
