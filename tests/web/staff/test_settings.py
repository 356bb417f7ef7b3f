"""What administrators set: the organization, its places and people, services, agendas."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from kalends.organizations.models import Organization
from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, audited, book, coming, notices, text

SETTINGS = "/app/tilleuls/settings/"


def form_of(response: HttpResponse) -> dict[str, Any]:
    """What a browser would send back without a change."""
    form = response.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def change(client: Client, page: str, **changes: Any) -> HttpResponse:
    """Open a page, change some fields, save; an empty value leaves a tick out."""
    sent = form_of(client.get(SETTINGS + page)) | changes
    return client.post(SETTINGS + page, {name: value for name, value in sent.items() if value is not None}, follow=True)


class TestOrganization:
    def test_saves_and_keeps_the_first_language_first(self, tilleuls: Clinic, signed_in: Browser) -> None:
        changes = {
            "name": "Cabinet des Tilleuls",
            "language": "ro",
            "languages": ["fr", "ro"],
            "phone": "01 42 68 53 00",
        }
        answer = change(signed_in(tilleuls.admin), "organization/", **changes)
        known = Organization.objects.get(slug="tilleuls")
        assert notices(answer) == ["good: Saved."]
        assert (known.name, known.languages, known.phone) == ("Cabinet des Tilleuls", ["ro", "fr"], "+33142685300")

    def test_without_a_change_nothing_changes(self, tilleuls: Clinic, signed_in: Browser) -> None:
        def values() -> dict[str, Any]:
            return Organization.objects.filter(slug="tilleuls").values().get()

        before = values()
        change(signed_in(tilleuls.admin), "organization/")
        assert values() == before

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"slug": "api"}, {"slug": ["This address is kept for the installation itself. Please choose another."]}),
            ({"slug": "carpati"}, {"slug": ["This address is already used. Please choose another."]}),
            ({"currency": "FRF1"}, {"currency": ["Ensure this value has at most 3 characters (it has 4)."]}),
            ({"currency": "QQQ"}, {"currency": ["Please give a currency by its three letters: EUR."]}),
            (
                {"allowed_origins": "https://a.example/page"},
                {"allowed_origins": ["Please write sites as https://www.example.org, without anything after."]},
            ),
        ],
    )
    def test_each_reason_stands_beside_its_field(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser, changes: dict[str, str], errors: dict[str, Any]
    ) -> None:
        answer = change(signed_in(tilleuls.admin), "organization/", **changes)
        assert (answer.status_code, answer.context["form"].errors) == (422, errors)
        assert Organization.objects.filter(slug="tilleuls", currency="EUR").exists()

    def test_another_address_leads_on(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = change(signed_in(tilleuls.admin), "organization/", slug="cabinet")
        assert answer.request["PATH_INFO"] == "/app/cabinet/settings/organization/"


class TestPlacesAndPractitioners:
    def test_a_location(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        change(client, "locations/new/", name="Annexe", town="Avrillé", time_zone="America/Toronto", country="CA")
        with tilleuls.acting():
            made = tilleuls.organization.locations.get(name="Annexe")
        change(client, f"locations/{made.id}/", town="Montréal", is_active=None)
        listed = client.get(SETTINGS + "locations/").context["rows"]
        assert [(row.name, row.town, row.time_zone, row.is_active) for row, _url in listed] == [
            ("Annexe", "Montréal", "America/Toronto", False),
            ("Centre", "Angers", "Europe/Paris", True),
        ]

    def test_two_locations_do_not_share_a_name(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = change(signed_in(tilleuls.admin), "locations/new/", name="Centre")
        assert answer.context["form"].errors == {"name": ["Another location already has this name."]}

    def test_the_zone_of_a_place_with_appointments_stays(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        page = f"locations/{tilleuls.schedule.location_id}/"
        answer = change(signed_in(tilleuls.admin), page, time_zone="America/Toronto")
        assert answer.status_code == 409
        assert notices(answer) == [
            "bad: Appointments are still to come here, and their time zone would change. Move or cancel them first."
        ]

    def test_a_practitioner_stands_by_the_last_name(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        change(client, "providers/new/", name="Dr Zoé Abel", speciality="Cardiologie")
        names = [row.name for row, _url in client.get(SETTINGS + "providers/").context["rows"]]
        assert names == ["Dr Zoé Abel", "Dr Hélène Vasseur"]

    def test_a_practitioner_has_a_fax_number(self, tilleuls: Clinic, signed_in: Browser) -> None:
        page = f"providers/{tilleuls.schedule.provider_id}/"
        client = signed_in(tilleuls.admin)
        change(client, page, fax="02 41 23 45 68")
        with tilleuls.acting():
            assert tilleuls.organization.providers.get().fax == "+33241234568"
        assert "Digits are missing in this number." in text(change(client, page, fax="12"))


class TestServices:
    def test_a_new_one_with_all_that_it_says(self, tilleuls: Clinic, signed_in: Browser) -> None:
        change(
            signed_in(tilleuls.admin),
            "services/new/",
            names_fr="Contrôle",
            names_en="Check",
            duration="20",
            buffer_after="5",
            price_minor="1 234,50",
            notice="2",
            notice_unit="1440",
            same_day_release="8:00",
            required_fields=["phone", "reason"],
            channels=["phone", "staff"],
            colour="4",
            preparation_fr="À jeun\r\ndepuis minuit",
            new_patients=None,
        )
        with tilleuls.acting():
            made = tilleuls.organization.services.get(colour=4)
            channels = sorted(made.ticks.values_list("channel__kind", flat=True))
        assert (made.names, made.duration, made.buffer_after) == ({"fr": "Contrôle", "en": "Check"}, 20, 5)
        assert (made.price_minor, made.notice_minutes, made.same_day_release) == (123450, 2880, 480)
        assert (made.required_fields, channels, made.new_patients) == (["phone", "reason"], ["phone", "staff"], False)
        assert made.preparation == {"fr": "À jeun\ndepuis minuit"}

    def test_without_a_change_nothing_changes(self, tilleuls: Clinic, signed_in: Browser) -> None:
        def values() -> dict[str, Any]:
            with tilleuls.acting():
                return tilleuls.organization.services.filter(id=tilleuls.service.id).values().get()

        before = values()
        answer = change(signed_in(tilleuls.admin), f"services/{tilleuls.service.id}/")
        assert notices(answer) == ["good: Saved."]
        assert values() == before
        assert audited(tilleuls, "channel:tick") == []

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            (
                {"names_fr": "", "names_en": "", "names_ro": ""},
                {"names_en": ["Please give the service a name."]},
            ),
            ({"duration": "3"}, {"duration": ["Ensure this value is greater than or equal to 5."]}),
            ({"price_minor": "54,505"}, {"price_minor": ["Please write an amount such as 54 or 54,50."]}),
            ({"price_minor": "-1"}, {"price_minor": ["Please write an amount such as 54 or 54,50."]}),
            ({"same_day_release": "25:00"}, {"same_day_release": ["Please write an hour as 9:30."]}),
            ({"same_day_release": "24:00"}, {"same_day_release": ["This must be between 0 and 1439."]}),
        ],
    )
    def test_each_reason_stands_beside_its_field(
        self, tilleuls: Clinic, signed_in: Browser, changes: dict[str, str], errors: dict[str, Any]
    ) -> None:
        answer = change(signed_in(tilleuls.admin), f"services/{tilleuls.service.id}/", **changes)
        assert (answer.status_code, answer.context["form"].errors) == (422, errors)

    def test_ticks_of_channels_open_and_close_the_ways(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        change(client, f"services/{tilleuls.service.id}/", channels=["staff"])
        page = client.get(f"/app/tilleuls/book/?service={tilleuls.service.id}&day={coming()}")
        assert page.context["week"].reason == "This service is not booked through this channel."


class TestAgendas:
    def test_from_nothing_to_hours(self, tilleuls: Clinic, signed_in: Browser) -> None:
        schedule = tilleuls.schedule
        answer = change(
            signed_in(tilleuls.admin),
            "schedules/new/",
            name="Laser",
            provider=schedule.provider_id,
            location=schedule.location_id,
            step_minutes="20",
        )
        with tilleuls.acting():
            made = tilleuls.organization.schedules.get(name="Laser")
        assert answer.request["PATH_INFO"] == f"{SETTINGS}schedules/{made.id}/opening/"
        assert (made.step_minutes, made.time_zone, made.capacity) == (20, "Europe/Paris", 1)

    def test_the_list_says_what_an_agenda_lacks(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        schedule = tilleuls.schedule
        wanted = {"provider": schedule.provider_id, "location": schedule.location_id}
        change(client, "schedules/new/", name="Laser", **wanted)
        rows = client.get(SETTINGS + "schedules/").context["rows"]
        assert [(row["schedule"].name, row["has_hours"], row["services"]) for row in rows] == [
            ("Dr Vasseur", True, 1),
            ("Laser", False, 0),
        ]

    def test_switched_off_it_takes_nothing_new(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        client = signed_in(tilleuls.admin)
        change(client, f"schedules/{tilleuls.schedule.id}/", is_active=None)
        shown = client.get(f"/app/tilleuls/?day={coming()}").context["day"].agendas[0]
        assert (shown.closed, [line.kind for line in shown.lines]) == (
            "This agenda is switched off: nothing new is booked.",
            ["visit"],
        )

    def test_without_a_location_or_practitioner_says_what_to_make_first(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        client = signed_in(tilleuls.admin)
        change(client, f"providers/{tilleuls.schedule.provider_id}/", is_active=None)
        assert "Name the practitioner first" in text(client.get(SETTINGS + "schedules/new/"))

    def test_a_service_with_its_own_length_and_price_here(self, tilleuls: Clinic, signed_in: Browser) -> None:
        service = tilleuls.service.id
        sent = {f"{service}-offered": "on", f"{service}-duration": "60", f"{service}-price_minor": "80,5"}
        page = f"{SETTINGS}schedules/{tilleuls.schedule.id}/services/"
        client = signed_in(tilleuls.admin)
        client.post(page, sent)
        with tilleuls.acting():
            made = tilleuls.schedule.offerings.get()
        assert (made.duration, made.buffer_before, made.price_minor) == (60, None, 8050)
        client.post(page, {})
        with tilleuls.acting():
            assert tilleuls.schedule.offerings.count() == 0

    def test_a_bad_length_is_told_beside_it(self, tilleuls: Clinic, signed_in: Browser) -> None:
        service = tilleuls.service.id
        answer = signed_in(tilleuls.admin).post(
            f"{SETTINGS}schedules/{tilleuls.schedule.id}/services/",
            {f"{service}-offered": "on", f"{service}-duration": "2"},
        )
        assert answer.status_code == 422
        assert answer.context["forms"][0].errors == {"duration": ["Ensure this value is greater than or equal to 5."]}
