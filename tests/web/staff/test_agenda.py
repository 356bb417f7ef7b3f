"""The agenda as a picture: what stands where, for whose eyes, at what cost; placing by hand; the drawer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.booking import operations as booking
from kalends.organizations import operations as organizations
from tests.cast import Clinic, data
from tests.statements import noted
from tests.web.staff.desk import PARIS, Browser, again, at, audited, begun, book, coming, text

PAGE = "/app/tilleuls/agenda/"
ITEM = re.compile(r'<li class="(slot|free|shut|now)([^"]*)"[^>]*>(.*?)</li>', re.DOTALL)


@pytest.fixture
def monday() -> date:
    return coming()


def see(client: Client, **asked: Any) -> Any:
    return client.get(f"{PAGE}?{urlencode(asked, doseq=True)}")


def words(html: str) -> str:
    labelled = re.sub(r'<svg[^>]*aria-label="([^"]*)"[^>]*>.*?</svg>', r" [\1]", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", labelled)).split())


def things(page: Any, number: int = 0, kinds: tuple[str, ...] = ("slot",)) -> list[tuple[str, str]]:
    """What stands in a column: where (at, for and beside what), and its words."""
    body = page.context["board"].columns[number].body
    return [(place.strip(), words(inner)) for kind, place, inner in ITEM.findall(body) if kind in kinds]


def another(clinic: Clinic, name: str = "Dr Lemarchand", **settings: Any) -> Any:
    """Another practitioner's agenda with the same service, open on Mondays from 10 to 11."""
    with clinic.acting() as now:
        by, organization = clinic.actor(), clinic.organization
        provider = organizations.make_provider(organization, name=name, by=by, now=now)
        schedule = agenda.make_schedule(
            organization,
            provider=provider,
            location=clinic.schedule.location,
            name=name,
            step_minutes=30,
            by=by,
            now=now,
            **settings,
        )
        agenda.set_offerings(schedule, [{"service": clinic.service}], by=by, now=now)
        agenda.set_opening(schedule, rules=[OpeningRule(1, 600, 660)], overrides=[], version=None, by=by, now=now)
    return schedule


