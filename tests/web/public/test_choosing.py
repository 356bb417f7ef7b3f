"""From the first question to the times: where, what, with whom, when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from kalends.agenda.models import (
    ChannelService,
    Closure,
    DayOverride,
    Offering,
    OpeningRule,
    Schedule,
    Service,
)
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Location, Provider
from tests.cast import Clinic
from tests.web.public.visitor import PARIS, Visitor, at, working_day

WEDNESDAY = working_day()
ALL_HOURS = [f"{hour}:{minute:02}" for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    return Visitor(tilleuls)


def add_service(
    clinic: Clinic, name: str, *, ticked: bool = True, schedule: Schedule | None = None, **fields: Any
) -> Service:
    organization = clinic.organization
    with clinic.acting():
        service = Service.all_rows.create(
            organization=organization, **{"names": {"en": name}, "duration": 30, **fields}
        )
        Offering.all_rows.create(organization=organization, schedule=schedule or clinic.schedule, service=service)
        if ticked:
            website = organization.channels.get(kind=ChannelKind.WEBSITE)
            ChannelService.all_rows.create(organization=organization, channel=website, service=service)
    return service


def add_practitioner(
    clinic: Clinic, name: str, *, opens: tuple[int, int] = (540, 720), location: Location | None = None
) -> Schedule:
    """Somebody else for the same service, Monday to Friday."""
    organization = clinic.organization
    with clinic.acting():
        provider = Provider.all_rows.create(organization=organization, name=name, sort_key=name.casefold())
        schedule = Schedule.all_rows.create(
            organization=organization,
            name=name,
            provider=provider,
            location=location or organization.locations.get(),
            time_zone="Europe/Paris",
            step_minutes=30,
        )
        Offering.all_rows.create(organization=organization, schedule=schedule, service=clinic.service)
        for weekday in range(1, 6):
            OpeningRule.all_rows.create(
                organization=organization, schedule=schedule, weekday=weekday, from_minute=opens[0], to_minute=opens[1]
            )
    return schedule


def add_location(clinic: Clinic) -> Location:
    with clinic.acting():
        return Location.all_rows.create(
            organization=clinic.organization,
            name="Annexe",
            address="3, quai Monge",
            postcode="49100",
            town="Angers",
            country="FR",
            time_zone="Europe/Paris",
            phone="+33241000000",
        )


class TestServices:
    def test_services_stand_under_their_category_in_their_order(self, tilleuls: Clinic, visitor: Visitor) -> None:
        add_service(tilleuls, "Stress test", category="Cardiology", position=1, price_minor=6050)
        add_service(tilleuls, "Mole check", category="Dermatologie", position=2)
        page = visitor.get(visitor.home)
        assert page.headings == ["What do you need?", "Dermatologie", "Cardiology"]
        assert [text for text, address in page.links if "/services/" in address] == [
            "Consultation 30 min · €54",
            "Mole check 30 min",
            "Stress test 30 min · €60.50",
        ]

    def test_what_is_booked_by_telephone_is_shown_with_its_text_and_number(
        self, tilleuls: Clinic, visitor: Visitor
    ) -> None:
        add_service(tilleuls, "Stress test", visibility="phone", phone_text={"en": "The doctor asks first."})
        page = visitor.get(visitor.home)
        assert "Stress test The doctor asks first. 02 61 91 40 12" in page.text
        assert [text for text, address in page.links if "/services/" in address] == ["Consultation 30 min · €54"]

    def test_hidden_unticked_and_inactive_services_are_not_shown(self, tilleuls: Clinic, visitor: Visitor) -> None:
        hidden = add_service(tilleuls, "Hidden", visibility="hidden")
        unticked = add_service(tilleuls, "Unticked", ticked=False)
        add_service(tilleuls, "Gone", is_active=False)
        page = visitor.get(visitor.home)
        assert [word in page.text for word in ("Hidden", "Unticked", "Gone")] == [False, False, False]
        for service in (hidden, unticked):
            assert visitor.get(f"{visitor.home}services/{service.id}/").status == 404
            assert visitor.get(f"{visitor.home}services/{service.id}/times/").status == 404

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("consultație", ["Consultation"]),
            ("CONSULT derm", ["Consultation"]),
            ("  ", ["Consultation", "Épreuve d’effort"]),
            ("epreuve", ["Épreuve d’effort"]),
            ("effort", ["Épreuve d’effort"]),
            ("%", []),
            ("_", []),
            ("' OR 1=1", []),
            ("x" * 10_000, []),
        ],
    )
    def test_the_search_is_folded_and_literal(
        self, tilleuls: Clinic, visitor: Visitor, typed: str, found: list[str]
    ) -> None:
        add_service(tilleuls, "Épreuve d’effort", position=1)
        page = visitor._seen(visitor.client.get(visitor.home, {"q": typed}))
        assert [text.split(" 30 ")[0] for text, address in page.links if "/services/" in address] == found
        assert page.status == 200

    def test_what_is_searched_is_shown_as_text(self, visitor: Visitor) -> None:
        page = visitor._seen(visitor.client.get(visitor.home, {"q": "<script>alert(1)</script>"}))
        assert page.status == 200
        assert "<script>alert" not in page.html

    @pytest.mark.parametrize("name", ["q", "location", "provider", "from"])
    def test_what_is_no_text_is_refused(self, visitor: Visitor, name: str) -> None:
        assert visitor.client.get(visitor.home, {name: "a\x00b"}).status_code == 400

    def test_hostile_names_are_shown_as_text(self, tilleuls: Clinic, visitor: Visitor) -> None:
        hostile = '<img src=x onerror="alert(1)">'
        add_service(tilleuls, hostile, category=hostile, phone_text={"en": hostile}, visibility="phone")
        page = visitor.get(visitor.home)
        assert "<img" not in page.html
        assert page.text.count(hostile) == 3

    def test_unknown_and_unpublished_clinics_look_the_same(self, clinics: Any, visitor: Visitor) -> None:
        clinics("closed", is_published=False)
        assert [visitor.get(address).status for address in ("/closed/", "/nobody/")] == [404, 404]
        assert visitor.get("/closed/").html.replace("closed", "nobody") == visitor.get("/nobody/").html

    def test_where_is_asked_first_if_there_are_several_places(self, tilleuls: Clinic, visitor: Visitor) -> None:
        annexe = add_location(tilleuls)
        add_practitioner(tilleuls, "Dr Marc Blot", location=annexe)
        page = visitor.get(visitor.home)
        assert page.headings == ["Where would you like to come?"]
        page = visitor.get(page.link("Annexe"))
        assert "Step 2 of 5" in page.text
        assert "3, quai Monge, 49100 Angers" in page.text
        assert "02 41 00 00 00" in page.text
        page = visitor.get(page.link("Consultation"))
        assert page.headings[0] == "Which time suits you?"
        assert "Dr Marc Blot" in page.text

    def test_a_place_without_anything_to_book_is_not_asked_about(self, tilleuls: Clinic, visitor: Visitor) -> None:
        add_location(tilleuls)
        assert visitor.get(visitor.home).headings[0] == "What do you need?"

    @pytest.mark.parametrize("location", ["nowhere", "01a1ffc0-94b0-7322-bcc9-eb0fb4772634"])
    def test_a_place_that_does_not_exist_is_nowhere(self, visitor: Visitor, location: str) -> None:
        assert visitor._seen(visitor.client.get(visitor.home, {"location": location})).status == 404


class TestPractitioners:
    def test_each_tells_the_first_free_time_and_anyone_the_earliest(self, tilleuls: Clinic, visitor: Visitor) -> None:
        early = add_practitioner(tilleuls, "Dr Marc Blot", opens=(420, 480))
        page = visitor.get(visitor.get(visitor.home).link("Consultation"))
        assert page.headings == ["With whom?"]
        own = [text for text, address in page.links if "provider=" in address]
        assert [text.split(" ")[0:3] for text in own] == [
            ["No", "preference", "First"],
            ["MB", "Dr", "Marc"],
            ["HV", "Dr", "Hélène"],
        ]
        told = [text.partition("First free time: ")[2] for text in own]
        assert told[0] in told[1:]
        assert told[1].endswith((" 7:00", " 7:30"))
        assert str(early.provider_id) in page.link("Dr Marc Blot")

    def test_somebody_without_a_free_time_cannot_be_chosen(self, tilleuls: Clinic, visitor: Visitor) -> None:
        full = add_practitioner(tilleuls, "Dr Marc Blot")
        with tilleuls.acting():
            today = datetime.now(PARIS).date()
            Closure.all_rows.create(
                organization=tilleuls.organization,
                schedule=full,
                from_day=today,
                to_day=today + timedelta(days=400),
            )
        page = visitor.get(visitor.get(visitor.home).link("Consultation"))
        assert "Dr Marc Blot Nothing free at the moment. 02 61 91 40 12" in page.text
        assert [text for text, address in page.links if "Marc" in text] == []

    def test_who_is_not_asked_where_there_is_only_one(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.get(f"{visitor.home}services/{tilleuls.service.id}/")
        assert page.status == 302
        assert visitor.follow(page).headings[0] == "Which time suits you?"


class TestTimes:
    def test_a_day_shows_all_its_times_in_the_hours_of_the_place(self, visitor: Visitor) -> None:
        page = visitor.times(WEDNESDAY)
        day = f"Wednesday {WEDNESDAY.day} {WEDNESDAY:%B} 14 times "
        assert page.rows[0] == day + " ".join([*ALL_HOURS[:9], "5 more", *ALL_HOURS[9:]])
        assert "Local time in Angers. The visit lasts 30 minutes." in page.text

    def test_five_working_days_are_shown_and_no_closed_weekend(self, visitor: Visitor) -> None:
        page = visitor.times(WEDNESDAY)
        assert [row.split(" ")[0] for row in page.rows] == ["Wednesday", "Thursday", "Friday", "Monday", "Tuesday"]

    def test_a_saturday_on_which_somebody_works_is_shown(self, tilleuls: Clinic, visitor: Visitor) -> None:
        with tilleuls.acting():
            DayOverride.all_rows.create(
                organization=tilleuls.organization,
                schedule=tilleuls.schedule,
                day=WEDNESDAY + timedelta(days=3),
                periods=[[600, 660]],
            )
        page = visitor.times(WEDNESDAY)
        assert [row.split(" ")[0] for row in page.rows] == [
            "Wednesday", "Thursday", "Friday", "Saturday", "Monday", "Tuesday",
        ]  # fmt: skip
        assert page.rows[3].endswith("2 times 10:00 10:30")

    @pytest.mark.parametrize(("part", "hours"), [("morning", ALL_HOURS[:6]), ("afternoon", ALL_HOURS[6:])])
    def test_a_part_of_the_day(self, visitor: Visitor, part: str, hours: list[str]) -> None:
        page = visitor.get(visitor.times(WEDNESDAY).link(part.capitalize()))
        assert page.rows[0].endswith(f"{len(hours)} times {' '.join(hours)}")

    def test_a_day_without_times_says_why(self, tilleuls: Clinic, visitor: Visitor) -> None:
        organization, schedule = tilleuls.organization, tilleuls.schedule
        closed, morning = WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=2)
        with tilleuls.acting():
            organization.opening_rules.filter(weekday=1).delete()
            DayOverride.all_rows.create(organization=organization, schedule=schedule, day=closed, periods=[])
            DayOverride.all_rows.create(organization=organization, schedule=schedule, day=morning, periods=[[540, 570]])
        visitor.book(morning, "9:00")
        page = visitor.get(visitor.times(WEDNESDAY).link("Afternoon"))
        reasons = [row.split(" ", 3)[3] for row in page.rows]
        assert [reason for reason in reasons if "times" not in reason] == [
            "Closed this day.", "Full", "Closed every Monday.",
        ]  # fmt: skip

    def test_a_day_with_times_only_in_the_other_half_says_so(self, tilleuls: Clinic, visitor: Visitor) -> None:
        with tilleuls.acting():
            DayOverride.all_rows.create(
                organization=tilleuls.organization, schedule=tilleuls.schedule, day=WEDNESDAY, periods=[[540, 570]]
            )
        page = visitor.get(visitor.times(WEDNESDAY).link("Afternoon"))
        assert page.rows[0].endswith("Nothing at this time of day.")

    def test_an_empty_week_leads_to_the_next_free_time(self, tilleuls: Clinic, visitor: Visitor) -> None:
        with tilleuls.acting():
            Closure.all_rows.create(
                organization=tilleuls.organization, from_day=WEDNESDAY, to_day=WEDNESDAY + timedelta(days=8)
            )
        page = visitor.times(WEDNESDAY)
        following = WEDNESDAY + timedelta(days=9)
        assert f"The next time is Friday {following.day} {following:%B}, 9:00." in page.text
        assert page.rows == []
        assert visitor.get(page.link("See that week")).rows[0].startswith(f"Friday {following.day} ")

    def test_where_nothing_is_free_at_all_the_number_is_told(self, tilleuls: Clinic, visitor: Visitor) -> None:
        with tilleuls.acting():
            Closure.all_rows.create(
                organization=tilleuls.organization,
                from_day=WEDNESDAY - timedelta(days=30),
                to_day=WEDNESDAY + timedelta(days=400),
            )
        page = visitor.times(WEDNESDAY)
        assert "Nothing is free at the moment. Please phone the practice. 02 61 91 40 12" in page.text

    def test_weeks_lead_back_to_today_and_on_to_the_horizon(self, visitor: Visitor) -> None:
        page, first_days = visitor.times(date(2000, 1, 1)), []
        assert "Previous week" not in page.text
        while "Next week" in page.text:
            page = visitor.get(page.link("Next week"))
            first_days.append(page.rows[0])
        assert len(first_days) == 8
        while "Previous week" in page.text:
            page = visitor.get(page.link("Previous week"))
            first_days.pop()
        assert first_days == []

    @pytest.mark.parametrize("asked", ["", "tomorrow", "2027-02-30", "20270-01-01", "0000-00-00", "9" * 5000])
    def test_an_absurd_first_day_is_today(self, visitor: Visitor, asked: str) -> None:
        address = visitor.get(visitor.home).link("Consultation")
        wanted = visitor.get(address)
        assert visitor._seen(visitor.client.get(address, {"provider": "anyone", "from": asked})).rows == wanted.rows

    def test_no_preference_gives_the_times_of_all_once(self, tilleuls: Clinic, visitor: Visitor) -> None:
        add_practitioner(tilleuls, "Dr Marc Blot", opens=(660, 780))
        page = visitor.get(visitor.get(visitor.home).link("Consultation"))
        page = visitor.get(page.link("No preference") + f"&from={WEDNESDAY}")
        hours = ["9:00", "9:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", *ALL_HOURS[6:]]
        assert page.form("/holds/").hours[: len(hours) + 1] == [*hours, "9:00"]

    def test_no_preference_gives_whoever_has_most_free_times(self, tilleuls: Clinic, visitor: Visitor) -> None:
        add_practitioner(tilleuls, "Dr Marc Blot", opens=(540, 720))
        page = visitor.get(visitor.get(visitor.home).link("Consultation"))
        form = visitor.get(page.link("No preference") + f"&from={WEDNESDAY}").form("/holds/")
        assert {value.split("~")[0] for text, _name, value in form.buttons if text == "9:00"} == {
            str(tilleuls.schedule.id)
        }


class TestClockChanges:
    @pytest.fixture
    def night(self, tilleuls: Clinic) -> Clinic:
        with tilleuls.acting():
            OpeningRule.all_rows.create(
                organization=tilleuls.organization, schedule=tilleuls.schedule, weekday=7, from_minute=60, to_minute=240
            )
            Service.all_rows.filter(organization=tilleuls.organization).update(horizon_days=731)
        return tilleuls

    def test_a_doubled_hour_is_offered_twice_and_told_apart(self, night: Clinic) -> None:
        visitor = Visitor(night)
        form = visitor.times(_last_sunday(10)).form("/holds/")
        before, after = "before the clocks change", "after the clocks change"
        assert form.hours[:8] == [
            "1:00", "1:30",
            f"2:00 {before}", f"2:30 {before}", f"2:00 {after}", f"2:30 {after}",
            "3:00", "3:30",
        ]  # fmt: skip
        instants = [int(value.split("~")[1]) for _text, _name, value in form.buttons[:8]]
        assert {later - earlier for earlier, later in pairwise(instants)} == {1800}

    def test_each_of_the_two_is_booked_once(self, night: Clinic) -> None:
        day = _last_sunday(10)
        for hour, person in (("2:30 before the clocks change", "Aubrée"), ("2:30 after the clocks change", "Blot")):
            page = Visitor(night).book(day, hour, last_name=person)
            assert page.headings[0] == f"See you on Sunday {day.day} October at 2:30."
        with night.acting():
            folds = night.organization.appointments.order_by("starts_at").values_list("local_minute", "fold")
            assert list(folds) == [(150, 0), (150, 1)]

    def test_an_hour_that_does_not_exist_is_not_offered(self, night: Clinic) -> None:
        form = Visitor(night).times(_last_sunday(3)).form("/holds/")
        assert form.hours[:4] == ["1:00", "1:30", "3:00", "3:30"]


def _last_sunday(month: int) -> date:
    """The next change of the clocks in Paris in that month, at least a week away."""
    soon = datetime.now(PARIS).date() + timedelta(days=7)
    for year in (soon.year, soon.year + 1):
        last = date(year, month, 31)
        day = last - timedelta(days=last.isoweekday() % 7)
        if day > soon:
            return day
    raise AssertionError("unreachable")


def test_a_time_that_was_taken_is_no_longer_shown(tilleuls: Clinic, visitor: Visitor) -> None:
    visitor.book(WEDNESDAY, "9:00")
    assert visitor.times(WEDNESDAY).form("/holds/").hours[0] == "9:30"
    with tilleuls.acting():
        assert tilleuls.organization.appointments.get().starts_at == at(WEDNESDAY, 9)
