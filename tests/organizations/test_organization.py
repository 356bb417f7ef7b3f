"""Organizations, their locations and practitioners: checked, written, traced."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from kalends.agenda import operations as agenda
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.organizations import operations as organizations
from kalends.organizations.models import RESERVED_SLUGS, Organization
from kalends.organizations.rules import sort_key
from tests.agenda.shared import act, lines
from tests.cast import NOW, Clinic

WHO = system("test")


def make(**fields: Any) -> Organization:
    new = Organization(
        **{
            "slug": "la-source",
            "name": " Clinique  de la Source ",
            "country": "fr",
            "time_zone": "Europe/Paris",
            "languages": ["fr", "en", "fr"],
            "phone": "02 61 91 40 12",
            **fields,
        }
    )
    with tenancy.acting(organization=new, by=WHO):
        organizations.make_organization(new, by=WHO, now=NOW)
        agenda.open_channels(new, by=WHO, now=NOW)
    return new


def refused(what: Any, *args: Any, **fields: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        what(*args, **fields)
    return sorted(error.field for error in caught.value.errors)


def test_a_new_organization_is_cleaned_and_written_with_its_channels(db: None) -> None:
    new = make()
    found = Organization.objects.get(slug="la-source")
    assert (found.id, found.name, found.country, found.languages, found.phone) == (
        new.id,
        "Clinique de la Source",
        "FR",
        ["fr", "en"],
        "+33261914012",
    )
    with tenancy.acting(organization=new, by=WHO):
        assert new.channels.count() == 4
        assert new.audit_entries.filter(act="organization:make", subject_id=new.id).count() == 1


def test_every_bad_field_of_an_organization_is_named(db: None) -> None:
    fields = refused(
        make,
        slug="La Source",
        name="",
        country="XX",
        time_zone="Europe/Angers",
        languages=["fr", "tlh"],
        currency="EURO",
        phone="12",
        email="nobody",
        website="javascript:alert(1)",
        hold_minutes=0,
        allowed_origins=["https://a.example/page"],
    )
    assert fields == [
        "allowed_origins",
        "country",
        "currency",
        "email",
        "hold_minutes",
        "languages",
        "name",
        "phone",
        "slug",
        "time_zone",
        "website",
    ]
    assert Organization.objects.count() == 0


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_the_addresses_of_the_installation_are_nobodys(db: None, slug: str) -> None:
    assert refused(make, slug=slug) == ["slug"]


@pytest.mark.parametrize("slug", ["-a", "a-", "a.b", "a/b", "é", "", "a" * 64, "a b", "A"])
def test_an_address_is_made_of_small_letters_digits_and_hyphens(db: None, slug: str) -> None:
    assert refused(make, slug=slug) == ["slug"]


def test_an_address_that_is_used_is_refused(tilleuls: Clinic) -> None:
    assert refused(make, slug="tilleuls") == ["slug"]


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://www.clinique.example", True),
        ("https://clinique.example:8443", True),
        ("http://localhost:3000", True),
        ("http://www.clinique.example", False),
        ("https://www.clinique.example/", False),
        ("https://*.example", False),
        ("https://a.example;script-src *", False),
        ("https://a.example b.example", False),
        ("https://user@a.example", False),
        ("https://", False),
        ("*", False),
        ("null", False),
    ],
)
def test_sites_that_may_show_the_page_are_exact_origins(tilleuls: Clinic, origin: str, good: bool) -> None:
    """They go into a header: nothing but scheme, host and port gets there."""
    edit = {"what": act, "allowed_origins": [origin]}
    if good:
        edited = act(tilleuls, organizations.edit_organization, tilleuls.organization, allowed_origins=[origin])
        assert edited.allowed_origins == [origin]
    else:
        del edit["what"]
        assert refused(act, tilleuls, organizations.edit_organization, tilleuls.organization, **edit) == [
            "allowed_origins"
        ]


def test_an_edit_writes_what_changed_and_leaves_what_others_changed(tilleuls: Clinic) -> None:
    mine, theirs = (Organization.objects.get(slug="tilleuls") for _ in range(2))
    act(tilleuls, organizations.edit_organization, theirs, hold_minutes=10)
    act(tilleuls, organizations.edit_organization, mine, name="Les Tilleuls")
    found = Organization.objects.get(slug="tilleuls")
    assert (found.name, found.hold_minutes) == ("Les Tilleuls", 10)
    assert lines(tilleuls, "organization:edit") == [
        ({"hold_minutes": 5}, {"hold_minutes": 10}),
        ({"name": "Centre médical des Tilleuls"}, {"name": "Les Tilleuls"}),
    ]


def test_a_location_is_where_its_organization_is_unless_told(tilleuls: Clinic) -> None:
    here = act(tilleuls, organizations.make_location, tilleuls.organization, name="Annexe", phone="02 61 91 40 13")
    there = act(
        tilleuls,
        organizations.make_location,
        tilleuls.organization,
        name="Montréal",
        country="CA",
        time_zone="America/Toronto",
        phone="514 555-0143",
    )
    assert (here.country, here.time_zone, here.phone) == ("FR", "Europe/Paris", "+33261914013")
    assert (there.country, there.time_zone, there.phone) == ("CA", "America/Toronto", "+15145550143")


def test_two_locations_have_two_names(tilleuls: Clinic, carpati: Clinic) -> None:
    assert refused(act, tilleuls, organizations.make_location, tilleuls.organization, name="Centre") == ["name"]
    act(tilleuls, organizations.make_location, tilleuls.organization, name="Nord")
    act(carpati, organizations.make_location, carpati.organization, name="Nord")


def test_a_practitioner_is_found_by_the_last_name(tilleuls: Clinic) -> None:
    made = act(tilleuls, organizations.make_provider, tilleuls.organization, name="Pr. Édouard  Le Goff")
    assert (made.name, made.sort_key) == ("Pr. Édouard Le Goff", "goff edouard le")
    edited = act(tilleuls, organizations.edit_provider, made, sort_key="le goff edouard", is_active=False)
    assert (edited.sort_key, edited.is_active) == ("le goff edouard", False)
    renamed = act(tilleuls, organizations.edit_provider, made, name="Dr Anna Iliescu")
    assert renamed.sort_key == "iliescu anna"
    assert lines(tilleuls, "provider:edit")[0] == (
        {"is_active": True, "sort_key": "goff edouard le"},
        {"is_active": False, "sort_key": "le goff edouard"},
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr Hélène Vasseur", "vasseur helene"),
        ("Vasseur, Hélène", "vasseur helene"),
        ("Conf. Dr. Ștefan Ţurcanu", "turcanu stefan"),
        ("Radiologie", "radiologie"),
        ("Dr", "dr"),
        ("Prof. Dr", "dr prof"),
        ("Jean-Luc Martin", "martin jean luc"),
    ],
)
def test_the_key_of_a_name(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_every_language_that_is_offered_can_be_chosen(tilleuls: Clinic) -> None:
    codes = [code for code, _ in settings.LANGUAGES]
    assert act(tilleuls, organizations.edit_organization, tilleuls.organization, languages=codes).languages == codes


def test_nothing_is_written_into_another_organization(tilleuls: Clinic, carpati: Clinic) -> None:
    """TEN: a row at hand is no right to change it."""
    from django.db import ProgrammingError

    with pytest.raises(Exception) as caught:
        act(tilleuls, organizations.edit_location, carpati.schedule.location, name="Prise")
    assert isinstance(caught.value, ProgrammingError) or "did not affect any rows" in str(caught.value)
    with carpati.acting():
        assert carpati.organization.locations.get().name == "Centre"