class TestDay:
    def test_visits_stand_at_their_hour_with_their_state(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        book(tilleuls, at(10))
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        assert things(page) == [("at-1000 for-30", "10:00 Aubrée Clémence Consultation [Booked]")]
        assert [place for place, _said in things(page, kinds=("shut",))] == [
            "at-0800 for-60",
            "at-1200 for-60",
            "at-1700 for-60",
        ]
        column = page.context["board"].columns[0]
        assert (column.visits, column.free) == (1, 13)
        assert words(column.head) == "Dr Vasseur Dermatologie · 1 appointment · 13 free"

    def test_every_free_start_leads_to_booking_it(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        free = things(page, kinds=("free",))
        assert [place for place, _said in free][:3] == ["at-0900 for-30", "at-0930 for-30", "at-1000 for-30"]
        assert len(free) == 14
        links = re.findall(r'class="free[^"]*"><a href="([^"]+)"', page.context["board"].columns[0].body)
        url = urlsplit(unescape(links[1]))
        assert (url.path, parse_qs(url.query)) == (
            "/app/tilleuls/book/",
            {"schedule": [str(tilleuls.schedule.id)], "start": [at(9, 30, day=monday).isoformat()]},
        )

    def test_names_are_text_and_never_markup(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        book(tilleuls, at(10), last="<img src=x onerror=alert(1)>", first="\"'&")
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        assert b"<img" not in page.content
        assert things(page)[0][1] == "10:00 <img src=x onerror=alert(1)> \"'& Consultation [Booked]"

    def test_a_cancelled_visit_is_a_chip_and_its_time_is_free(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        gone = book(tilleuls, at(10))
        with tilleuls.acting() as now:
            booking.cancel(tilleuls.organization, gone.id, by=tilleuls.actor(), now=now)
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        assert things(page) == [("ghost at-1000 for-30", "10:00 Aubrée Clémence [Cancelled]")]
        assert "at-1000 for-30" in [place for place, _said in things(page, kinds=("free",))]
        assert page.context["board"].columns[0].visits == 0

    def test_what_comes_where_one_was_cancelled_leaves_it_the_corner(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        gone = book(tilleuls, at(10))
        with tilleuls.acting() as now:
            booking.cancel(tilleuls.organization, gone.id, by=tilleuls.actor(), now=now)
        book(tilleuls, at(10))
        book(tilleuls, at(11), last="Blot", first="Marie")
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        assert [place for place, _said in things(page)] == [
            "ghost at-1000 for-30",
            "at-1000 for-30 makes-room",
            "at-1100 for-30",
        ]

    def test_held_blocked_and_reserved_times_say_what_they_are(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
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
        with tilleuls.acting() as now:
            by, schedule = tilleuls.actor(), tilleuls.schedule
            agenda.add_block(schedule, starts_at=at(13), ends_at=at(14), reason="Congrès", by=by, now=now)
            agenda.add_block(schedule, starts_at=at(14), ends_at=at(15), is_pre_reservation=True, by=by, now=now)
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        shown = things(page)
        assert re.fullmatch(r"9:00 Held · [45]:\d\d \[Held\]", shown[0][1])
        assert [shown[0][0], *shown[1:]] == [
            "at-0900 for-30",
            ("at-1300 for-60", "13:00 Congrès until 14:00 [Blocked]"),
            ("at-1400 for-60", "14:00 Reserved until 15:00 [Reserved]"),
        ]

    def test_what_reaches_beyond_the_hours_shown_is_cut_there(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        with tilleuls.acting() as now:
            by, schedule = tilleuls.actor(), tilleuls.schedule
            agenda.add_block(schedule, starts_at=at(6), ends_at=at(8, 30), reason="Nuit", by=by, now=now)
            agenda.add_block(schedule, starts_at=at(17), ends_at=at(23), reason="Garde", by=by, now=now)
            agenda.add_block(schedule, starts_at=at(4), ends_at=at(5), reason="Sommeil", by=by, now=now)
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        board = page.context["board"]
        assert (board.first, board.last) == (8, 18)
        assert things(page) == [
            ("at-0800 for-30", "6:00 Nuit until 8:30 [Blocked]"),
            ("at-1700 for-60", "17:00 Garde until 23:00 [Blocked]"),
        ]

    def test_who_is_stretched_or_squeezed_in_stands_side_by_side(
        self, tilleuls: Clinic, signed_in: Browser, owner: Any, monday: date
    ) -> None:
        book(tilleuls, at(10))
        squeezed = book(tilleuls, at(11), last="Morel", email="m@courriel.example")
        owner.execute("UPDATE agenda_occupancy SET seat = 2 WHERE holder_id = %s", [squeezed.id])
        owner.execute(
            "UPDATE booking_appointment SET starts_at = %s, ends_at = %s, is_overbooked = true, "
            "overbooking_reason = 'x' WHERE id = %s",
            [at(10), at(10, 30), squeezed.id],
        )
        page = see(signed_in(tilleuls.staff), view="day", day=monday)
        assert sorted(place for place, _said in things(page)) == [
            "at-1000 for-30 lane-1 of-2",
            "at-1000 for-30 lane-2 of-2",
        ]
        assert "is-over" in page.context["board"].columns[0].body

    def test_arrived_since_when(self, tilleuls: Clinic, signed_in: Browser, owner: Any) -> None:
        visit = book(tilleuls, at(10))
        begun(owner, visit)
        with tilleuls.acting() as now:
            booking.set_status(tilleuls.organization, visit.id, status="arrived", by=tilleuls.actor(), now=now)
        owner.execute(
            "UPDATE booking_appointment SET status_since = %s WHERE id = %s",
            [datetime.now(PARIS).replace(hour=0, minute=7), visit.id],
        )
        page = see(signed_in(tilleuls.staff), view="day")
        assert things(page)[0] == ("at-0000 for-30", "0:00 Aubrée Clémence Consultation · since 0:07 [Arrived]")
        assert page.context["board"].first == 0


class TestClosed:
    def test_a_wholly_closed_day_says_why(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        with tilleuls.acting() as now:
            agenda.add_closure(
                tilleuls.organization, from_day=monday, to_day=monday, reason="Noël", by=tilleuls.actor(), now=now
            )
        client = signed_in(tilleuls.staff)
        days = (monday, monday + timedelta(days=6))
        said = [things(see(client, view="day", day=day), kinds=("shut",)) for day in days]
        assert said == [[("at-0800 for-600", "Closed: Noël")], [("at-0800 for-600", "Closed")]]

    def test_a_week_shows_its_weekend_only_if_something_is_there(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        client = signed_in(tilleuls.staff)
        assert len(see(client, view="week", day=monday).context["board"].columns) == 5
        with tilleuls.acting() as now:
            agenda.set_opening(
                tilleuls.schedule,
                rules=[OpeningRule(6, 540, 720)],
                overrides=[],
                version=None,
                by=tilleuls.actor(),
                now=now,
            )
        assert len(see(client, view="week", day=monday).context["board"].columns) == 6


class TestClockChanges:
    """CLK-09: every row of a day of 23 and of 25 hours is there once, and can be clicked."""

    @pytest.mark.parametrize(("spring", "rows"), [(True, 23), (False, 25)])
    def test_every_hour_is_there_once(self, tilleuls: Clinic, signed_in: Browser, spring: bool, rows: int) -> None:
        year = datetime.now(PARIS).year + 1
        month = 3 if spring else 10
        day = max(date(year, month, number) for number in range(25, 32) if date(year, month, number).weekday() == 6)
        with tilleuls.acting() as now:
            agenda.set_opening(
                tilleuls.schedule,
                rules=[OpeningRule(7, 0, 1440)],
                overrides=[],
                version=None,
                by=tilleuls.actor(),
                now=now,
            )
        page = see(signed_in(tilleuls.staff), view="day", day=day)
        places = [place for place, _said in things(page, kinds=("free",))]
        wanted = [f"at-{number // 2:02}{number % 2 * 30:02} for-30" for number in range(rows * 2)]
        assert places == wanted
        links = re.findall(r'class="free[^"]*"><a href="([^"]+)"', page.context["board"].columns[0].body)
        starts = [datetime.fromisoformat(parse_qs(urlsplit(unescape(one)).query)["start"][0]) for one in links]
        assert [later - earlier for earlier, later in pairwise(starts)] == [timedelta(minutes=30)] * (rows * 2 - 1)


class TestGroups:
    def test_a_group_shows_how_many_and_never_who(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        group = another(tilleuls, "Préparation", capacity=8)
        for number, name in enumerate(("Aubrée", "Morel", "Quéré")):
            with tilleuls.acting() as now:
                made = booking.book(
                    tilleuls.organization,
                    schedule_id=group.id,
                    service_id=tilleuls.service.id,
                    starts_at=at(10),
                    contact=data(name, email=f"{number}@courriel.example", phone=""),
                    by=tilleuls.actor(),
                    now=now,
                )
        client = signed_in(tilleuls.staff)
        page = see(client, view="day", day=monday, schedule=group.id)
        assert things(page) == [("at-1000 for-30", "10:00 Consultation 3/8 3 of 8")]
        listed = client.get(re.findall(r'href="([^"]+groups[^"]+)"', page.context["board"].columns[0].body)[0])
        assert [one.last_name for one, _url in listed.context["rows"]] == ["Aubrée", "Morel", "Quéré"]
        assert "3 of 8" in text(listed)
        assert len(audited(tilleuls, "agenda:read")[-1]["appointments"]) == 3
        assert str(made.id) in audited(tilleuls, "agenda:read")[-1]["appointments"]


class TestViews:
    def test_a_lone_agenda_opens_with_its_week_several_side_by_side(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        assert see(client).context["wish"].view == "week"
        another(tilleuls)
        page = see(client)
        assert page.context["wish"].view == "side"
        heads = [words(column.head) for column in page.context["board"].columns]
        assert [head.split()[1] for head in heads] == ["Lemarchand", "Vasseur"]

    @pytest.mark.parametrize(
        ("asked", "columns", "back", "on"),
        [
            ({"view": "day"}, 1, -1, 1),
            ({"view": "days", "days": 4}, 4, -4, 4),
            ({"view": "week"}, 5, -7, 7),
            ({"view": "side"}, 1, -1, 1),
        ],
    )
    def test_each_view_leads_to_its_neighbours(
        self,
        tilleuls: Clinic,
        signed_in: Browser,
        monday: date,
        asked: dict[str, Any],
        columns: int,
        back: int,
        on: int,
    ) -> None:
        context = see(signed_in(tilleuls.staff), day=monday, **asked).context
        assert len(context["board"].columns) == columns
        days = [parse_qs(urlsplit(context[name]).query)["day"][0] for name in ("previous_url", "next_url")]
        assert days == [(monday + timedelta(days=step)).isoformat() for step in (back, on)]

    def test_a_week_of_two_agendas_has_a_column_for_each(
        self, tilleuls: Clinic, signed_in: Browser, monday: date
    ) -> None:
        other = another(tilleuls)
        ids = [tilleuls.schedule.id, other.id]
        columns = see(signed_in(tilleuls.staff), view="week", day=monday, schedule=ids).context["board"].columns
        assert len(columns) == 10
        assert {column.schedule_id for column in columns} == set(ids)

    @pytest.mark.parametrize("day", ["1900-01-01", "2100-12-31", "2026-12-30"])
    @pytest.mark.parametrize("view", ["day", "days", "week", "side"])
    def test_the_ends_of_the_calendar_are_no_trouble(
        self, tilleuls: Clinic, signed_in: Browser, day: str, view: str
    ) -> None:
        client = signed_in(tilleuls.staff)
        assert see(client, view=view, day=day).status_code == 200
        assert see(client, view=view, day=day, part="month").status_code == 200

    def test_week_53_is_of_the_old_year(self, tilleuls: Clinic, signed_in: Browser) -> None:
        """CLK-17."""
        page = see(signed_in(tilleuls.staff), view="week", day="2027-01-01")
        assert page.context["week_number"] == 53
        assert "week 53, odd" in page.context["lead"]

    @pytest.mark.parametrize("query", ["view=month", "day=x", "days=0", "days=8", "schedule=1", "only=x", "part=all"])
    def test_what_cannot_be_read_is_refused(self, tilleuls: Clinic, signed_in: Browser, query: str) -> None:
        assert signed_in(tilleuls.staff).get(f"{PAGE}?{query}").status_code == 400

    def test_columns_are_fetched_one_by_one(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        key = f"{monday.isoformat()}_{tilleuls.schedule.id}"
        page = see(signed_in(tilleuls.staff), view="week", day=monday, part="columns", only=key)
        assert [column.key for column in page.context["board"].columns] == [key]
        assert b"<html" not in page.content

    def test_the_month_says_how_full_each_day_is(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        for hour in (9, 10, 11):
            book(tilleuls, at(hour), last=f"Nom{'abcdefghijkl'[hour]}", email=f"{hour}@courriel.example", phone="")
        html = see(signed_in(tilleuls.staff), view="week", day=monday, part="month").content.decode()
        cell = re.search(rf'<td class="([^"]*)"><a href="[^"]*day={monday.isoformat()}"', html)
        assert cell is not None
        assert cell[1].split()[-1] == "fill-1"
        sunday = monday + timedelta(days=6)
        assert re.search(rf'<td class="[^"]*closed-day"><a href="[^"]*day={sunday.isoformat()}"', html)


class TestFirstFree:
    def test_it_leads_to_the_day_and_the_time(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        answer = client.get(f"{PAGE}?first={tilleuls.service.id}&view=week")
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        found = datetime.fromtimestamp(int(asked["at"][0]), PARIS)
        assert (answer.status_code, found.date().isoformat(), found.minute % 30) == (302, asked["day"][0], 0)
        assert "First free: " in text(client.get(answer.headers["Location"]))

    def test_on_the_day_and_in_the_half_of_it_that_suit(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        answer = client.get(f"{PAGE}?first={tilleuls.service.id}&view=week&on=3&half=afternoon")
        found = datetime.fromtimestamp(int(parse_qs(urlsplit(answer.headers["Location"]).query)["at"][0]), PARIS)
        assert (found.isoweekday(), found.hour, found.minute) == (3, 13, 0)

    def test_where_nothing_suits_it_says_so(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        answer = client.get(f"{PAGE}?first={tilleuls.service.id}&view=week&on=7")
        told = text(client.get(answer.headers["Location"]))
        assert "Nothing that suits is free in these agendas for this service." in told

    @pytest.mark.parametrize("asked", ["on=8", "on=x", "half=night"])
    def test_a_day_that_is_none(self, tilleuls: Clinic, signed_in: Browser, asked: str) -> None:
        client = signed_in(tilleuls.staff)
        assert client.get(f"{PAGE}?first={tilleuls.service.id}&{asked}").status_code == 400

    def test_a_service_of_nowhere(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        assert signed_in(tilleuls.staff).get(f"{PAGE}?first={carpati.service.id}").status_code == 404


class TestWhoSees:
    def test_a_practitioner_sees_the_own_agenda_only(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        other = another(tilleuls)
        client = signed_in(tilleuls.doctor)
        columns = see(client, view="side", day=monday).context["board"].columns
        assert [column.schedule_id for column in columns] == [tilleuls.schedule.id]
        assert see(client, view="day", schedule=other.id).status_code == 404
        assert things(see(client, view="day", day=monday), kinds=("free",)) == []

    def test_agendas_of_another_clinic_are_not_there(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        client = signed_in(tilleuls.staff)
        assert see(client, schedule=carpati.schedule.id).status_code == 404
        assert client.get("/app/carpati/agenda/").status_code == 404

    def test_looking_leaves_a_line_with_who_was_seen(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        visit = book(tilleuls, at(10))
        see(signed_in(tilleuls.staff), view="week", day=monday)
        assert audited(tilleuls, "agenda:read") == [
            {
                "who": "Nadia Kerjean",
                "subject": None,
                "day": monday.isoformat(),
                "until": (monday + timedelta(days=4)).isoformat(),
                "appointments": [str(visit.id)],
            }
        ]


class TestCost:
    def test_a_page_asks_as_much_whatever_it_shows(
        self, tilleuls: Clinic, signed_in: Browser, owner: Any, monday: date
    ) -> None:
        """Session, person, membership, agendas, revision, visits, what stands beside them, places, the line in the
        audit, what the menu counts, and two that open a transaction."""
        client = signed_in(tilleuls.staff)
        see(client, view="week", day=monday)
        asked = []
        for more in (1, 49, 450):
            self.fill(tilleuls, owner, monday, more)
            asked.append(self.asked(lambda: see(client, view="week", day=monday)))
        assert see(client, view="week", day=monday).context["board"].visits == 500
        assert asked == [12, 12, 12]

    @staticmethod
    def asked(look: Callable[[], Any]) -> int:
        with noted() as statements:
            look()
        return len(statements)

    @staticmethod
    def fill(clinic: Clinic, owner: Any, monday: date, count: int) -> None:
        """Rows of visits as a long history leaves them, by the owner's hand."""
        visit = book(clinic, at(9)) if count == 1 else None
        if visit is not None:
            return
        owner.execute(
            "INSERT INTO booking_appointment SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'id', gen_random_uuid(), 'link_hash', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), "
            "'overlap_allowed', true, 'starts_at', a.starts_at + make_interval(mins => n), "
            "'ends_at', a.ends_at + make_interval(mins => n)))).* "
            "FROM booking_appointment a, generate_series(1, %s) n ORDER BY a.booked_at LIMIT %s",
            [count, count],
        )


class TestPlacing:
    def post(self, client: Client, visit: Any, **fields: Any) -> Any:
        return client.post(f"{PAGE}placing/{visit.id}/", fields)

    def test_a_visit_moves_by_less_than_its_own_length(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            agenda.edit_schedule(tilleuls.schedule, step_minutes=10, by=tilleuls.actor(), now=now)
        visit = book(tilleuls, at(10))
        answer = self.post(
            signed_in(tilleuls.staff), visit, schedule=tilleuls.schedule.id, start=at(10, 10).isoformat()
        )
        assert (answer.status_code, again(tilleuls, visit).starts_at) == (200, at(10, 10))
        assert answer.json()["told"].endswith(", 10:10. The former time is free.")

    def test_a_taken_time_is_refused_with_the_nearest(self, tilleuls: Clinic, signed_in: Browser) -> None:
        visit = book(tilleuls, at(10))
        book(tilleuls, at(11), last="Morel", email="m@courriel.example")
        answer = self.post(signed_in(tilleuls.staff), visit, schedule=tilleuls.schedule.id, start=at(11).isoformat())
        told = answer.json()
        assert (answer.status_code, told["told"]) == (409, "This time has just been taken.")
        assert [datetime.fromisoformat(start) for _words, start in told["others"]] == [
            at(9, 30),
            at(10, 30),
            at(11, 30),
        ]
        assert again(tilleuls, visit).starts_at == at(10)

    def test_stretching(self, tilleuls: Clinic, signed_in: Browser) -> None:
        visit = book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)
        answer = self.post(client, visit, end=at(10, 45).isoformat())
        assert (answer.json(), again(tilleuls, visit).ends_at) == ({"told": "The visit now lasts 45 min."}, at(10, 45))
        refused = self.post(client, visit, end=at(9).isoformat())
        assert (refused.status_code, refused.json()["told"]) == (422, "A visit lasts from 5 minutes to 24 hours.")

    def test_only_who_may_move_and_only_what_is_theirs(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        visit = book(tilleuls, at(10))
        assert self.post(signed_in(tilleuls.doctor), visit, end=at(11).isoformat()).status_code == 403
        stranger = signed_in(carpati.admin).post(f"/app/carpati/agenda/placing/{visit.id}/", {"end": "x"})
        assert stranger.status_code in (400, 404)
        away = self.post(signed_in(tilleuls.staff), visit, schedule=carpati.schedule.id, start=at(11).isoformat())
        assert (away.status_code, again(tilleuls, visit).starts_at) == (404, at(10))


class TestDrawer:
    @pytest.fixture
    def chosen(self, tilleuls: Clinic) -> dict[str, Any]:
        return {"part": "drawer", "schedule": tilleuls.schedule.id, "start": at(10).isoformat()}

    def test_a_service_that_fits_is_chosen_at_once(
        self, tilleuls: Clinic, signed_in: Browser, chosen: dict[str, Any]
    ) -> None:
        page = signed_in(tilleuls.staff).get(f"/app/tilleuls/book/?{urlencode(chosen)}")
        assert (page.status_code, page.context["service"].id) == (200, tilleuls.service.id)
        assert b"<html" not in page.content
        assert b'role="combobox"' in page.content

    def test_somebody_new_is_booked_and_told(
        self, tilleuls: Clinic, signed_in: Browser, chosen: dict[str, Any]
    ) -> None:
        client = signed_in(tilleuls.staff)
        sent = {**chosen, "service": tilleuls.service.id, "new": "yes", "tell": "on"}
        wrong = client.post("/app/tilleuls/book/", sent)
        assert (wrong.status_code, b"<html" in wrong.content) == (422, False)
        who = {"last_name": "Aubrée", "first_name": "Clémence", "birth_date": "14/03/1987", "phone": "0612345678"}
        who |= {"email": "c@courriel.example", "visit_remark": "Tache au dos"}
        answer = client.post("/app/tilleuls/book/", {**sent, **who})
        with tilleuls.acting():
            made = tilleuls.organization.appointments.get()
        assert (answer.status_code, answer.json()["made"], made.starts_at) == (200, str(made.id), at(10))
        assert made.remark == "Tache au dos"
        assert "Tache au dos" in text(client.get(f"/app/tilleuls/appointments/{made.id}/"))

    def test_an_appointment_opens_beside_the_grid(self, tilleuls: Clinic, signed_in: Browser) -> None:
        visit = book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(f"/app/tilleuls/appointments/{visit.id}/?part=drawer")
        assert b"<html" not in page.content
        assert b"Aubr\xc3\xa9e Cl\xc3\xa9mence" in page.content
        assert audited(tilleuls, "appointment:read")[0]["subject"] == visit.id

    def test_people_are_found_as_everywhere_and_the_search_is_noted(self, tilleuls: Clinic, signed_in: Browser) -> None:
        visit = book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(f"{PAGE}people/?q=aubree")
        html = page.content.decode()
        assert f'data-contact="{visit.contact_id}"' in html
        assert "<mark>Aubrée</mark> Clémence" in html
        assert "never came" in html
        assert "New patient “aubree”" in html
        assert audited(tilleuls, "contact:search")[0]["contacts"] == [str(visit.contact_id)]
        assert signed_in(tilleuls.doctor).get(f"{PAGE}people/?q=aubree").status_code == 403

    def test_a_time_without_a_patient_is_kept(self, tilleuls: Clinic, signed_in: Browser, monday: date) -> None:
        client = signed_in(tilleuls.staff)
        asked = {"part": "drawer", "schedule": tilleuls.schedule.id, "day": monday, "from": "10:00", "to": "10:30"}
        page = client.get(f"/app/tilleuls/blocks/?{urlencode(asked)}")
        initial = page.context["form"].initial
        assert (initial["from_minute"], initial["to_minute"], initial["is_pre_reservation"]) == (600, 630, True)
        sent = {
            "part": "drawer",
            "schedule": tilleuls.schedule.id,
            "from_day": monday,
            "to_day": monday,
            "from_minute": "10:00",
            "to_minute": "10:30",
            "is_pre_reservation": "on",
        }
        assert client.post("/app/tilleuls/blocks/", sent).json() == {"told": "The time is blocked."}
        assert things(see(client, view="day", day=monday)) == [
            ("at-1000 for-30", "10:00 Reserved until 10:30 [Reserved]")
        ]


def test_every_place_and_length_has_its_class() -> None:
    from django.contrib.staticfiles import finders

    path = finders.find("staff/css/agenda-grid.css")
    assert isinstance(path, str)
    with open(path) as file:
        sheet = file.read()
    for minute in range(0, 1501, 5):
        assert f".at-{minute // 60:02}{minute % 60:02}{{--at:{minute // 5}}}" in sheet
    for length in range(5, 1501, 5):
        assert f".for-{length}{{--for:{length // 5}}}" in sheet
