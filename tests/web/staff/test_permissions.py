"""Every address of the desk: which right it asks for, and what each role, a stranger and nobody are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kalends.accounts.models import Person
from kalends.agenda import operations as agenda
from kalends.agenda.operations.subscriptions import subscribe
from kalends.booking.operations import book, make_series, waiting
from kalends.booking.operations.feeds import make_feed
from kalends.booking.queries.series import Wish
from kalends.booking.rules.series import Pattern
from kalends.contacts.models import Upload
from kalends.contacts.operations import make, merge
from kalends.delivery.operations import opt_out
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Right, Role
from tests.cast import Clinic, at, data

Browser = Callable[[Person], Client]
PAGES = {
    "day": (Right.AGENDA_READ, "GET"),
    "agenda": (Right.AGENDA_READ, "GET"),
    "agenda_group": (Right.AGENDA_READ, "GET"),
    "agenda_people": (Right.CONTACT_READ, "GET"),
    "agenda_place": (Right.APPOINTMENT_MOVE, "POST"),
    "appointment": (Right.AGENDA_READ, "GET"),
    "cancellation": (Right.APPOINTMENT_CANCEL, "GET POST"),
    "moving": (Right.APPOINTMENT_MOVE, "GET POST"),
    "repetition": (Right.APPOINTMENT_BOOK, "GET POST"),
    "rest": (Right.APPOINTMENT_CANCEL, "GET POST"),
    "series": (Right.AGENDA_READ, "GET"),
    "add_date": (Right.APPOINTMENT_BOOK, "POST"),
    "status": (Right.APPOINTMENT_BOOK, "POST"),
    "approval": (Right.APPOINTMENT_BOOK, "POST"),
    "payment": (Right.PAYMENT_NOTE, "POST"),
    "undoing": (Right.APPOINTMENT_UNDO, "POST"),
    "swapping": (Right.APPOINTMENT_MOVE, "GET POST"),
    "requests": (Right.APPOINTMENT_BOOK, "GET"),
    "absence": (Right.APPOINTMENT_MOVE, "GET POST"),
    "outcomes": (Right.AGENDA_READ, "GET"),
    "all_seen": (Right.APPOINTMENT_BOOK, "POST"),
    "private_link": (Right.APPOINTMENT_BOOK, "POST"),
    "book": (Right.APPOINTMENT_BOOK, "GET POST"),
    "blocks": (Right.APPOINTMENT_BOOK, "GET POST"),
    "remove_block": (Right.APPOINTMENT_BOOK, "POST"),
    "patients": (Right.CONTACT_READ, "GET"),
    "patient": (Right.CONTACT_READ, "GET"),
    "new_patient": (Right.CONTACT_EDIT, "GET POST"),
    "edit_patient": (Right.CONTACT_EDIT, "GET POST"),
    "duplicates": (Right.CONTACT_MERGE, "GET"),
    "choose_other": (Right.CONTACT_MERGE, "GET"),
    "merging": (Right.CONTACT_MERGE, "GET POST"),
    "not_a_duplicate": (Right.CONTACT_MERGE, "POST"),
    "clear_flag": (Right.CONTACT_MERGE, "POST"),
    "set_wish": (Right.CONTACT_EDIT, "POST"),
    "senders": (Right.SETTINGS_NOTIFICATIONS, "GET"),
    "organization_sender": (Right.SETTINGS_NOTIFICATIONS, "GET POST"),
    "provider_sender": (Right.SETTINGS_NOTIFICATIONS, "GET POST"),
    "revive_address": (Right.CONTACT_EDIT, "POST"),
    "deliveries": (Right.CONTACT_READ, "GET"),
    "deliveries_table": (Right.CONTACT_EXPORT, "GET"),
    "delivery_settings": (Right.SETTINGS_NOTIFICATIONS, "GET POST"),
    "leave_message": (Right.CONTACT_EDIT, "POST"),
    "revive_recipient": (Right.CONTACT_EDIT, "POST"),
    "see_text_alarms": (Right.SETTINGS_NOTIFICATIONS, "POST"),
    "strangers": (Right.CONTACT_EDIT, "GET"),
    "stranger_done": (Right.CONTACT_EDIT, "POST"),
    "trust_clock": (Right.SETTINGS_NOTIFICATIONS, "POST"),
    "send_again": (Right.CONTACT_EDIT, "POST"),
    "undo_merge": (Right.CONTACT_MERGE, "POST"),
    "files": (Right.CONTACT_READ, "GET POST"),
    "file": (Right.CONTACT_READ, "GET POST"),
    "calendar_file": (Right.SETTINGS_AGENDA, "GET POST"),
    "calendar_preview": (Right.SETTINGS_AGENDA, "GET POST"),
    "contacts_table": (Right.CONTACT_EXPORT, "GET"),
    "appointments_table": (Right.CONTACT_EXPORT, "GET"),
    "live": (Right.AGENDA_READ, "GET"),
    "waiting": (Right.APPOINTMENT_BOOK, "GET"),
    "new_waiting": (Right.APPOINTMENT_BOOK, "GET POST"),
    "waiting_entry": (Right.APPOINTMENT_BOOK, "GET POST"),
    "offering": (Right.APPOINTMENT_BOOK, "POST"),
    "waiting_leaving": (Right.APPOINTMENT_BOOK, "POST"),
    "offer_withdrawal": (Right.APPOINTMENT_BOOK, "POST"),
    "offer_acceptance": (Right.APPOINTMENT_BOOK, "POST"),
    "offer_declining": (Right.APPOINTMENT_BOOK, "POST"),
    "notices": (Right.AGENDA_READ, "GET"),
    "notices_bell": (Right.AGENDA_READ, "GET"),
    "read_notices": (Right.AGENDA_READ, "POST"),
    "audit": (Right.AUDIT_READ, "GET"),
    "organization": (Right.SETTINGS_AGENDA, "GET POST"),
    "locations": (Right.SETTINGS_AGENDA, "GET"),
    "new_location": (Right.SETTINGS_AGENDA, "GET POST"),
    "location": (Right.SETTINGS_AGENDA, "GET POST"),
    "providers": (Right.PROVIDER_ENTITY, "GET"),
    "new_provider": (Right.PROVIDER_ENTITY, "GET POST"),
    "provider": (Right.PROVIDER_ENTITY, "GET POST"),
    "provider_fax": (Right.PROVIDER_ENTITY, "GET"),
    "fax_test_page": (Right.PROVIDER_ENTITY, "POST"),
    "confirm_fax": (Right.PROVIDER_ENTITY, "POST"),
    "provider_options": (Right.PROVIDER_OPTIONS, "GET POST"),
    "provider_reminders": (Right.SETTINGS_REMINDERS, "GET POST"),
    "reminder_preview": (Right.SETTINGS_REMINDERS, "POST"),
    "coming_reminders": (Right.SETTINGS_REMINDERS, "GET"),
    "notification_settings": (Right.SETTINGS_NOTIFICATIONS, "GET POST"),
    "notification_preview": (Right.SETTINGS_NOTIFICATIONS, "POST"),
    "notification_message": (Right.SETTINGS_NOTIFICATIONS, "GET"),
    "services": (Right.SETTINGS_AGENDA, "GET"),
    "new_service": (Right.SETTINGS_AGENDA, "GET POST"),
    "service": (Right.SETTINGS_AGENDA, "GET POST"),
    "service_needs": (Right.SETTINGS_AGENDA, "GET POST"),
    "resources": (Right.SETTINGS_AGENDA, "GET"),
    "new_resource": (Right.SETTINGS_AGENDA, "GET POST"),
    "resource": (Right.SETTINGS_AGENDA, "GET POST"),
    "resource_times": (Right.SETTINGS_AGENDA, "GET POST"),
    "reopen_resource": (Right.SETTINGS_AGENDA, "POST"),
    "channels": (Right.CHANNEL_MANAGE, "GET"),
    "channel": (Right.CHANNEL_MANAGE, "POST"),
    "schedules": (Right.SETTINGS_AGENDA, "GET"),
    "new_schedule": (Right.SETTINGS_AGENDA, "GET POST"),
    "schedule": (Right.SETTINGS_AGENDA, "GET POST"),
    "opening": (Right.SETTINGS_AGENDA, "GET POST"),
    "offerings": (Right.SETTINGS_AGENDA, "GET POST"),
    "calendars": (Right.SETTINGS_AGENDA, "GET POST"),
    "add_foreign_calendar": (Right.SETTINGS_AGENDA, "POST"),
    "read_foreign_calendar": (Right.SETTINGS_AGENDA, "POST"),
    "remove_foreign_calendar": (Right.SETTINGS_AGENDA, "POST"),
    "revoke_feed": (Right.SETTINGS_AGENDA, "POST"),
    "closures": (Right.SETTINGS_AGENDA, "GET POST"),
    "public_holidays": (Right.SETTINGS_AGENDA, "POST"),
    "remove_closure": (Right.SETTINGS_AGENDA, "POST"),
    "members": (Right.ACCOUNTS_CREATE, "GET POST"),
    "member": (Right.ACCOUNTS_CREATE, "GET POST"),
    "revoke_invitation": (Right.ACCOUNTS_CREATE, "POST"),
    "tokens": (Right.ACCOUNTS_CREATE, "GET POST"),
    "revoke_token": (Right.ACCOUNTS_CREATE, "POST"),
}
# Whoever sees their own agenda only takes no tables in or out, whatever else they may.
NOT_FOR_THE_BOUND = {"files", "file"}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def of_the_desk() -> dict[str, URLPattern]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "staff":
            return {pattern.name or "": pattern for pattern in patterns(entry)}
    raise AssertionError("the desk has no addresses")


@dataclass(frozen=True)
class Rows:
    """One row of each kind, by the name that the addresses give it."""

    ids: dict[str, object]

    def url(self, name: str, slug: str = "tilleuls") -> str:
        wanted = of_the_desk()[name].pattern.converters
        return reverse(
            f"staff:{name}",
            kwargs={key: self.ids[key] for key in wanted if key != "organization"} | {"organization": slug},
        )


@pytest.fixture
def rows(tilleuls: Clinic) -> Rows:
    organization, schedule = tilleuls.organization, tilleuls.schedule
    by = tilleuls.actor()
    with tilleuls.acting() as now:
        appointment = book(
            organization,
            schedule_id=schedule.id,
            service_id=tilleuls.service.id,
            starts_at=at(10),
            contact=data(),
            by=by,
            now=now,
        )
        block = agenda.add_block(schedule, starts_at=at(15), ends_at=at(16), by=by, now=now)
        room = agenda.make_resource(
            organization, location=schedule.location, name="Salle 1", kind="room", by=by, now=now
        )
        closing = agenda.block_resource(room, starts_at=at(15), ends_at=at(16), by=by, now=now)
        wish = Wish(schedule.id, tilleuls.service.id, 540, Pattern(at(9).date(), 1, "week", count=2), "skip")
        series = make_series(organization, wish, contact=data(last="Suite"), by=by, now=now)
        closure = agenda.add_closure(organization, from_day=at(9).date(), to_day=at(9).date(), by=by, now=now)
        invitation = organizations.invite(organization, email="new@tilleuls.example", role=Role.STAFF, by=by, now=now)
        token, _text = organizations.make_token(organization, person=tilleuls.admin, name="Test", by=by, now=now)
        agenda.set_options(organization, schedule.provider, waiting_list=True, by=by, now=now)
        entry = waiting.join(organization, contact=appointment.contact, services=[tilleuls.service.id], by=by, now=now)
        offer = waiting.offer(
            organization, entry.id, schedule_id=schedule.id, starts_at=at(14) + timedelta(days=1), by=by, now=now
        )
        other, double = (make(organization, data(first=first), by=by, now=now) for first in ("Lucie", "Luce"))
        opt_out(organization, medium="sms", address="+33612345678", is_stranger=True, by=by, now=now)
        ids = {
            "stranger_id": organization.opt_outs.get().id,
            "other_id": other.id,
            "delivery_id": organization.deliveries.earliest("id").id,
            "merge_id": merge(organization, kept_id=other.id, merged_id=double.id, take=set(), by=by, now=now).id,
            "upload_id": upload_of(tilleuls, tilleuls.admin),
            "calendar_id": calendar_of(tilleuls, tilleuls.admin),
            "entry_id": entry.id,
            "offer_id": offer.id,
            "appointment_id": appointment.id,
            "contact_id": appointment.contact_id,
            "block_id": block.id if block else None,
            "closure_id": closure.id,
            "resource_id": room.id,
            "closing_id": closing.id,
            "series_id": series.series.id,
            "visit_id": series.appointments[-1].id,
            "date_id": series.dates[-1].id,
            "invitation_id": invitation.id,
            "token_id": token.id,
            "subscription_id": subscribe(schedule, url="https://calendar.example/a.ics", by=by, now=now).id,
            "feed_id": make_feed(schedule, label="Test", shows_names=False, by=by, now=now).id,
            "schedule_id": schedule.id,
            "service_id": tilleuls.service.id,
            "location_id": schedule.location_id,
            "provider_id": schedule.provider_id,
            "number": 1,
            "membership_id": organization.memberships.get(person=tilleuls.staff).id,
            "channel_id": organization.channels.get(kind="api").id,
        }
    return Rows(ids)


def upload_of(clinic: Clinic, person: Person) -> UUID:
    """A table that somebody brought and looks at; it is nobody else's."""
    upload = Upload(organization=clinic.organization, kind="contacts", name="a.csv", content=b"last name\nAubry\n")
    upload.person_id, upload.made_at = person.id, at(9)
    upload.save(force_insert=True)
    return UUID(str(upload.id))


