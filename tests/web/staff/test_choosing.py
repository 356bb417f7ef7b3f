"""Booking by telephone, until all is chosen: what, when, who."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from kalends.agenda import operations as agenda
from kalends.organizations import operations as organizations
from tests.cast import Clinic
from tests.web.staff.desk import BOOK, Browser, at, audited, book, chosen, coming, look, notices, text


class TestChoosing:
    def test_the_only_service_is_chosen_and_its_first_free_week_shown(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        context = look(signed_in(tilleuls.staff), {}).context
        assert context["service_name"] == "Consultation"
        assert any(day.times for day in context["week"].days)

    def test_a_time_leads_to_who_comes(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        week = look(client, {"service": tilleuls.service.id, "day": coming()}).context["week"]
        page = client.get(week.days[0].times[0].url)
        assert page.context["slot_when"] == f"Monday {coming().day} {coming():%B}, 9:00"
        assert "Who comes?" in text(page)

    def test_a_free_line_brings_time_and_agenda(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        line = client.get(f"/app/tilleuls/?day={coming()}").context["day"].agendas[0].lines[1]
        assert client.get(line.url).context["slot_when"] == f"Monday {coming().day} {coming():%B}, 13:00"

    def test_of_a_free_line_only_the_services_that_fit_can_be_chosen(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        with tilleuls.acting() as now:
            by = tilleuls.actor()
            longer = agenda.make_service(tilleuls.organization, names={"en": "Long visit"}, duration=60, by=by, now=now)
            offered = [{"service": tilleuls.service}, {"service": longer}]
            agenda.set_offerings(tilleuls.schedule, offered, by=by, now=now)
        client = signed_in(tilleuls.staff)
        asked = {name: value for name, value in chosen(tilleuls, 16).items() if name != "service"}
        half_past = {**asked, "start": at(16, 30).isoformat()}
        assert [label for _key, label in look(client, asked).context["services"]] == [
            "Choose a service",
            "Long visit",
            "Consultation",
        ]
        assert look(client, half_past).context["service_name"] == "Consultation"

    def test_a_time_that_is_gone_offers_the_nearest(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        page = look(signed_in(tilleuls.staff), chosen(tilleuls, 10, q="haddad"))
        day = f"Monday {coming().day} {coming():%B}"
        assert notices(page) == [
            f"warn: This time is not free any more. The nearest: {day}, 9:00 · {day}, 9:30 · {day}, 10:30"
        ]
        again = signed_in(tilleuls.staff).get(page.context["alternatives"][0][1])
        assert again.context["typed"] == "haddad"

    def test_a_full_week_says_so_and_when_it_goes_on(self, tilleuls: Clinic, signed_in: Browser) -> None:
        first = coming(1)
        with tilleuls.acting() as now:
            agenda.add_closure(
                tilleuls.organization,
                from_day=first,
                to_day=first + timedelta(days=6),
                by=tilleuls.actor(),
                now=now,
            )
        week = look(signed_in(tilleuls.staff), {"day": first}).context["week"]
        after = coming(1, 3)
        assert (week.reason, week.next_free) == ("Closed all week.", f"Monday {after.day} {after:%B}")

    def test_a_service_not_ticked_for_the_telephone_is_not_offered_there(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        with tilleuls.acting() as now:
            agenda.set_channels(tilleuls.service, {"staff", "website"}, by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        asked = {"service": tilleuls.service.id, "day": coming()}
        assert look(client, asked).context["week"].reason == "This service is not booked through this channel."
        assert look(client, {**asked, "channel": "staff"}).context["week"].reason == ""

    @pytest.mark.parametrize(
        "query", ["service=1", "start=yesterday", "start=2026-12-07T10:00", "channel=website", "day=x", "new=maybe"]
    )
    def test_what_cannot_be_read_is_refused(self, tilleuls: Clinic, signed_in: Browser, query: str) -> None:
        assert signed_in(tilleuls.staff).get(f"{BOOK}?{query}").status_code == 400


class TestLookingForSomebody:
    @pytest.mark.parametrize(
        "typed",
        [
            "aubree",
            "AUBRÉE clem",
            "clemence aubree",
            "06 12 34 56 78",
            "+33612345678",
            "14/03/1987",
            "aubree 14.03.1987",
        ],
    )
    def test_name_in_any_order_phone_in_any_form_birth_date(
        self, tilleuls: Clinic, signed_in: Browser, typed: str
    ) -> None:
        book(tilleuls, at(9))
        found = look(signed_in(tilleuls.staff), chosen(tilleuls, q=typed)).context["found"]
        assert [(row.name, row.birth_date, row.telephone) for row, _url in found] == [
            ("Aubrée Clémence", "14/03/1987", "06 12 34 56 78")
        ]

    def test_while_one_types_only_the_hits_are_sent(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(9))
        asked = f"{BOOK}?{urlencode(chosen(tilleuls, q='aub'))}"
        page = signed_in(tilleuls.staff).get(asked, headers={"HX-Request": "true"})
        assert "<html" not in page.content.decode()
        assert text(page).startswith("Aubrée Clémence 14/03/1987")

    def test_every_look_leaves_a_line_with_who_was_found(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(9))
        look(signed_in(tilleuls.staff), chosen(tilleuls, q="aub"))
        assert audited(tilleuls, "contact:search") == [
            {"who": "Nadia Kerjean", "subject": None, "typed": "aub", "contacts": [str(appointment.contact_id)]}
        ]

    def test_one_letter_looks_for_nobody(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(9))
        page = look(signed_in(tilleuls.staff), chosen(tilleuls, q="a"))
        assert (page.context["found"], audited(tilleuls, "contact:search")) == ([], [])
        assert "Two letters at least." in text(page)

    def test_patients_of_another_clinic_are_not_found(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        book(tilleuls, at(9))
        asked = {**chosen(carpati), "q": "aubree"}
        page = signed_in(carpati.staff).get(f"/app/carpati/book/?{urlencode(asked)}")
        assert page.context["found"] == []

    def test_what_was_typed_is_the_name_of_somebody_new(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        page = client.get(look(client, chosen(tilleuls, q="haddad samir")).context["new_url"])
        initial = {name: page.context["form"][name].value() for name in ("last_name", "first_name")}
        assert initial == {"last_name": "Haddad", "first_name": "Samir"}

    def test_whoever_may_not_see_the_patients_finds_none_and_books_somebody_new(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        contact_id = book(tilleuls, at(9)).contact_id
        with tilleuls.acting() as now:
            membership = tilleuls.organization.memberships.get(person=tilleuls.doctor)
            organizations.edit_membership(membership, granted=["appointment:book"], by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.doctor)
        page = look(client, chosen(tilleuls, q="aubree"))
        assert (page.status_code, page.context["found"]) == (200, [])
        assert look(client, chosen(tilleuls, contact=contact_id)).status_code == 404
        assert look(client, chosen(tilleuls, new="yes")).status_code == 200


def test_of_a_span_dragged_over_the_longest_service_that_fits_is_proposed(tilleuls: Clinic, signed_in: Browser) -> None:
    with tilleuls.acting() as now:
        by, clinic = tilleuls.actor(), tilleuls.organization
        others = [
            agenda.make_service(clinic, names={"en": f"Visit {minutes}"}, duration=minutes, by=by, now=now)
            for minutes in (15, 45)
        ]
        offered = [{"service": one} for one in (tilleuls.service, *others)]
        agenda.set_offerings(tilleuls.schedule, offered, by=by, now=now)
    client, asked = signed_in(tilleuls.staff), {"schedule": tilleuls.schedule.id, "start": at(10).isoformat()}
    proposed = {
        minutes: client.get(BOOK, {**asked, "part": "drawer", "end": (at(10) + timedelta(minutes=minutes)).isoformat()})
        for minutes in (10, 30, 50)
    }
    assert {minutes: page.context["service_name"] for minutes, page in proposed.items()} == {
        10: "Visit 15",
        30: "Consultation",
        50: "Visit 45",
    }
    page = proposed[50]
    assert "to=10%3A50" in page.context["block_url"]
    assert "Without a patient, until 10:50" in unescape(page.content.decode())
    assert page.context["said"]["end"] == (at(10) + timedelta(minutes=50)).isoformat()


@pytest.mark.parametrize("end", [0, -30, 1441])
def test_an_end_that_is_none_is_as_if_only_the_start_was_chosen(tilleuls: Clinic, signed_in: Browser, end: int) -> None:
    asked = chosen(tilleuls, part="drawer", end=(at(10) + timedelta(minutes=end)).isoformat())
    page = signed_in(tilleuls.staff).get(BOOK, asked)
    assert ("end" in page.context["said"], "to=10%3A30" in page.context["block_url"]) == (False, True)
