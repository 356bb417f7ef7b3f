"""When and through what nobody books: closures, public holidays, blocked times, channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, book, coming, notices

SETTINGS = "/app/tilleuls/settings/"


class TestClosures:
    def test_one_closes_and_its_removal_opens(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client, monday = signed_in(tilleuls.admin), coming()
        sent = {
            "schedule": "all",
            "from_day": monday,
            "from_minute": "12:00",
            "to_day": monday + timedelta(days=1),
            "to_minute": "10:00",
            "reason": "Congrès",
        }
        client.post(SETTINGS + "closures/", sent)
        row = client.get(SETTINGS + "closures/").context["rows"][0]
        tuesday = monday + timedelta(days=1)
        assert (row["when"], row["whose"], row["reason"]) == (
            f"Mon {monday.day} {monday:%b} {monday.year}, 12:00 to "
            f"Tue {tuesday.day} {tuesday:%b} {tuesday.year}, 10:00",
            "all agendas",
            "Congrès",
        )
        free = [line.time for line in client.get(f"/app/tilleuls/?day={tuesday}").context["day"].agendas[0].lines]
        assert free == ["10:00", "13:00"]
        client.post(row["remove_url"])
        assert client.get(SETTINGS + "closures/").context["rows"] == []

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"to_day": coming(1, 1)}, {"to_day"}),
            ({"from_minute": "x"}, {"from_minute"}),
            ({"from_day": ""}, {"from_day"}),
            ({"schedule": "11111111-1111-1111-1111-111111111111"}, {"schedule"}),
        ],
    )
    def test_each_reason_stands_beside_its_field(
        self, tilleuls: Clinic, signed_in: Browser, changes: dict[str, Any], errors: set[str]
    ) -> None:
        sent = {"schedule": "all", "from_day": coming(), "to_day": coming(), **changes}
        answer = signed_in(tilleuls.admin).post(SETTINGS + "closures/", sent)
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, errors)

    def test_the_public_holidays_of_a_year_once(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        year = coming().year + 1
        said = [notices(client.post(SETTINGS + "closures/public-holidays/", {"year": year}, follow=True)) for _ in "ab"]
        assert said == [
            ["good: 11 public holidays are entered."],
            [f"info: All public holidays of {year} were entered already."],
        ]

    @pytest.mark.parametrize("year", ["", "26", "twothousand", "99999"])
    def test_what_is_no_year(self, tilleuls: Clinic, signed_in: Browser, year: str) -> None:
        answer = signed_in(tilleuls.admin).post(SETTINGS + "closures/public-holidays/", {"year": year})
        assert answer.status_code == 404


class TestBlocks:
    def test_a_blocked_time_is_not_free_and_can_be_opened(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client, monday = signed_in(tilleuls.staff), coming()
        sent = {
            "schedule": tilleuls.schedule.id,
            "from_day": monday,
            "from_minute": "9:00",
            "to_day": monday,
            "to_minute": "12:00",
            "reason": "Réunion",
        }
        answer = client.post("/app/tilleuls/blocks/", sent, follow=True)
        assert notices(answer) == ["good: The time is blocked."]
        assert [line.kind for line in answer.context["day"].agendas[0].lines] == ["blocked", "free"]
        row = client.get("/app/tilleuls/blocks/").context["rows"][0]
        assert (row["when"], row["reason"]) == (
            f"Mon {monday.day} {monday:%b} {monday.year}, 9:00 to 12:00",
            "Réunion",
        )
        client.post(row["remove_url"])
        assert client.get("/app/tilleuls/blocks/").context["rows"] == []

    def test_nobody_is_pushed_out(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        sent = {
            "schedule": tilleuls.schedule.id,
            "from_day": coming(),
            "from_minute": "9:00",
            "to_day": coming(),
            "to_minute": "12:00",
        }
        answer = signed_in(tilleuls.staff).post("/app/tilleuls/blocks/", sent)
        assert answer.status_code == 409
        assert notices(answer) == [
            "bad: Something is already planned in this time. Move it first, or choose another time."
        ]

    def test_an_hour_that_the_clocks_jump_over(self, tilleuls: Clinic, signed_in: Browser) -> None:
        sent = {
            "schedule": tilleuls.schedule.id,
            "from_day": "2027-03-28",
            "from_minute": "2:30",
            "to_day": "2027-03-28",
            "to_minute": "4:00",
        }
        answer = signed_in(tilleuls.staff).post("/app/tilleuls/blocks/", sent)
        assert answer.context["form"].errors == {"from_minute": ["This hour does not exist on that day."]}

    @pytest.mark.parametrize("part", ["", "drawer"], ids=["page", "drawer"])
    def test_clk_07_an_hour_that_comes_twice_is_asked_about(
        self, tilleuls: Clinic, signed_in: Browser, part: str
    ) -> None:
        """In the night of 31 October 2027 it is half past two in Paris at 0:30 and at 1:30 in UTC."""
        client = signed_in(tilleuls.staff)
        sent = {
            "schedule": tilleuls.schedule.id,
            "from_day": "2027-10-31",
            "from_minute": "2:30",
            "to_day": "2027-10-31",
            "to_minute": "2:45",
            "part": part,
        }
        for end, more in (("from", {}), ("to", {"from_which": "second"})):
            answer = client.post("/app/tilleuls/blocks/", {**sent, **more}, headers={"accept-language": "en"})
            form = answer.context["form"]
            assert form.errors == {f"{end}_minute": ["On that day the clocks show this hour twice. Say which one."]}
            assert f'name="{end}_which"' in answer.content.decode()
            assert form[f"{end}_which"].field.required
        with tilleuls.acting():
            assert tilleuls.organization.blocks.count() == 0
        client.post("/app/tilleuls/blocks/", {**sent, "from_which": "first", "to_which": "second"})
        client.post("/app/tilleuls/blocks/", {**sent, "to_minute": "3:00", "from_which": "second"})
        with tilleuls.acting():
            (block,) = tilleuls.organization.blocks.all()
            assert (block.starts_at, block.ends_at) == (
                datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
                datetime(2027, 10, 31, 1, 45, tzinfo=UTC),
            )


class TestChannels:
    def test_shut_and_opened_again(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        row = next(
            row for row in client.get(SETTINGS + "channels/").context["rows"] if row["channel"].kind == "website"
        )
        states = []
        for wish in ("no", "yes"):
            client.post(row["url"], {"open": wish})
            with tilleuls.acting():
                states.append(tilleuls.organization.channels.get(kind="website").is_open)
        assert states == [False, True]