def calendar_of(clinic: Clinic, person: Person) -> UUID:
    """The same of a calendar file."""
    content = b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"
    upload = Upload(organization=clinic.organization, kind="calendar", name="a.ics", content=content)
    upload.person_id, upload.made_at = person.id, at(9)
    upload.save(force_insert=True)
    return UUID(str(upload.id))


def test_every_address_is_in_this_table() -> None:
    assert set(of_the_desk()) - {"organizations"} == set(PAGES)


def test_every_address_asks_for_the_right_of_this_table() -> None:
    asked = {name: pattern.callback.permission for name, pattern in of_the_desk().items()}
    assert asked == {"organizations": "signed in", **{name: right for name, (right, _methods) in PAGES.items()}}


class TestRoles:
    @pytest.mark.parametrize("role", list(Role))
    def test_a_role_opens_what_its_rights_open(
        self, tilleuls: Clinic, rows: Rows, signed_in: Browser, role: Role
    ) -> None:
        person = {Role.ADMIN: tilleuls.admin, Role.STAFF: tilleuls.staff, Role.PROVIDER: tilleuls.doctor}[role]
        client, rights = signed_in(person), tilleuls.actor(role).rights
        with tilleuls.acting():
            own = Rows({**rows.ids, "upload_id": upload_of(tilleuls, person)})
        answers = {
            name: client.get(own.url(name)).status_code for name, (_right, methods) in PAGES.items() if "GET" in methods
        }
        closed = NOT_FOR_THE_BOUND if role is Role.PROVIDER else set()
        assert answers == {name: 200 if PAGES[name][0] in rights and name not in closed else 403 for name in answers}

    def test_a_stranger_finds_nothing(self, tilleuls: Clinic, carpati: Clinic, rows: Rows, signed_in: Browser) -> None:
        client = signed_in(carpati.admin)
        answers = {name: client.get(rows.url(name)).status_code for name in PAGES}
        assert answers == dict.fromkeys(PAGES, 404)

    def test_rows_of_another_clinic_are_not_there(
        self, tilleuls: Clinic, carpati: Clinic, rows: Rows, signed_in: Browser
    ) -> None:
        client = signed_in(carpati.admin)
        of_rows = [name for name in PAGES if rows.url(name).count("-") > 3]
        answers = {
            name: (client.get if "GET" in PAGES[name][1] else client.post)(
                rows.url(name, "carpati"), {"status": "arrived"}
            ).status_code
            for name in of_rows
        }
        assert answers == dict.fromkeys(of_rows, 404)

    def test_nobody_is_asked_to_sign_in_and_comes_back(self, tilleuls: Clinic, rows: Rows, client: Client) -> None:
        places = {name: client.get(rows.url(name)).headers["Location"] for name in PAGES}
        assert places == {name: f"/accounts/login/?next={rows.url(name)}" for name in PAGES}

    def test_a_member_switched_off_finds_nothing(self, tilleuls: Clinic, rows: Rows, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        assert client.get(rows.url("day")).status_code == 200
        with tilleuls.acting() as now:
            membership = tilleuls.organization.memberships.get(person=tilleuls.staff)
            organizations.edit_membership(membership, is_active=False, by=tilleuls.actor(), now=now)
        assert client.get(rows.url("day")).status_code == 404

    def test_rights_are_those_of_the_organization_in_the_address(
        self, tilleuls: Clinic, carpati: Clinic, rows: Rows, signed_in: Browser
    ) -> None:
        with carpati.acting() as now:
            organizations.make_membership(
                carpati.organization, person=tilleuls.admin, role=Role.STAFF, by=carpati.actor(), now=now
            )
        client = signed_in(tilleuls.admin)
        pages = [f"/app/{slug}/{page}" for slug in ("tilleuls", "carpati") for page in ("", "audit/")]
        assert [client.get(page).status_code for page in pages] == [200, 200, 200, 403]


class TestMethods:
    def test_what_only_changes_does_not_answer_to_looking(
        self, tilleuls: Clinic, rows: Rows, signed_in: Browser
    ) -> None:
        client = signed_in(tilleuls.admin)
        acts = [name for name, (_right, methods) in PAGES.items() if methods == "POST"]
        answers = {name: client.get(rows.url(name)).status_code for name in acts}
        assert answers == dict.fromkeys(acts, 405)

    def test_what_only_shows_does_not_answer_to_posting(self, tilleuls: Clinic, rows: Rows, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        looks = [name for name, (_right, methods) in PAGES.items() if methods == "GET"]
        answers = {name: client.post(rows.url(name)).status_code for name in looks}
        assert answers == dict.fromkeys(looks, 405)

    def test_a_post_without_our_token_changes_nothing(self, tilleuls: Clinic, rows: Rows) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(tilleuls.admin, backend="kalends.accounts.backend.Backend")
        acts = [name for name, (_right, methods) in PAGES.items() if "POST" in methods]
        answers = {name: client.post(rows.url(name)).status_code for name in acts}
        assert answers == dict.fromkeys(acts, 403)
        foreign = {"csrfmiddlewaretoken": "a" * 64}
        answers = {name: client.post(rows.url(name), foreign).status_code for name in acts}
        assert answers == dict.fromkeys(acts, 403)

    def test_an_id_that_nobody_has_is_not_there(self, tilleuls: Clinic, rows: Rows, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        lost = Rows({name: uuid4() if isinstance(id, UUID) else id for name, id in rows.ids.items()})
        of_rows = [name for name in PAGES if lost.url(name).count("-") > 3]
        answers = {
            name: (client.get if "GET" in PAGES[name][1] else client.post)(
                lost.url(name), {"status": "arrived"}
            ).status_code
            for name in of_rows
        }
        assert answers == dict.fromkeys(of_rows, 404)
