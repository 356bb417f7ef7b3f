"""Centres and calendars from files, and what is said about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.queries.free_times import free_times
from kalends.agenda.rules import OpeningRule
from kalends.booking import operations as booking
from kalends.foundation.actor import ChannelKind, patient, system
from kalends.foundation.database import tenancy
from kalends.operating.embedded import CannotRun
from kalends.operating.importing import calendars, centres
from kalends.operating.importing.slugs import slug_of
from kalends.organizations.models import Location, Organization, Provider
from tests.cast import Clinic, data

HEADER = (
    "gid;nom;adr_num;adr_voie;com_cp;com_nom;rdv_lundi;rdv_mardi;rdv_mercredi;rdv_jeudi;rdv_vendredi;rdv_samedi;"
    "rdv_dimanche;rdv_tel;rdv_site_web;rdv_modalites;date_ouverture;date_fermeture\r\n"
)
NORTH = (
    "981;Hôpital Nord;;Chemin des Bourrely;13015;Marseille;9h-12h et 14h-17h;9h-12h;A CONFIRMER;ouvert;fermé;;;"
    "+33261914439;https://rdv.example/nord;Sur rendez-vous;11/01/2021;\r\n"
)
SOUTH = "7;Salle Carpeaux;2;rue des Arts;59300;Valenciennes;8h-20h;;;;;;;;;;;\r\n"


def by() -> Any:
    return system("test")


def table(folder: Path, *rows: str, name: str = "centres.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(rows), encoding="utf-8", newline="")
    return path


def imported(*paths: Path, **how: Any) -> centres.Outcome:
    return centres.import_centres(centres.read(paths), **how)


@pytest.mark.parametrize(
    ("name", "town", "taken", "slug"),
    [
        ("Hôpital Nord", "Marseille", (), "hopital-nord-marseille"),
        ("CH de Bourganeuf", "Bourganeuf", (), "ch-de-bourganeuf"),
        ("Centre L’Haÿ-les-Roses", "L’Haÿ-les-Roses", (), "centre-l-hay-les-roses"),
        ("App", "", ("app",), "app-12"),
        ("App", "", ("app", "app-12"), "app-12-2"),
        ("中心", "", (), "centre"),
        ("Centre " + "très " * 20 + "long", "Lyon", (), "centre" + "-tres" * 11),
        ("x" * 80, "", (), "x" * 63),
        ("x" * 80, "", ("x" * 63,), "x" * 60 + "-12"),
    ],
)
def test_an_address_is_made_of_name_and_town(name: str, town: str, taken: tuple[str, ...], slug: str) -> None:
    assert slug_of(name, town, otherwise="12", taken=taken) == slug


def test_without_a_number_of_its_own_a_row_gets_one() -> None:
    assert slug_of("App", "", otherwise="", taken={"app", "app-2"}) == "app-3"


def test_a_row_becomes_a_centre_that_can_be_booked(db: None, tmp_path: Path) -> None:
    files = centres.read([table(tmp_path, NORTH)])
    outcome = centres.import_centres(files)
    assert centres.written(outcome, files).splitlines()[:2] == [
        "rows: 1 read, 1 imported, 0 skipped",
        "cells: 7, 5 filled: 2 understood, 1 closed, 1 not stated yet, 1 not understood",
    ]
    organization = Organization.objects.get(slug="hopital-nord-marseille")
    assert (organization.name, organization.time_zone, organization.phone, organization.is_published) == (
        "Hôpital Nord",
        "Europe/Paris",
        "+33261914439",
        True,
    )
    with tenancy.acting(organization=organization, by=by()) as now:
        location = Location.all_rows.get(organization=organization)
        assert (location.address, location.postcode, location.town) == ("Chemin des Bourrely", "13015", "Marseille")
        assert Provider.all_rows.get(organization=organization).name == "Hôpital Nord"
        schedule = organization.schedules.get()
        assert schedule.note.endswith("mercredi « A CONFIRMER »; jeudi « ouvert »")
        rules = organization.opening_rules.order_by("weekday", "from_minute")
        assert list(rules.values_list("weekday", "from_minute", "to_minute", "valid_from")) == [
            (1, 540, 720, date(2021, 1, 11)),
            (1, 840, 1020, date(2021, 1, 11)),
            (2, 540, 720, date(2021, 1, 11)),
        ]
        service = organization.services.get()
        monday = now.date() + timedelta(days=8 - now.date().isoweekday())
        found = free_times(
            organization, service_id=service.id, first=monday, last=monday, channel=ChannelKind.WEBSITE, now=now
        )
        assert found is not None
        assert len(found.slots) == 24
        booked = booking.book(
            organization,
            schedule_id=schedule.id,
            service_id=service.id,
            starts_at=found.slots[0].starts_at,
            contact=data(),
            by=patient(),
            now=now,
        )
        assert booked.status == "booked"


def test_the_same_file_twice_adds_nothing(db: None, tmp_path: Path) -> None:
    path = table(tmp_path, NORTH, SOUTH)
    first = imported(path)
    assert (first.imported, first.skipped) == (2, {})
    again = imported(path)
    assert (again.imported, again.skipped) == (0, {"already there": 2})
    assert str(min(again.remarks)) == f"{path}, line 2: It is there already; it was left out."
    later = imported(table(tmp_path, SOUTH, NORTH.replace("Hôpital Nord", "Hôpital Nord (renommé)"), name="b.csv"))
    assert (later.imported, later.skipped) == (0, {"already there": 2})
    assert set(Organization.objects.values_list("slug", flat=True)) == {
        "hopital-nord-marseille",
        "salle-carpeaux-valenciennes",
    }


def test_namesakes_get_addresses_of_their_own(db: None, tmp_path: Path) -> None:
    outcome = imported(table(tmp_path, NORTH, NORTH.replace("981;", "982;")))
    assert outcome.imported == 2
    assert set(Organization.objects.values_list("slug", flat=True)) == {
        "hopital-nord-marseille",
        "hopital-nord-marseille-982",
    }


def test_a_row_that_cannot_be_is_left_out_whole(db: None, tmp_path: Path) -> None:
    path = table(tmp_path, NORTH.replace("Hôpital Nord", "N" * 201), SOUTH, "8;;;;59300;Lille;;;;;;;;;;;;\r\n")
    outcome = imported(path)
    assert (outcome.imported, outcome.skipped) == (1, {"not valid": 1, "name missing": 1})
    left_out = [remark for remark in sorted(outcome.remarks) if "left out" in remark.sentence]
    assert [(remark.line, remark.column) for remark in left_out] == [(2, ""), (4, "nom")]
    assert left_out[0].sentence.startswith("name: ")
    assert list(Organization.objects.values_list("slug", flat=True)) == ["salle-carpeaux-valenciennes"]


def test_what_cannot_be_used_of_a_row_is_left_out_and_said(db: None, tmp_path: Path) -> None:
    long = "https://rdv.example/" + "x" * 190
    row = NORTH.replace("+33261914439", "3975").replace("https://rdv.example/nord", long)
    outcome = imported(table(tmp_path, row))
    assert outcome.imported == 1
    assert {remark.column: remark.text for remark in outcome.remarks if remark.column[:5] in ("rdv_t", "rdv_s")} == {
        "rdv_tel": "3975",
        "rdv_site_web": long,
    }
    organization = Organization.objects.get()
    assert (organization.phone, organization.website) == ("", "")


def test_a_dry_run_says_the_same_and_writes_nothing(db: None, tmp_path: Path) -> None:
    path = table(tmp_path, NORTH, NORTH.replace("981;", "982;"), SOUTH)
    files = centres.read([path])
    tried = centres.import_centres(files, dry_run=True)
    assert not Organization.objects.exists()
    assert centres.written(tried, files, dry_run=True).splitlines()[0] == "rows: 3 read, 3 would be imported, 0 skipped"
    done = centres.import_centres(files)
    assert sorted(tried.remarks) == sorted(done.remarks)


def test_one_refused_file_stops_all(db: None, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"nom;rdv_lundi\r\nx;y\r\n")
    with pytest.raises(CannotRun) as refused:
        imported(table(tmp_path, NORTH), bad)
    assert str(refused.value) == f"{bad}: line 1: The column rdv_mardi is missing."
    with pytest.raises(CannotRun, match="cannot be read"):
        imported(tmp_path / "missing.csv")
    assert not Organization.objects.exists()


EVENT = """BEGIN:VEVENT
UID:{uid}
DTSTART:{start:%Y%m%dT%H%M%SZ}
DTEND:{end:%Y%m%dT%H%M%SZ}
SUMMARY:{summary}
END:VEVENT
"""


def calendar(folder: Path, *events: tuple[str, datetime, float], name: str = "work.ics") -> Path:
    """Events by UID, start and hours."""
    text = "".join(
        EVENT.format(uid=uid, start=start, end=start + timedelta(hours=hours), summary=f"About {uid}")
        for uid, start, hours in events
    )
    path = folder / name
    path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{text}END:VCALENDAR\n".replace("\n", "\r\n"))
    return path


@pytest.fixture
def tomorrow(tilleuls: Clinic) -> datetime:
    """Eight in the morning, UTC, of a day that is open."""
    with tilleuls.acting() as now:
        agenda.set_opening(
            tilleuls.schedule,
            rules=[OpeningRule(weekday, 0, 1440) for weekday in range(1, 8)],
            overrides=(),
            version=None,
            by=tilleuls.actor(),
            now=now,
        )
    return (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)


def busy(clinic: Clinic, path: Path, **how: Any) -> calendars.Told:
    asked = {"slug": clinic.organization.slug, "schedule": str(clinic.schedule.id), "source": path.name}
    return calendars.import_calendar(path, **(asked | how))


def blocks(clinic: Clinic) -> list[tuple[str, str, datetime, datetime]]:
    with clinic.acting():
        found = clinic.schedule.blocks.order_by("starts_at", "source_uid")
        return list(found.values_list("source_uid", "reason", "starts_at", "ends_at"))


def test_busy_times_become_blocks_and_are_replaced(tilleuls: Clinic, tomorrow: datetime, tmp_path: Path) -> None:
    later = tomorrow + timedelta(hours=4)
    first = busy(tilleuls, calendar(tmp_path, ("a", tomorrow, 1), ("b", later, 2)))
    assert (first.done.added, first.done.replaced, first.done.not_needed) == (2, 0, 0)
    assert blocks(tilleuls) == [
        ("work.ics#a", "About a", tomorrow, tomorrow + timedelta(hours=1)),
        ("work.ics#b", "About b", later, later + timedelta(hours=2)),
    ]
    private = busy(tilleuls, calendar(tmp_path, ("a", tomorrow + timedelta(hours=2), 1), name="home.ics"))
    assert (private.done.added, private.done.replaced) == (1, 0)
    again = busy(tilleuls, calendar(tmp_path, ("a", tomorrow + timedelta(minutes=30), 1)))
    assert (again.done.added, again.done.replaced) == (1, 2)
    assert [uid for uid, *_ in blocks(tilleuls)] == ["work.ics#a", "home.ics#a"]


def test_the_same_calendar_twice_adds_nothing(tilleuls: Clinic, tomorrow: datetime, tmp_path: Path) -> None:
    path = calendar(tmp_path, ("a", tomorrow, 1), ("b", tomorrow + timedelta(hours=4), 2))
    busy(tilleuls, path)
    before = blocks(tilleuls)
    again = busy(tilleuls, path)
    assert (again.done.added, again.done.kept, again.done.replaced, blocks(tilleuls)) == (0, 2, 0, before)
    assert "blocks: 0 added, 2 there already, 0 of an earlier import removed, 0 not needed" in str(again)


def test_appointments_stay_and_are_named(tilleuls: Clinic, tomorrow: datetime, tmp_path: Path) -> None:
    with tilleuls.acting() as now:
        booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=tomorrow,
            contact=data(),
            by=tilleuls.actor(),
            now=now,
        )
    outcome = busy(tilleuls, calendar(tmp_path, ("meeting", tomorrow, 2), ("short", tomorrow, 0.5)))
    assert (outcome.done.added, outcome.done.not_needed, len(outcome.done.met)) == (1, 1, 1)
    assert "appointments in busy times: 1; they stay, please look at them:" in str(outcome)
    with tilleuls.acting():
        assert tilleuls.schedule.appointments.get().status == "booked"
        places = tilleuls.schedule.occupancies.order_by("starts_at").values_list("starts_at", "ends_at")
        half = tomorrow + timedelta(minutes=30)
        assert list(places) == [(tomorrow, half), (half, tomorrow + timedelta(hours=2))]


def test_two_busy_years_fit_into_blocks(tilleuls: Clinic, tomorrow: datetime, tmp_path: Path) -> None:
    outcome = busy(tilleuls, calendar(tmp_path, ("away", tomorrow, 24 * 700)))
    assert (outcome.done.added, outcome.done.not_needed) == (2, 0)
    found = blocks(tilleuls)
    assert (found[0][2], found[0][3], found[1][3]) == (tomorrow, found[1][2], tomorrow + timedelta(days=700))


def test_a_dry_run_of_a_calendar_writes_nothing(tilleuls: Clinic, tomorrow: datetime, tmp_path: Path) -> None:
    busy(tilleuls, calendar(tmp_path, ("a", tomorrow, 1)))
    before = blocks(tilleuls)
    tried = busy(tilleuls, calendar(tmp_path, ("b", tomorrow, 1)), dry_run=True)
    assert (tried.done.added, tried.done.replaced) == (1, 1)
    assert blocks(tilleuls) == before


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"slug": "nobody"}, "There is no organization nobody."),
        ({"schedule": "x"}, "tilleuls has no agenda x."),
        ({"source": "\u200b"}, "Give the calendar a name with --source."),
    ],
)
def test_a_calendar_for_nobody_is_refused(
    tilleuls: Clinic, tomorrow: datetime, tmp_path: Path, how: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CannotRun) as refused:
        busy(tilleuls, calendar(tmp_path, ("a", tomorrow, 1)), **how)
    assert str(refused.value) == sentence
    assert blocks(tilleuls) == []


def test_an_agenda_of_somebody_else_does_not_exist(
    tilleuls: Clinic, carpati: Clinic, tomorrow: datetime, tmp_path: Path
) -> None:
    with pytest.raises(CannotRun, match="has no agenda"):
        busy(tilleuls, calendar(tmp_path, ("a", tomorrow, 1)), schedule=str(carpati.schedule.id))
    assert blocks(carpati) == []


def test_what_is_no_calendar_is_refused(tilleuls: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "x.ics"
    path.write_text("hello")
    with pytest.raises(CannotRun) as refused:
        busy(tilleuls, path)
    assert str(refused.value) == f"{path}: This is not a calendar file: it has no BEGIN:VCALENDAR."
