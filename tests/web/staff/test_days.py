"""The day at the desk: who comes, what is held, blocked and free, and for whose eyes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from kalends.accounts.models import Person
from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.booking import operations as booking
from kalends.organizations import operations as organizations
from tests.cast import Clinic
from tests.web.staff.desk import PARIS, Browser, at, audited, begun, book, coming, text


@pytest.fixture
def monday() -> date:
    return coming()


def page_of(day: date, **more: object) -> str:
    return f"/app/tilleuls/?day={day.isoformat()}" + "".join(f"&{name}={value}" for name, value in more.items())


def second_agenda(clinic: Clinic) -> None:
    """Of another practitioner, with the same service, open on Mondays from 10 to 11."""
    with clinic.acting() as now:
        by, organization = clinic.actor(), clinic.organization
        provider = organizations.make_provider(organization, name="Dr Paul Lemarchand", by=by, now=now)
        schedule = agenda.make_schedule(
            organization,
            provider=provider,
            location=clinic.schedule.location,
            name="Dr Lemarchand",
            step_minutes=30,
            by=by,
            now=now,
        )
        agenda.set_offerings(schedule, [{"service": clinic.service}], by=by, now=now)
        hours = [OpeningRule(1, 600, 660)]
        agenda.set_opening(schedule, rules=hours, overrides=[], version=None, by=by, now=now)


class TestLines:
    def test_visits_and_free_stretches_stand_in_order(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(page_of(monday))
        shown = page.context["day"].agendas[0]
        assert [(line.kind, line.time, line.length, line.name, line.detail) for line in shown.lines] == [
            ("free", "9:00", "", "1 h free", ""),
            ("visit", "10:00", "30 min", "Aubrée Clémence", "Consultation"),
            ("free", "10:30", "", "1 h 30 free", ""),
            ("free", "13:00", "", "4 h free", ""),
        ]
        assert (shown.title, shown.summary) == ("Dr Vasseur", "1 appointment, 6 h 30 free")

    def test_a_free_line_leads_to_booking_at_that_time(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        page = signed_in(tilleuls.staff).get(page_of(monday))
        url = urlsplit(page.context["day"].agendas[0].lines[1].url)
        assert url.path == "/app/tilleuls/book/"
        assert parse_qs(url.query) == {
            "schedule": [str(tilleuls.schedule.id)],
            "start": [at(13, day=monday).isoformat()],
        }

    def test_with_a_service_every_single_time_is_a_line(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        page = signed_in(tilleuls.staff).get(page_of(monday, service=tilleuls.service.id))
        lines = page.context["day"].agendas[0].lines
        assert [line.time for line in lines] == [
            *("9:00", "9:30", "10:00", "10:30", "11:00", "11:30"),
            *("13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"),
        ]
        assert parse_qs(urlsplit(lines[0].url).query)["service"] == [str(tilleuls.service.id)]

    def test_free_times_can_be_left_out(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        page = signed_in(tilleuls.staff).get(page_of(monday, free="no"))
        assert page.context["day"].agendas[0].lines == []
        assert page.context["free_url"] == page_of(monday)

    def test_a_held_time_bears_no_name(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        with tilleuls.acting(tilleuls.patient()) as now:
            booking.hold(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(9),
                visitor=b"v" * 32,
                by=tilleuls.patient(),
                now=now,
            )
        line = signed_in(tilleuls.staff).get(page_of(monday)).context["day"].agendas[0].lines[0]
        until = (now.astimezone(PARIS) + timedelta(minutes=5)).strftime("%-H:%M")
        assert (line.state, line.time, line.name, line.detail, line.url) == (
            "held",
            "9:00",
            "Held",
            f"until {until}, while somebody books",
            "",
        )

    def test_a_block_says_why_and_takes_its_time(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        with tilleuls.acting() as now:
            agenda.add_block(
                tilleuls.schedule, starts_at=at(9), ends_at=at(12), reason="Congrès", by=tilleuls.actor(), now=now
            )
        lines = signed_in(tilleuls.staff).get(page_of(monday)).context["day"].agendas[0].lines
        assert [(line.kind, line.time, line.length, line.detail) for line in lines] == [
            ("blocked", "9:00", "3 h", "Congrès"),
            ("free", "13:00", "", ""),
        ]

    def test_a_cancelled_visit_stays_and_its_time_is_free(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        appointment = book(tilleuls, at(10))
        with tilleuls.acting() as now:
            booking.cancel(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=now)
        page = signed_in(tilleuls.staff).get(page_of(monday))
        shown = page.context["day"].agendas[0]
        assert [(line.kind, line.time, line.state) for line in shown.lines] == [
            ("free", "9:00", ""),
            ("visit", "10:00", "cancelled"),
            ("free", "13:00", ""),
        ]
        assert shown.summary == "0 appointments, 1 cancelled, 7 h free"

    def test_now_stands_between_the_lines_of_today(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        appointment = book(tilleuls, at(10))
        begun(owner, appointment)
        page = signed_in(tilleuls.staff).get("/app/tilleuls/?free=no")
        lines = page.context["day"].agendas[0].lines
        assert [line.kind for line in lines] == ["visit", "now"]
        assert page.context["is_today"]

    def test_a_closed_day_says_why(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        with tilleuls.acting() as now:
            agenda.add_closure(
                tilleuls.organization, from_day=monday, to_day=monday, reason="Noël", by=tilleuls.actor(), now=now
            )
        client = signed_in(tilleuls.staff)
        sunday = monday + timedelta(days=6)
        closed = [client.get(page_of(day)).context["day"].agendas[0] for day in (monday, sunday)]
        assert [(one.closed, one.summary) for one in closed] == [
            ("Closed: Noël", "no appointment"),
            ("Closed on this day.", "no appointment"),
        ]

    def test_another_zone_is_named(self, tilleuls: Clinic, signed_in: Browser, owner, monday: date) -> None:
        owner.execute("UPDATE agenda_schedule SET time_zone = 'America/Toronto'")
        owner.execute("UPDATE agenda_revision SET number = number + 1")
        page = signed_in(tilleuls.staff).get(page_of(monday))
        assert page.context["day"].agendas[0].zone == "America/Toronto"
        assert "hours of America/Toronto" in text(page)


class TestChoice:
    def test_days_lead_to_their_neighbours_and_to_today(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        context = signed_in(tilleuls.staff).get(page_of(monday)).context
        a_day, today = timedelta(days=1), datetime.now(PARIS).date()
        ways = [context[name] for name in ("previous_url", "next_url", "today_url")]
        assert ways == [page_of(monday - a_day), page_of(monday + a_day), page_of(today)]

    @pytest.mark.parametrize(
        "query",
        ["day=2026-13-01", "day=1066-10-14", "schedule=1", "provider=x", "free=perhaps", "service=' OR 1=1"],
    )
    def test_what_cannot_be_read_is_refused(self, tilleuls: Clinic, signed_in: Browser, query: str) -> None:
        assert signed_in(tilleuls.staff).get(f"/app/tilleuls/?{query}").status_code == 400

    @pytest.mark.parametrize("name", ["person__password__startswith", "order_by", "_connector", "free__in"])
    def test_other_names_in_the_address_mean_nothing(
        self, tilleuls: Clinic, signed_in: Browser, name: str, monday: date
    ) -> None:
        client = signed_in(tilleuls.staff)
        plain = client.get(page_of(monday)).context["day"].agendas[0].lines
        assert client.get(page_of(monday, **{name: "x"})).context["day"].agendas[0].lines == plain

    def test_narrowed_to_one_agenda(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        second_agenda(tilleuls)
        client = signed_in(tilleuls.staff)
        everything = client.get(page_of(monday)).context
        assert [one.title for one in everything["day"].agendas] == ["Dr Lemarchand", "Dr Vasseur"]
        assert [label for _key, label in everything["schedules"]] == ["all agendas", "Dr Lemarchand", "Dr Vasseur"]
        narrowed = client.get(page_of(monday, schedule=tilleuls.schedule.id)).context["day"]
        assert [one.title for one in narrowed.agendas] == ["Dr Vasseur"]

    def test_the_last_day_that_the_agenda_knows_leads_no_further(self, tilleuls: Clinic, signed_in: Browser) -> None:
        assert signed_in(tilleuls.staff).get("/app/tilleuls/?day=2100-12-31").context["next_url"] == ""
        assert signed_in(tilleuls.staff).get("/app/tilleuls/?day=1900-01-01").context["previous_url"] == ""


class TestWhoSees:
    def test_a_practitioner_sees_the_own_agenda_only(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        second_agenda(tilleuls)
        with tilleuls.acting():
            other = tilleuls.organization.schedules.get(name="Dr Lemarchand")
        client = signed_in(tilleuls.doctor)
        assert [one.title for one in client.get(page_of(monday)).context["day"].agendas] == ["Dr Vasseur"]
        assert client.get(page_of(monday, schedule=other.id)).status_code == 404
        assert client.get(page_of(monday, provider=other.provider_id)).status_code == 404

    def test_a_practitioner_without_the_right_is_offered_no_booking(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        page = signed_in(tilleuls.doctor).get(page_of(monday))
        assert {line.url for line in page.context["day"].agendas[0].lines} == {""}
        assert "New appointment" not in text(page).partition("Keys")[0]

    def test_looking_leaves_a_line_with_who_was_seen(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        appointment = book(tilleuls, at(10))
        signed_in(tilleuls.staff).get(page_of(monday))
        assert audited(tilleuls, "agenda:read") == [
            {
                "who": "Nadia Kerjean",
                "subject": None,
                "day": monday.isoformat(),
                "appointments": [str(appointment.id)],
            }
        ]

    def test_an_empty_day_leaves_none(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        signed_in(tilleuls.staff).get(page_of(monday))
        assert audited(tilleuls, "agenda:read") == []

    def test_forty_visits_need_no_more_questions_than_one(
        self, tilleuls: Clinic, signed_in: Browser, monday: date, django_assert_max_num_queries
    ) -> None:
        client = signed_in(tilleuls.staff)
        client.get(page_of(monday))
        for number, hour in enumerate((9, 10, 11, 13, 14, 15, 16)):
            book(tilleuls, at(hour), last=f"Nom{'abcdefg'[number]}", phone="", email=f"{number}@courriel.example")
        with django_assert_max_num_queries(24):
            client.get(page_of(monday))


class TestArrival:
    def test_one_press_on_the_day_itself(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        appointment = book(tilleuls, at(10))
        begun(owner, appointment)
        client = signed_in(tilleuls.staff)
        line = next(
            one for one in client.get("/app/tilleuls/?free=no").context["day"].agendas[0].lines if one.kind == "visit"
        )
        answer = client.post(line.arrival_url, {"status": "arrived", "next": "day"})
        today = datetime.now(PARIS).date()
        assert (answer.status_code, answer.headers["Location"]) == (302, page_of(today))
        assert client.get("/app/tilleuls/").context["day"].summary.startswith("1 appointment, 1 waiting")

    def test_not_before_the_day(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        book(tilleuls, at(10))
        lines = signed_in(tilleuls.staff).get(page_of(monday)).context["day"].agendas[0].lines
        assert {line.arrival_url for line in lines} == {""}


class TestOrganizations:
    def test_the_only_one_opens_at_once(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = signed_in(tilleuls.staff).get("/app/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/app/tilleuls/")

    def test_several_are_a_choice(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        with carpati.acting() as now:
            organizations.make_membership(
                carpati.organization, person=tilleuls.staff, role="admin", by=carpati.actor(), now=now
            )
        page = signed_in(tilleuls.staff).get("/app/")
        assert text(page).endswith("Centre médical des Tilleuls Staff Clinica Carpați Administrator")

    def test_none_says_what_to_do(self, tilleuls: Clinic, signed_in: Browser) -> None:
        nobody = Person.objects.create_user("nobody@example.org", "une phrase assez longue", name="Nobody Yet")
        page = signed_in(nobody).get("/app/")
        assert "You belong to no organization yet" in text(page)
