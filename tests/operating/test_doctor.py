"""What the doctor says of an installation that lacks something."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from kalends.config.environment import Environment
from kalends.foundation import clock
from kalends.operating.archiving import holding
from kalends.operating.commands import doctor
from tests.cast import Clinic
from tests.operating.conftest import needs_root, small_disk
from tests.operating.test_backup import kalends

SUMMER, WINTER = int(datetime(2027, 7, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())


@pytest.fixture
def application(database_urls: tuple[str, str], db: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_urls[1], autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("address", "to_do"),
    [
        ("https://agenda.example.org", False),
        ("http://agenda.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://localhost:8000", True),
    ],
)
def test_an_address_has_to_be_encrypted_and_reachable(address: str, to_do: bool) -> None:
    assert doctor.of_address(address).to_do is to_do


def test_only_this_machine_is_this_machine() -> None:
    hosts = ("127.0.0.1", "127.1.2.3", "::1", "localhost", "a.localhost", "10.0.0.1", "localhost.example.org", "")
    assert [host for host in hosts if doctor.is_this_machine(host)] == list(hosts[:5])


def test_a_clock_that_was_set_is_said(application: psycopg.Connection) -> None:
    assert list(doctor.of_jumps(application)) == []
    application.execute(
        "INSERT INTO delivery_clockjump VALUES (gen_random_uuid(), '2026-12-07T07:00Z', -3600, NULL, '')"
    )
    (said,) = doctor.of_jumps(application)
    assert said.to_do
    assert said.sentence.startswith("After 2026-12-07 07:00 UTC the clock was set back by 1:00:00 hours, so reminders")


def test_mail_that_cannot_leave_is_said(place: Path) -> None:
    environment = replace(Environment.read({}), data=place / "data", email_url="")
    assert [str(said)[:44] for said in doctor.of_deliveries(environment)] == [
        "To do: Mail does not leave this machine: set"
    ]
    sends = replace(environment, email_url="smtp://mail.example", bounce_address="back@mail.example")
    assert list(doctor.of_deliveries(sends)) == []
    holding.hold(sends.data)
    assert [said.sentence[:16] for said in doctor.of_deliveries(sends)] == ["Nothing is sent,"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postmark://key", ["Mail leaves by the account at Postmark."]),
        ("mailgun://key@mg.b.example?signing=key", ["Mail leaves by the account of mg.b.example at Mailgun."]),
        (
            "mailgun://key@mg.b.example",
            [
                "Mail leaves by the account of mg.b.example at Mailgun.",
                "To do: EMAIL_URL has no signing=, the key with which Mailgun signs what it tells: until then nothing "
                "of it is believed, and no bounce is noted.",
            ],
        ),
        (
            "mailtrap://key",
            [
                "Mail leaves by the account at Mailtrap.",
                "EMAIL_URL has no signing=, the key with which Mailtrap signs what it tells: only the password in the "
                "address proves it.",
            ],
        ),
    ],
)
def test_by_which_provider_mail_leaves_is_said(url: str, said: list[str], place: Path) -> None:
    environment = replace(Environment.read({}), data=place / "data", email_url=url)
    found = [str(one).partition(" It is told to call")[0] for one in doctor.of_deliveries(environment)]
    assert found == said


def test_a_folder_of_bounces_that_is_none_is_said(place: Path) -> None:
    environment = replace(Environment.read({}), email_url="smtp://mail.example")
    assert [(str(said)[:35], said.to_do) for said in doctor.of_bounces(environment)] == [
        ("Mails that do not arrive come back ", False)
    ]
    watched = replace(environment, bounce_address="back@mail.example", bounces=place / "back")
    assert [str(said)[:43] for said in doctor.of_bounces(watched)] == [
        "To do: What comes back cannot be read: " + str(place)[:4]
    ]
    for name in ("new", "cur", "tmp"):
        (place / "back" / name).mkdir(parents=True)
    assert list(doctor.of_bounces(watched)) == []


def test_the_disk_of_a_folder_yet_to_be_made_is_looked_at(place: Path) -> None:
    (said,) = doctor.of_disk(place / "not" / "there")
    assert said.sentence.endswith(f" GB are free on the disk of {place / 'not' / 'there'}.")
    assert said.to_do is (shutil.disk_usage(place).free < min(10**9, shutil.disk_usage(place).total // 20))


@needs_root
def test_a_disk_that_is_nearly_full_is_said(place: Path) -> None:
    with small_disk(place / "disk", megabytes=10) as disk:
        assert [said.to_do for said in doctor.of_disk(disk)] == [False]
        (disk / "much").write_bytes(bytes(10_100_000))
        assert [said.to_do for said in doctor.of_disk(disk)] == [True]


def test_other_rules_of_a_zone_are_found() -> None:
    moments = [WINTER, SUMMER]
    assert doctor.differing({"Europe/Paris": [3600, 7200], "Europe/London": [0, 3600]}, moments) == []
    assert doctor.differing({"Europe/Paris": [3600, 3600], "Europe/London": [0, 3600]}, moments) == ["Europe/Paris"]


def test_the_database_is_asked_for_each_zone(application: psycopg.Connection) -> None:
    found = doctor.offsets_of_database(application, [WINTER, SUMMER])
    assert (found["Europe/Paris"], found["Europe/Bucharest"]) == ([3600, 7200], [7200, 10800])
    assert set(found) <= clock._known_zones()
    assert application.execute("SHOW TimeZone").fetchone() == ("UTC",)


def test_zones_in_use_are_named(application: psycopg.Connection, tilleuls: Clinic) -> None:
    (said,) = doctor.of_zones(application)
    assert not said.to_do
    different = doctor.differing(doctor.offsets_of_database(application, [SUMMER, WINTER]), [SUMMER, WINTER])
    assert [name for name in different if name not in said.sentence] == []


def test_the_clocks_of_one_machine_agree(application: psycopg.Connection) -> None:
    assert not doctor.of_clock(application).to_do


def test_a_worker_is_heard_or_missed(application: psycopg.Connection, owner: psycopg.Connection) -> None:
    assert doctor.of_worker(application).sentence.startswith("No worker was heard of: ")
    owner.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES ('2026-01-02 03:04Z')")
    assert doctor.of_worker(application).sentence.startswith("No worker was heard of since 2026-01-02 03:04 UTC: ")
    owner.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert str(doctor.of_worker(application)) == "A worker runs."


@pytest.mark.slow
def test_the_command_says_everything(place: Path) -> None:
    code, said, _ = kalends("doctor", data=place / "data", PORT="8124")
    assert code == 1
    assert "migrations are missing" in said
    assert kalends("migrate", data=place / "data")[0] == 0
    code, said, _ = kalends("doctor", data=place / "data", KALENDS_BASE_URL="https://agenda.example")
    to_do = [line.split()[2:5] for line in said.splitlines() if line.startswith("To do:")]
    assert to_do == [["Mail", "does", "not"], ["No", "worker", "was"]]
    assert code == 1
    code, said, _ = kalends("doctor", data=place / "data", DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    assert "To do: The database of DATABASE_URL cannot be reached" in said
    assert os.environ.get("DATABASE_URL") != "postgresql://a@127.0.0.1:1/b"
