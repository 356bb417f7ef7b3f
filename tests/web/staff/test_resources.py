"""Rooms and devices in the settings, and what one sees of them elsewhere."""

from __future__ import annotations

from datetime import timedelta

from kalends.booking.queries import link_secret
from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, book, coming, notices, text
from tests.web.staff.test_settings import SETTINGS, change


def room_of(clinic: Clinic) -> str:
    with clinic.acting():
        return str(clinic.organization.resources.get(name="Salle 3").id)


def test_a_room_is_made_needed_booked_and_cannot_be_switched_off(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    location = str(tilleuls.schedule.location_id)
    assert notices(change(desk, "resources/new/", name="Salle 3", kind="room", location=location)) == ["good: Saved."]
    room = room_of(tilleuls)
    needs = change(desk, f"services/{tilleuls.service.id}/needs/", need_1=[room])
    assert notices(needs) == ["good: Saved. Appointments to come have their rooms and devices."]
    assert needs.context["form"]["need_0"].value() == [room]
    visit = book(tilleuls, at(10))
    assert "Rooms and devices Salle 3" in text(desk.get(f"/app/tilleuls/appointments/{visit.id}/"))
    refused = change(desk, f"resources/{room}/", is_active=None)
    assert refused.status_code == 409
    assert "1 appointment is still to come here. Move or cancel it first." in text(refused)
    assert f"/app/tilleuls/appointments/{visit.id}/" in desk.get(SETTINGS + f"resources/{room}/times/").content.decode()


def test_a_room_is_closed_for_a_time_and_opened_again(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    change(desk, "resources/new/", name="Salle 3", kind="room", location=str(tilleuls.schedule.location_id))
    page = f"resources/{room_of(tilleuls)}/times/"
    typed = {"from_day": coming().isoformat(), "to_day": (coming() + timedelta(days=1)).isoformat()}
    answer = desk.post(
        SETTINGS + page, {**typed, "from_minute": "", "to_minute": "12:30", "reason": "Peinture"}, follow=True
    )
    assert notices(answer) == ["good: Closed for that time."]
    (when, reason, url) = answer.context["closed"][0]
    assert (when.endswith("12:30"), reason) == (True, "Peinture")
    assert notices(desk.post(url, follow=True)) == ["good: It can be used again."]
    reversed_ = {"from_day": coming().isoformat(), "to_day": (coming() - timedelta(days=1)).isoformat()}
    wrong = desk.post(SETTINGS + page, reversed_)
    assert (wrong.status_code, wrong.context["form"].errors) == (422, {"to_day": ["This ends before it begins."]})


def test_another_organizations_room_is_nowhere(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    desk = signed_in(carpati.admin)
    change_page = "/app/carpati/settings/resources/new/"
    desk.post(change_page, {"name": "Sala", "kind": "room", "location": str(carpati.schedule.location_id)})
    with carpati.acting():
        room = carpati.organization.resources.get().id
    other = signed_in(tilleuls.admin)
    for page in (f"resources/{room}/", f"resources/{room}/times/"):
        assert other.get(SETTINGS + page).status_code == 404


def test_the_patient_is_told_the_room(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    change(desk, "resources/new/", name="Salle 3", kind="room", location=str(tilleuls.schedule.location_id))
    change(desk, f"services/{tilleuls.service.id}/needs/", need_0=[room_of(tilleuls)])
    visit = book(tilleuls, at(10))
    page = f"/tilleuls/appointment/{link_secret(visit)}/"
    assert "Salle 3" in text(desk.get(page))
    file = desk.get(f"{page}calendar.ics").content.decode().replace("\r\n ", "")
    assert "LOCATION:Centre\\, Salle 3\\, 12\\, rue des Tilleuls" in file


def test_clk_07_an_hour_that_comes_twice_is_asked_about(tilleuls: Clinic, signed_in: Browser) -> None:
    """In the night of 31 October 2027 it is half past two in Paris at 0:30 and at 1:30 in UTC."""
    desk = signed_in(tilleuls.admin)
    change(desk, "resources/new/", name="Salle 3", kind="room", location=str(tilleuls.schedule.location_id))
    page = f"{SETTINGS}resources/{room_of(tilleuls)}/times/"
    night = {"from_day": "2027-10-31", "from_minute": "2:30", "to_day": "2027-10-31", "to_minute": "2:45"}
    for end, more in (("from", {}), ("to", {"from_which": "second"})):
        answer = desk.post(page, {**night, **more})
        form = answer.context["form"]
        assert form.errors == {f"{end}_minute": ["On that day the clocks show this hour twice. Say which one."]}
        assert f'name="{end}_which"' in answer.content.decode()
        assert form[f"{end}_which"].field.required
    assert spans(tilleuls) == []
    desk.post(page, {**night, "from_which": "first", "to_which": "second"})
    assert spans(tilleuls) == [("2027-10-31T00:30", "2027-10-31T01:45")]


def test_an_hour_that_the_clocks_jump_over_and_a_whole_day(tilleuls: Clinic, signed_in: Browser) -> None:
    desk = signed_in(tilleuls.admin)
    change(desk, "resources/new/", name="Salle 3", kind="room", location=str(tilleuls.schedule.location_id))
    page = f"{SETTINGS}resources/{room_of(tilleuls)}/times/"
    answer = desk.post(page, {"from_day": "2027-03-28", "from_minute": "2:30", "to_day": "2027-03-28"})
    assert answer.context["form"].errors == {"from_minute": ["This hour does not exist on that day."]}
    desk.post(page, {"from_day": "2027-03-28", "to_day": "2027-03-28"})
    assert spans(tilleuls) == [("2027-03-27T23:00", "2027-03-28T22:00")]


def spans(clinic: Clinic) -> list[tuple[str, str]]:
    """The times at which something is closed, in UTC."""
    with clinic.acting():
        found = clinic.organization.resourceblocks.order_by("starts_at")
        return [(f"{one.starts_at:%Y-%m-%dT%H:%M}", f"{one.ends_at:%Y-%m-%dT%H:%M}") for one in found]
