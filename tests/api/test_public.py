"""What everybody may see: organizations, their places, what they offer."""

from __future__ import annotations

from collections.abc import Callable

from kalends.agenda import operations as agenda
from tests.api.callers import NOT_FOUND, Caller, told
from tests.cast import Clinic


def test_only_organizations_that_publish_their_page_are_listed(clinics: Callable[..., Clinic]) -> None:
    clinics("ouvert", phone="+33261914012", website="https://ouvert.example")
    clinics("ferme", is_published=False)
    clinics("parti", is_active=False)
    status, body = told(Caller().get("public/organizations"))
    assert status == 200
    assert [{**item, "id": ""} for item in body["items"]] == [
        {
            "id": "",
            "slug": "ouvert",
            "name": "Ouvert",
            "country": "FR",
            "time_zone": "Europe/Paris",
            "languages": ["fr", "en", "ro"],
            "currency": "EUR",
            "phone": "+33261914012",
            "email": "",
            "website": "https://ouvert.example",
        }
    ]
    assert body["next"] is None


def test_organizations_come_in_pages(clinics: Callable[..., Clinic]) -> None:
    for slug in ("c", "a", "b"):
        clinics(slug)
    _, first = told(Caller().get("public/organizations", limit=2))
    _, second = told(Caller().get("public/organizations", limit=2, cursor=first["next"]))
    assert [item["slug"] for item in first["items"]] == ["a", "b"]
    assert [item["slug"] for item in second["items"]] == ["c"]
    assert second["next"] is None


def test_a_page_goes_on_where_it_stopped_whatever_came_meanwhile(clinics: Callable[..., Clinic]) -> None:
    for slug in ("b", "d"):
        clinics(slug)
    _, first = told(Caller().get("public/organizations", limit=1))
    clinics("a")
    clinics("c")
    _, rest = told(Caller().get("public/organizations", cursor=first["next"]))
    assert [item["slug"] for item in rest["items"]] == ["c", "d"]


def test_locations(tilleuls: Clinic) -> None:
    assert told(Caller().get("public/tilleuls/locations")) == (
        200,
        {
            "items": [
                {
                    "id": str(tilleuls.schedule.location_id),
                    "slug": "centre",
                    "name": "Centre",
                    "address": "12, rue des Tilleuls",
                    "postcode": "49000",
                    "town": "Angers",
                    "country": "FR",
                    "time_zone": "Europe/Paris",
                    "phone": "",
                    "directions": "",
                }
            ],
            "next": None,
        },
    )


def test_services_say_who_offers_them_where_in_the_callers_language(tilleuls: Clinic) -> None:
    caller = Caller({"Accept-Language": "ro-RO,ro;q=0.9,en;q=0.5"})
    assert told(caller.get("public/tilleuls/services")) == (
        200,
        {
            "items": [
                {
                    "id": str(tilleuls.service.id),
                    "slug": "consultation",
                    "name": "Consultație",
                    "names": {"fr": "Consultation", "en": "Consultation", "ro": "Consultație"},
                    "category": "Dermatologie",
                    "duration": 30,
                    "price_minor": 5400,
                    "currency": "EUR",
                    "bookable": True,
                    "phone_text": "",
                    "preparation": "",
                    "required_fields": ["email", "phone", "birth_date"],
                    "new_patients": True,
                    "needs_approval": False,
                    "locations": [str(tilleuls.schedule.location_id)],
                    "providers": [
                        {
                            "id": str(tilleuls.schedule.provider_id),
                            "name": "Dr Hélène Vasseur",
                            "speciality": "Dermatologie",
                        }
                    ],
                }
            ],
            "next": None,
        },
    )


def test_hidden_services_are_not_shown_and_those_by_phone_are_not_bookable(tilleuls: Clinic) -> None:
    organization, by = tilleuls.organization, tilleuls.actor()
    with tilleuls.acting() as now:
        agenda.edit_service(tilleuls.service, visibility="hidden", by=by, now=now)
        agenda.make_service(
            organization,
            names={"fr": "Chirurgie"},
            duration=60,
            visibility="phone",
            phone_text={"fr": "Appelez-nous."},
            by=by,
            now=now,
        )
    _, body = told(Caller().get("public/tilleuls/services"))
    assert [(item["name"], item["bookable"], item["phone_text"]) for item in body["items"]] == [
        ("Chirurgie", False, "Appelez-nous.")
    ]


def test_who_does_not_publish_is_not_there(clinics: Callable[..., Clinic]) -> None:
    clinics("ferme", is_published=False)
    for part in ("locations", "services", "slots"):
        assert told(Caller().get(f"public/ferme/{part}")) == (404, NOT_FOUND)
        assert told(Caller().get(f"public/personne/{part}")) == (404, NOT_FOUND)
