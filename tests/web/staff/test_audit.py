"""Who did what, and who looked at whom: the list for administrators."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kalends.audit import operations
from kalends.web.staff.audit.words import ACTS
from tests.cast import Clinic
from tests.web.staff.desk import PARIS, Browser, at, book, coming, text

AUDIT = "/app/tilleuls/audit/"


def lines(page: Any) -> list[tuple[str, str, list[str], str]]:
    return [(line.who, line.did, [name for name, _url in line.about], line.detail) for line in page.context["lines"]]


class TestList:
    def test_acts_and_looks_newest_first(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        desk = signed_in(tilleuls.staff)
        desk.get(f"/app/tilleuls/?day={coming()}")
        desk.get(f"/app/tilleuls/appointments/{appointment.id}/")
        desk.get("/app/tilleuls/patients/?q=aub")
        desk.get(f"/app/tilleuls/patients/{appointment.contact_id}/")
        page = signed_in(tilleuls.admin).get(AUDIT)
        day = f"Monday {coming().day} {coming():%B} {coming().year}"
        assert lines(page) == [
            ("Nadia Kerjean", "looked at a record", ["Aubrée Clémence"], ""),
            ("Nadia Kerjean", "looked for a patient", ["Aubrée Clémence"], "“aub”"),
            ("Nadia Kerjean", "looked at an appointment", ["Aubrée Clémence"], ""),
            ("Nadia Kerjean", "looked at a day of the agenda", ["Aubrée Clémence"], day),
            ("Inès Barbier", "booked", ["Aubrée Clémence"], ""),
            ("Inès Barbier", "made a record", ["Aubrée Clémence"], ""),
        ]

    def test_reading_it_is_in_it(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        client.get(AUDIT)
        assert lines(client.get(AUDIT)) == [("Inès Barbier", "read this list", [], "")]

    def test_by_person_and_by_date(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        signed_in(tilleuls.staff).get("/app/tilleuls/patients/?q=aub")
        client = signed_in(tilleuls.admin)
        by_nadia = client.get(AUDIT, {"person": tilleuls.staff.id})
        yesterday = (datetime.now(PARIS) - timedelta(days=1)).date().isoformat()
        assert [line[1] for line in lines(by_nadia)] == ["looked for a patient"]
        assert lines(client.get(AUDIT, {"first": yesterday, "last": yesterday})) == []

    def test_everything_about_one_patient_and_nothing_about_others(self, tilleuls: Clinic, signed_in: Browser) -> None:
        one = book(tilleuls, at(10))
        other = book(tilleuls, at(11), last="Haddad", first="Samir", phone="", email="s@courriel.example")
        desk = signed_in(tilleuls.staff)
        desk.get(f"/app/tilleuls/?day={coming()}")
        desk.get("/app/tilleuls/patients/?q=haddad")
        desk.get(f"/app/tilleuls/patients/{other.contact_id}/")
        page = signed_in(tilleuls.admin).get(AUDIT, {"contact": one.contact_id})
        assert [line[1] for line in lines(page)] == ["looked at a day of the agenda", "booked", "made a record"]
        assert "Only what concerns Aubrée Clémence." in text(page)

    def test_a_hundred_at_once_and_the_rest_behind(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            for number in range(105):
                operations.record_about(
                    "contact:search",
                    organization_id=tilleuls.id,
                    kind="contact",
                    subject_id=None,
                    by=tilleuls.actor(),
                    now=now,
                    after={"typed": str(number)},
                )
        client = signed_in(tilleuls.admin)
        first = client.get(AUDIT)
        rest = client.get(first.context["older_url"])
        seen = [line[3] for line in lines(first)] + [line[3] for line in lines(rest)]
        assert seen == [f"“{number}”" for number in range(104, -1, -1)]
        assert rest.context["older_url"] == ""

    def test_nothing_of_another_clinic(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(carpati.admin)
        assert lines(client.get("/app/carpati/audit/")) == []
        assert client.get("/app/carpati/audit/", {"contact": appointment.contact_id}).status_code == 404
        assert lines(client.get("/app/carpati/audit/", {"person": tilleuls.admin.id})) == []

    def test_every_act_that_the_code_records_has_words(self) -> None:
        source = Path(__file__).parents[3] / "src" / "kalends"
        code = " ".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
        recorded = set(re.findall(r'(?:record|record_about|tell|right=)\(?\s*"([a-z]+:[a-z-]+)"', code))
        assert len(recorded) > 20
        assert recorded - set(ACTS) == set()
