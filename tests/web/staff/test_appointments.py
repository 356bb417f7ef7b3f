"""One appointment at the desk: its page, its history in words, and what is done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.accounts.models import Person
from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.booking import operations as booking
from kalends.booking.models import HistoryEntry
from kalends.booking.queries import appointment_by_link, link_secret
from kalends.foundation.actor import ChannelKind
from kalends.organizations import operations as organizations
from tests.cast import Clinic, data
from tests.web.staff.desk import Browser, again, at, audited, begun, book, coming, notices, text


def url_of(appointment: Any, page: str = "") -> str:
    return f"/app/tilleuls/appointments/{appointment.id}/{page}"


def letters(clinic: Clinic) -> list[str]:
    """The kinds of what was queued for patients, oldest first."""
    with clinic.acting():
        found = clinic.organization.deliveries.order_by("id").values_list("kind", flat=True)
        return [kind.removeprefix("appointment_") for kind in found]


class TestPage:
    def test_says_who_comes_when_and_why(self, tilleuls: Clinic, signed_in: Browser) -> None:
        by = tilleuls.actor(channel=ChannelKind.PHONE)
        with tilleuls.acting() as now:
            appointment = booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(10),
                contact=data(),
                by=by,
                now=now,
                reason="Tache au dos",
            )
        context = signed_in(tilleuls.staff).get(url_of(appointment)).context
        shown = {name: context[name] for name in ("name", "birth_date", "telephone", "hours", "service", "provider")}
        assert shown == {
            "name": "Aubrée Clémence",
            "birth_date": "14/03/1987",
            "telephone": "06 12 34 56 78",
            "hours": "10:00 to 10:30",
            "service": "Consultation",
            "provider": "Dr Hélène Vasseur",
        }
        assert [str(context[name]) for name in ("location", "price", "source")] == ["Centre", "€54", "Telephone"]
        assert context["appointment"].reason == "Tache au dos"

    def test_looking_leaves_a_line(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        signed_in(tilleuls.staff).get(url_of(appointment))
        assert audited(tilleuls, "appointment:read") == [
            {"who": "Nadia Kerjean", "subject": appointment.id, "contact": str(appointment.contact_id)}
        ]

    def test_a_practitioner_does_not_see_another_s(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.doctor)
        assert client.get(url_of(appointment)).status_code == 200
        with tilleuls.acting() as now:
            by, organization = tilleuls.actor(), tilleuls.organization
            other = organizations.make_provider(organization, name="Dr Paul Lemarchand", by=by, now=now)
            membership = organization.memberships.get(person=tilleuls.doctor)
            rights = ["appointment:cancel", "appointment:move", "appointment:book"]
            organizations.edit_membership(membership, provider=other, granted=rights, by=by, now=now)
        answers = [client.get(url_of(appointment, page)).status_code for page in ("", "cancellation/", "moving/")]
        acts = [
            client.post(url_of(appointment, page), {"status": "confirmed"}) for page in ("status/", "private-link/")
        ]
        assert [*answers, *(answer.status_code for answer in acts)] == [404] * 5

    def test_in_french(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10, day=coming()))
        Person.objects.filter(id=tilleuls.staff.id).update(language="fr")
        context = signed_in(Person.objects.get(id=tilleuls.staff.id)).get(url_of(appointment)).context
        assert context["day_title"].startswith("lundi ")
        assert context["price"] == "54\xa0€"


class TestHistory:
    def test_tells_each_act_in_words(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        organization, monday = tilleuls.organization, coming()
        day = f"Monday {monday.day} {monday:%B} {monday.year}"
        with tilleuls.acting(tilleuls.patient()) as now:
            booking.confirm(organization, appointment.id, by=tilleuls.patient(), now=now)
        with tilleuls.acting() as now:
            by = tilleuls.actor("staff", ChannelKind.PHONE)
            wanted = {"schedule_id": tilleuls.schedule.id, "starts_at": at(11)}
            booking.move(organization, appointment.id, **wanted, why="Le bus est en retard", by=by, now=now)
            booking.revoke_link(organization, appointment.id, by=by, now=now)
            booking.cancel(organization, appointment.id, reason="Grippe", by=by, now=now)
        history = signed_in(tilleuls.staff).get(url_of(appointment)).context["history"]
        assert [(event.what, event.who, event.why) for event in history] == [
            (f"Cancelled: it was on {day}, 11:00, Dr Vasseur", "Nadia Kerjean (Staff), Telephone", "Grippe"),
            ("Private link stopped", "Nadia Kerjean (Staff), Telephone", ""),
            (
                f"Moved from {day}, 10:00, Dr Vasseur to {day}, 11:00, Dr Vasseur",
                "Nadia Kerjean (Staff), Telephone",
                "Le bus est en retard",
            ),
            ("Confirmed", "The patient, Website", ""),
            (f"Booked for {day}, 10:00, Dr Vasseur", "Inès Barbier (Administrator), At the desk", ""),
        ]

    @pytest.mark.parametrize(("part", "most"), [("", 30), ("drawer", 8)])
    def test_a_long_one_is_shown_from_its_end_and_whole_when_asked(
        self, tilleuls: Clinic, signed_in: Browser, part: str, most: int
    ) -> None:
        appointment = book(tilleuls, at(10))
        with tilleuls.acting() as now:
            entry = appointment.history.get()
            for number in range(40):
                again = {"organization_id": entry.organization_id, "appointment_id": appointment.id}
                HistoryEntry(
                    **again,
                    at=now + timedelta(seconds=number),
                    what="paid",
                    actor_kind="person",
                    actor_label=f"Nadia {number}",
                    role="staff",
                    channel="staff",
                ).save(force_insert=True)
        client, page = signed_in(tilleuls.admin), f"{url_of(appointment)}?part={part}"
        short = client.get(page)
        assert [event.who.split()[1] for event in short.context["history"]] == [str(39 - n) for n in range(most)]
        assert f"{url_of(appointment)}?history=all#history" in short.content.decode()
        whole = client.get(page + "&history=all")
        assert (len(whole.context["history"]), "history=all" in whole.content.decode()) == (41, False)
        with tilleuls.acting() as now:
            booking.confirm(tilleuls.organization, appointment.id, by=tilleuls.patient(), now=now)
        assert client.get(page).context["acts"]["undo_url"] != ""


class TestCancelling:
    def test_asks_first_and_changes_nothing_by_looking(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(url_of(appointment, "cancellation/"))
        assert "Cancel this appointment?" in text(page)
        assert again(tilleuls, appointment).status == "booked"

    @pytest.mark.parametrize(("ticked", "told"), [({"tell": "on"}, ["booked", "cancelled"]), ({}, ["booked"])])
    def test_tells_the_patient_or_not(
        self, tilleuls: Clinic, signed_in: Browser, ticked: dict[str, str], told: list[str]
    ) -> None:
        appointment = book(tilleuls, at(10))
        answer = signed_in(tilleuls.staff).post(
            url_of(appointment, "cancellation/"), {"reason": "Grippe", **ticked}, follow=True
        )
        found = again(tilleuls, appointment)
        assert (found.status, found.cancelled_by, found.cancel_reason) == ("cancelled", "staff", "Grippe")
        assert notices(answer) == ["good: Cancelled. The time is free again."]
        assert letters(tilleuls) == told

    def test_what_is_over_cannot_be_cancelled(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        appointment = book(tilleuls, at(10))
        begun(owner, appointment)
        client = signed_in(tilleuls.staff)
        client.post(url_of(appointment, "status/"), {"status": "fulfilled"})
        answers = [client.get(url_of(appointment, "cancellation/")), client.post(url_of(appointment, "cancellation/"))]
        assert [answer.status_code for answer in answers] == [409, 409]
        assert again(tilleuls, appointment).status == "fulfilled"


class TestMoving:
    def test_shows_the_week_of_the_appointment(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        week = signed_in(tilleuls.staff).get(url_of(appointment, "moving/")).context["week"]
        monday, tuesday, saturday = week.days[0], week.days[1], week.days[5]
        assert monday.date == coming()
        assert [time.label for time in monday.times] == [
            *("9:00", "9:30", "10:30", "11:00", "11:30"),
            *("13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"),
        ]
        assert (len(tuesday.times), len(saturday.times)) == (14, 0)

    def test_moves_tells_and_remembers_why(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)
        chosen = client.get(url_of(appointment, "moving/")).context["week"].days[0].times[-1]
        confirm = client.get(chosen.url)
        assert confirm.context["slot_when"] == f"Monday {coming().day} {coming():%B}, 16:30"
        sent = {"schedule": tilleuls.schedule.id, "start": at(16, 30).isoformat(), "why": "Train", "tell": "on"}
        answer = client.post(url_of(appointment, "moving/"), sent, follow=True)
        assert again(tilleuls, appointment).starts_at == at(16, 30)
        assert notices(answer) == [
            f"good: Moved to Monday {coming().day} {coming():%B}, 16:30. The former time is free."
        ]
        assert letters(tilleuls) == ["booked", "moved"]

    def test_a_time_just_taken_offers_the_nearest_and_keeps_what_was_typed(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        appointment = book(tilleuls, at(10))
        book(tilleuls, at(11), last="Haddad", first="Samir", phone="", email="s@courriel.example")
        sent = {"schedule": tilleuls.schedule.id, "start": at(11).isoformat(), "why": "Train"}
        answer = signed_in(tilleuls.staff).post(url_of(appointment, "moving/"), sent)
        day = f"Monday {coming().day} {coming():%B}"
        assert answer.status_code == 409
        assert notices(answer) == [
            f"bad: This time has just been taken. The nearest: {day}, 9:30 · {day}, 10:30 · {day}, 11:30"
        ]
        assert (answer.context["why"], answer.context["confirmation"].tell) == ("Train", False)
        assert again(tilleuls, appointment).starts_at == at(10)

    @pytest.mark.parametrize("sent", [{}, {"schedule": "", "start": ""}, {"start": "2100-01-01T10:00:00+01:00"}])
    def test_without_a_time_nothing_moves(self, tilleuls: Clinic, signed_in: Browser, sent: dict[str, str]) -> None:
        appointment = book(tilleuls, at(10))
        answer = signed_in(tilleuls.staff).post(url_of(appointment, "moving/"), sent)
        assert answer.status_code == 409
        assert again(tilleuls, appointment).starts_at == at(10)

    def test_to_another_agenda(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        with tilleuls.acting() as now:
            by, organization = tilleuls.actor(), tilleuls.organization
            other = agenda.make_schedule(
                organization,
                provider=tilleuls.schedule.provider,
                location=tilleuls.schedule.location,
                name="Dr Vasseur, laser",
                by=by,
                now=now,
            )
            agenda.set_offerings(other, [{"service": tilleuls.service}], by=by, now=now)
            hours = [OpeningRule(1, 600, 630)]
            agenda.set_opening(other, rules=hours, overrides=[], version=None, by=by, now=now)
        client = signed_in(tilleuls.staff)
        page = client.get(url_of(appointment, f"moving/?schedule=&day={coming()}"))
        times = page.context["week"].days[0].times
        assert [(time.label, time.whose, time.others) for time in times if time.label == "10:00"] == [
            ("10:00", "Dr Vasseur, laser", 0)
        ]
        client.post(url_of(appointment, "moving/"), {"schedule": other.id, "start": at(10).isoformat()})
        assert again(tilleuls, appointment).schedule_id == other.id


class TestStates:
    def test_only_what_the_table_allows_and_the_clock(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)

        def offered() -> list[str]:
            return [state for state, _label, _first in client.get(url_of(appointment)).context["acts"]["states"]]

        seen = [offered()]
        begun(owner, appointment)
        seen.append(offered())
        for state in ("arrived", "fulfilled"):
            client.post(url_of(appointment, "status/"), {"status": state})
            seen.append(offered())
        assert seen == [
            ["confirmed"],
            ["arrived", "fulfilled", "no_show", "confirmed"],
            ["fulfilled"],
            [],
        ]

    def test_a_state_that_is_none_is_refused(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)
        answers = [
            client.post(url_of(appointment, "status/"), {"status": one}) for one in ("cancelled", "pending", "x")
        ]
        assert [answer.status_code for answer in answers] == [400, 400, 400]
        assert again(tilleuls, appointment).status == "booked"

    def test_since_when_somebody_waits(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        appointment = book(tilleuls, at(10))
        begun(owner, appointment)
        client = signed_in(tilleuls.staff)
        client.post(url_of(appointment, "status/"), {"status": "arrived"})
        page = client.get(url_of(appointment))
        assert f"In the waiting room since {page.context['arrived_at']}." in text(page)


class TestPrivateLink:
    def test_once_stopped_it_opens_nothing(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        token = link_secret(appointment)
        assert appointment_by_link(token) is not None
        answer = signed_in(tilleuls.staff).post(url_of(appointment, "private-link/"), follow=True)
        assert notices(answer) == ["good: The private link no longer opens anything."]
        assert appointment_by_link(token) is None

    def test_stopping_it_twice_is_one_line_of_history(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)
        for _time in range(2):
            client.post(url_of(appointment, "private-link/"))
        history = client.get(url_of(appointment)).context["history"]
        assert [event.what for event in history].count("Private link stopped") == 1
