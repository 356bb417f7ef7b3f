"""The patient's private page: reading it changes nothing; confirming, moving and cancelling are buttons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from icalendar import Calendar

from kalends.agenda.models import Service
from kalends.booking import operations as booking
from kalends.booking.queries import link_secret
from tests.cast import Clinic
from tests.web.public.visitor import Page, Visitor, at, working_day

WEDNESDAY = working_day()
THURSDAY = WEDNESDAY + timedelta(days=1)
DAY = f"Wednesday {WEDNESDAY.day} {WEDNESDAY:%B}"
EVERYTHING = """
SELECT (SELECT json_agg(a ORDER BY id)::text FROM booking_appointment a),
       (SELECT json_agg(o ORDER BY id)::text FROM agenda_occupancy o),
       (SELECT count(*) FROM booking_historyentry), (SELECT count(*) FROM audit_entry),
       (SELECT count(*) FROM delivery_delivery), (SELECT json_agg(c)::text FROM contacts_contact c)
"""


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    return Visitor(tilleuls)


@pytest.fixture
def private(visitor: Visitor) -> str:
    """The address of the private page of a visit next Wednesday at 9:00."""
    visitor.book(WEDNESDAY, "9:00")
    return address_of(visitor.clinic)


def address_of(clinic: Clinic) -> str:
    with clinic.acting():
        appointment = clinic.organization.appointments.order_by("booked_at").last()
        assert appointment is not None
        return f"/{clinic.organization.slug}/appointment/{link_secret(appointment)}/"


def state(clinic: Clinic) -> tuple[Any, ...]:
    with clinic.acting():
        appointment = clinic.organization.appointments.get()
        places = clinic.organization.occupancies.values_list("starts_at", flat=True)
        return appointment.status, appointment.starts_at, appointment.version, list(places)


def change_service(clinic: Clinic, **fields: Any) -> None:
    with clinic.acting():
        Service.all_rows.filter(organization=clinic.organization).update(**fields)


def acts(page: Page) -> list[str]:
    """What the page lets one do with the visit."""
    words = [text for form in page.forms for text, _name, _value in form.buttons]
    return words + [
        text for text, _address in page.links if text in ("Move", "Add to my calendar", "Book another appointment")
    ]


class TestReading:
    def test_it_asks_whether_one_comes_and_says_until_when_it_may_change(self, private: str, visitor: Visitor) -> None:
        page = visitor.get(private)
        before = WEDNESDAY - timedelta(days=1)
        assert page.headings[0] == f"Clémence, will you come on {DAY} at 9:00?"
        assert f"You can move or cancel here until Tuesday {before.day} {before:%B}, 9:00. After that" in page.text
        assert "Booked 9:00 to 9:30" in page.text
        assert "Consultation for Clémence A. 12, rue des Tilleuls, 49000 Angers" in page.text
        assert acts(page) == ["Yes, I will come", "Cancel the appointment", "Move", "Add to my calendar"]

    def test_reading_any_of_its_pages_changes_nothing(
        self, private: str, visitor: Visitor, owner: psycopg.Connection
    ) -> None:
        before = owner.execute(EVERYTHING).fetchone()
        times = visitor.get(f"{private}times/?from={THURSDAY}")
        question = times.link("9:00")
        for address in (private, f"{private}calendar.ics", question, f"{private}?done=cancelled"):
            assert visitor.get(address).status == 200
            assert visitor.client.head(address).status_code == 200
        for act in ("confirmation", "cancellation"):
            assert visitor.get(f"{private}{act}/").status == 405
        assert owner.execute(EVERYTHING).fetchone() == before

    def test_no_other_site_and_no_search_engine_hears_of_it(self, private: str, visitor: Visitor) -> None:
        for address in (private, f"{private}times/", f"{private}calendar.ics"):
            headers = visitor.get(address).headers
            assert (headers["Referrer-Policy"], headers["X-Robots-Tag"], headers["Cache-Control"]) == (
                "no-referrer", "noindex, nofollow", "private, no-store",
            )  # fmt: skip

    def test_links_that_lead_nowhere_look_the_same(
        self, private: str, visitor: Visitor, tilleuls: Clinic, carpati: Clinic, owner: psycopg.Connection
    ) -> None:
        token = private.split("/")[3]
        theirs = f"/carpati/appointment/{token}/"
        mistyped = f"/tilleuls/appointment/{token[:-2]}AA/"
        with tilleuls.acting(tilleuls.patient()) as now:
            appointment = tilleuls.organization.appointments.get()
            booking.revoke_link(tilleuls.organization, appointment.id, by=tilleuls.patient(), now=now)
        addresses = [private, theirs, mistyped, "/tilleuls/appointment/x/", "/tilleuls/appointment/%00/"]
        pages = [visitor.get(address) for address in addresses]
        assert [page.status for page in pages] == [404] * 5
        assert [page.headings for page in pages] == [["This link leads nowhere any more."]] * 5

    def test_it_ends_thirty_days_after_the_visit(
        self, private: str, visitor: Visitor, owner: psycopg.Connection
    ) -> None:
        for days, status in ((29, 200), (31, 404)):
            owner.execute(
                "UPDATE booking_appointment SET starts_at = now() - make_interval(days => %s, mins => 30),"
                " ends_at = now() - make_interval(days => %s)",
                [days, days],
            )
            page = visitor.get(private)
            assert page.status == status
            if status == 200:
                assert (page.headings, acts(page)) == (["This visit is over."], ["Book another appointment"])

    def test_staff_may_not_be_played_by_a_patient(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        """What a no-show is called is between the practice and its records."""
        with tilleuls.acting():
            visit = tilleuls.organization.appointments.get()
            by = tilleuls.actor()
            booking.set_status(tilleuls.organization, visit.id, status="no_show", by=by, now=visit.starts_at)
        page = visitor.get(private)
        assert page.headings == ["This visit is over."]
        assert "No-show" not in page.text

    def test_preparation_is_told_in_its_lines(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        change_service(tilleuls, preparation={"en": "Come fasting.\n\n<b>Bring</b> your card."})
        page = visitor.get(private)
        assert "Before you come Come fasting. <b>Bring</b> your card." in page.text

    def test_the_calendar_file_is_of_the_visit(self, private: str, visitor: Visitor) -> None:
        answer = visitor.client.get(f"{private}calendar.ics")
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(WEDNESDAY, 9), at(WEDNESDAY, 9, 30))

    def test_it_speaks_the_language_asked_for(self, private: str, visitor: Visitor) -> None:
        page = visitor.get(f"{private}?lang=ro")
        assert (page.headers["Content-Language"], '<html lang="ro"' in page.html) == ("ro", True)

    def test_it_works_where_the_organization_publishes_no_page(
        self, private: str, visitor: Visitor, tilleuls: Clinic
    ) -> None:
        with tilleuls.acting():
            type(tilleuls.organization).objects.filter(id=tilleuls.id).update(is_published=False)
        assert visitor.get(visitor.home).status == 404
        page = visitor.get(private)
        assert acts(page) == ["Yes, I will come", "Cancel the appointment", "Move", "Add to my calendar"]
        assert visitor.get(page.link("Your data")).status == 200
        cancelled = visitor.follow(visitor.post(page.form("/cancellation/")))
        assert acts(cancelled) == []


class TestConfirming:
    def test_the_practice_knows(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        answer = visitor.post(visitor.get(private).form("/confirmation/"))
        assert answer.status == 303
        page = visitor.follow(answer)
        assert page.headings[0] == "Thank you. The practice knows you are coming."
        assert acts(page) == ["Cancel the appointment", "Move", "Add to my calendar"]
        assert state(tilleuls)[0] == "confirmed"

    def test_said_twice_it_stays_said_once(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        form = visitor.get(private).form("/confirmation/")
        assert [visitor.post(form).status, visitor.post(form).status] == [303, 303]
        assert state(tilleuls)[2] == 2

    def test_a_cancelled_visit_is_not_confirmed(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        page = visitor.get(private)
        visitor.post(page.form("/cancellation/"))
        answer = visitor.post(page.form("/confirmation/"))
        assert (answer.status, answer.headings[0]) == (409, "This appointment is cancelled.")
        assert "This appointment can no longer be changed in this way." in answer.text


class TestCancelling:
    def test_the_place_is_free_and_the_record_stays(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        form = visitor.get(private).form("/cancellation/")
        page = visitor.follow(visitor.post(form, {"reason": "I feel better"}))
        assert page.headings == ["This appointment is cancelled."]
        assert "Your appointment is cancelled. The place is free for somebody else." in page.text
        assert acts(page) == ["Book another appointment"]
        assert state(tilleuls) == ("cancelled", at(WEDNESDAY, 9), 2, [])
        with tilleuls.acting():
            appointment = tilleuls.organization.appointments.get()
            assert (appointment.cancelled_by, appointment.cancel_reason) == ("patient", "I feel better")
        assert visitor.times(WEDNESDAY).form("/holds/").hours[0] == "9:00"

    @pytest.mark.parametrize(("reason", "kept"), [("", ""), ("\x00", ""), ("x" * 5000, "x" * 200), ("a\r\nb", "a b")])
    def test_any_reason_is_taken_as_far_as_it_can_be(
        self, private: str, visitor: Visitor, tilleuls: Clinic, reason: str, kept: str
    ) -> None:
        assert visitor.post(visitor.get(private).form("/cancellation/"), {"reason": reason}).status == 303
        with tilleuls.acting():
            assert tilleuls.organization.appointments.get().cancel_reason == kept

    def test_too_late_it_says_so_and_gives_the_number(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        form = visitor.get(private).form("/cancellation/")
        change_service(tilleuls, cancel_cutoff_hours=24 * 60, move_cutoff_hours=24 * 60)
        page = visitor.get(private)
        assert "It is too late to cancel here. Please phone the practice. 02 61 91 40 12" in page.text
        assert acts(page) == ["Yes, I will come", "Add to my calendar"]
        answer = visitor.post(form)
        assert answer.status == 409
        assert "It is too late to change this here. Please phone the practice." in answer.text
        assert state(tilleuls)[0] == "booked"

    @pytest.mark.parametrize(
        ("cancel", "move", "told"),
        [
            (24 * 60, 0, f"You can move here until {DAY}, 9:00. To cancel, please phone the practice."),
            (0, 24 * 60, f"You can cancel here until {DAY}, 9:00. To move, please phone the practice."),
            (0, 1, f"You can move here until {DAY}, 8:00 and cancel until {DAY}, 9:00. After that"),
        ],
    )
    def test_each_deadline_is_told(
        self, private: str, visitor: Visitor, tilleuls: Clinic, cancel: int, move: int, told: str
    ) -> None:
        change_service(tilleuls, cancel_cutoff_hours=cancel, move_cutoff_hours=move)
        assert told in visitor.get(private).text


class TestMoving:
    def test_another_time_one_question_then_the_act(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        times = visitor.get(visitor.get(private).link("Move") + f"?from={THURSDAY}")
        assert times.headings[0] == "Which time suits you better?"
        question = visitor.get(times.link("10:00"))
        assert question.headings == [f"Move to Thursday {THURSDAY.day} {THURSDAY:%B}, 10:00?"]
        assert state(tilleuls)[1] == at(WEDNESDAY, 9)
        page = visitor.follow(visitor.post(question.form("/move/")))
        assert page.headings[0] == f"See you on Thursday {THURSDAY.day} {THURSDAY:%B} at 10:00."
        assert "Your appointment has moved. The link stays the same." in page.text
        assert state(tilleuls) == ("booked", at(THURSDAY, 10), 2, [at(THURSDAY, 10)])
        assert address_of(tilleuls) == private

    def test_the_loser_of_a_race_keeps_the_old_time(self, private: str, visitor: Visitor, tilleuls: Clinic) -> None:
        times = visitor.get(f"{private}times/?from={THURSDAY}")
        form = visitor.get(times.link("10:00")).form("/move/")
        Visitor(tilleuls).choose(THURSDAY, "10:00")
        page = visitor.post(form)
        assert (page.status, page.headings) == (409, ["This time has just been taken."])
        assert f"Your appointment stays as it was: {DAY}, 9:00." in page.text
        assert page.form("/move/").hours == ["9:00", "9:30", "10:30"]
        moved = visitor.follow(visitor.post(page.form("/move/"), {"time": page.form("/move/").value_of("10:30")}))
        assert moved.headings[0].endswith("at 10:30.")
        assert state(tilleuls)[1] == at(THURSDAY, 10, 30)

    @pytest.mark.parametrize("fields", [{"move_cutoff_hours": 24 * 60}, {"max_moves": 0}, {"visibility": "phone"}])
    def test_what_may_not_be_moved_offers_no_times(
        self, private: str, visitor: Visitor, tilleuls: Clinic, fields: dict[str, Any]
    ) -> None:
        change_service(tilleuls, **fields)
        assert "Move" not in acts(visitor.get(private))
        assert [visitor.get(f"{private}{page}").status for page in ("times/", "move/?time=x")] == [409, 409]

    @pytest.mark.parametrize("time", ["", "x", "{schedule}~1", "01a1ffc0-94b0-7322-bcc9-eb0fb4772634~1"])
    def test_a_time_that_was_never_offered_moves_nothing(
        self, private: str, visitor: Visitor, tilleuls: Clinic, time: str
    ) -> None:
        times = visitor.get(f"{private}times/?from={THURSDAY}")
        form = visitor.get(times.link("10:00")).form("/move/")
        page = visitor.post(form, {"time": time.format(schedule=tilleuls.schedule.id)})
        assert page.status in (409, 422)
        assert state(tilleuls)[1] == at(WEDNESDAY, 9)

    def test_a_schedule_of_another_clinic_is_nowhere(
        self, private: str, visitor: Visitor, tilleuls: Clinic, carpati: Clinic
    ) -> None:
        time = f"{carpati.schedule.id}~{int(at(THURSDAY, 10).timestamp())}"
        assert visitor.get(f"{private}move/?time={time}").status == 404


def test_an_act_needs_a_form_of_ours(private: str, visitor: Visitor, tilleuls: Clinic) -> None:
    form = visitor.get(private).form("/cancellation/")
    form.fields["signature"] = visitor.get(private).form("/confirmation/").fields["signature"]
    assert visitor.post(form).status == 403
    assert state(tilleuls)[0] == "booked"
