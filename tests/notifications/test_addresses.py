"""An address is corrected while something waits for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kalends import wiring
from kalends.booking.models import Appointment
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.delivery import operations as delivery
from kalends.delivery.models import Delivery, State
from kalends.delivery.refusals import NowhereToSend, SaidThereAlready
from kalends.foundation.database.models import new_id
from kalends.notifications.operations.addresses import ELSEWHERE, reached_now
from kalends.notifications.texts import TO_PATIENTS, Kind
from tests.cast import NOW, Clinic, at, data
from tests.notifications.institution.test_copies import ARCHIVE, choose, wish
from tests.notifications.test_operations import book
from tests.notifications.test_texts import all_letters

OLD, NEW = "clemence@courriel.example", "c.aubree@courriel.example"
WRITTEN = data()


def edit(clinic: Clinic, visit: Appointment, **fields: object) -> Contact:
    with clinic.acting():
        contact = clinic.organization.contacts.get(id=visit.contact_id)
        return contacts.edit(contact, replace(WRITTEN, **fields), by=clinic.actor(), now=NOW)


def log(clinic: Clinic) -> list[tuple[str, str, str, str]]:
    with clinic.acting():
        rows = clinic.organization.deliveries.order_by("medium", "id")
        return [(row.medium, row.recipient, row.state, row.reason) for row in rows]


@pytest.fixture
def visit(tilleuls: Clinic) -> Appointment:
    return book(tilleuls, text_patient=True)


def test_what_waits_goes_where_the_patient_is_reached_now(tilleuls: Clinic, visit: Appointment) -> None:
    edit(tilleuls, visit, email=NEW, phone="+33612345699")
    assert log(tilleuls) == [("email", NEW, "queued", ""), ("sms", "+33612345699", "queued", "")]


def test_what_a_worker_has_taken_and_not_begun_is_taken_anew(tilleuls: Clinic, visit: Appointment) -> None:
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(state=State.CLAIMED, claimed_by="worker", claimed_at=now, attempts=2)
    edit(tilleuls, visit, email=NEW)
    with tilleuls.acting():
        mail = tilleuls.organization.deliveries.get(medium="email")
        assert (mail.recipient, mail.state, mail.claimed_by, mail.attempts) == (NEW, "queued", "", 0)
        assert tilleuls.organization.deliveries.get(medium="sms").state == "claimed"


@pytest.mark.parametrize("begun", [{"state": State.SENT}, {"state": State.CLAIMED, "claimed_by": "w"}], ids=str)
def test_what_has_left_or_leaves_just_now_stays_where_it_went(
    tilleuls: Clinic, visit: Appointment, begun: dict[str, str]
) -> None:
    with tilleuls.acting() as now:
        settled = now if begun["state"] == State.SENT else None
        tilleuls.organization.deliveries.update(handing_over_at=now, claimed_at=now, settled_at=settled, **begun)
    edit(tilleuls, visit, email=NEW, phone="")
    assert [recipient for _, recipient, *_ in log(tilleuls)] == [OLD, "+33612345678"]


def test_no_address_or_a_landline_gets_nothing(tilleuls: Clinic, visit: Appointment) -> None:
    edit(tilleuls, visit, email="", phone="+33241000000", phone_is_mobile=False)
    assert log(tilleuls) == [
        ("email", OLD, "aborted", ELSEWHERE),
        ("sms", "+33612345678", "aborted", ELSEWHERE),
    ]


def test_nobody_is_told_twice(tilleuls: Clinic, visit: Appointment) -> None:
    """Corrected, told, and corrected back while something older still waits."""
    with tilleuls.acting():
        mail = tilleuls.organization.deliveries.get(medium="email")
        mail.pk = (tilleuls.id, mail.cause_id)
        mail.recipient = NEW
        mail.save(force_insert=True)
    edit(tilleuls, visit, email=NEW)
    assert sorted(log(tilleuls)[:2]) == [("email", NEW, "queued", ""), ("email", OLD, "aborted", ELSEWHERE)]


def test_whoever_shares_the_address_keeps_it(tilleuls: Clinic, visit: Appointment) -> None:
    book(tilleuls, contact=data(first="Louis"), starts_at=at(11))
    edit(tilleuls, visit, email=NEW)
    assert [one for one in log(tilleuls) if one[0] == "email"] == [
        ("email", NEW, "queued", ""),
        ("email", OLD, "queued", ""),
    ]


def test_the_copy_says_where_the_letter_goes(tilleuls: Clinic) -> None:
    choose(tilleuls, copies=[wish(ARCHIVE, "bookings")])
    visit = book(tilleuls)
    edit(tilleuls, visit, email=NEW)
    with tilleuls.acting():
        copy = tilleuls.organization.deliveries.get(recipient=ARCHIVE)
        assert copy.facts["copy_to"] == NEW


def test_a_merged_record_is_written_to_at_the_address_of_the_kept_one(tilleuls: Clinic, visit: Appointment) -> None:
    other = book(tilleuls, contact=data(email=NEW, phone="+33612345699"), starts_at=at(11))
    with tilleuls.acting():
        contacts.merge(
            tilleuls.organization,
            kept_id=other.contact_id,
            merged_id=visit.contact_id,
            by=tilleuls.actor(),
            now=NOW,
        )
    assert {recipient for _, recipient, *_ in log(tilleuls)} == {NEW, "+33612345699"}


def test_a_merge_that_is_undone_gives_each_their_own_messages_back(tilleuls: Clinic, visit: Appointment) -> None:
    other = book(tilleuls, contact=data(first="Louis", email=NEW, phone="+33612345699"), starts_at=at(11))
    before = log(tilleuls)
    ids = {"kept_id": other.contact_id, "merged_id": visit.contact_id}
    with tilleuls.acting():
        merge = contacts.merge(tilleuls.organization, **ids, by=tilleuls.actor(), now=NOW)
    assert {recipient for _, recipient, *_ in log(tilleuls)} == {NEW, "+33612345699"}
    with tilleuls.acting():
        contacts.undo_merge(tilleuls.organization, merge.id, by=tilleuls.actor(), now=NOW)
    assert (len(before), log(tilleuls)) == (3, before)


def send_again(clinic: Clinic) -> None:
    """What came back from the former address."""
    with clinic.acting() as now:
        mail = clinic.organization.deliveries.get(medium="email", recipient=OLD)
        delivery.send_again(clinic.organization, mail.id, by=clinic.actor(), now=now)


class TestSentAgain:
    @pytest.fixture
    def failed(self, tilleuls: Clinic, visit: Appointment) -> Appointment:
        with tilleuls.acting() as now:
            tilleuls.organization.deliveries.filter(medium="email").update(state=State.UNDELIVERED, settled_at=now)
        return visit

    def test_it_goes_where_the_patient_is_reached_now(self, tilleuls: Clinic, failed: Appointment) -> None:
        edit(tilleuls, failed, email=NEW)
        assert log(tilleuls)[0] == ("email", OLD, "undelivered", "")
        send_again(tilleuls)
        assert log(tilleuls)[0] == ("email", NEW, "queued", "")
        with tilleuls.acting():
            line = tilleuls.organization.audit_entries.filter(act="delivery:send-again").get()
            assert (line.before["recipient"], line.after["recipient"]) == (OLD, NEW)

    def test_who_has_no_address_any_more_gets_nothing(self, tilleuls: Clinic, failed: Appointment) -> None:
        edit(tilleuls, failed, email="")
        with pytest.raises(NowhereToSend):
            send_again(tilleuls)
        assert log(tilleuls)[0] == ("email", OLD, "undelivered", "")

    def test_what_is_in_the_list_for_the_new_address_is_not_said_twice(
        self, tilleuls: Clinic, failed: Appointment
    ) -> None:
        edit(tilleuls, failed, email=NEW)
        with tilleuls.acting():
            mail = tilleuls.organization.deliveries.get(medium="email")
            mail.pk = (tilleuls.id, mail.cause_id)
            mail.recipient = NEW
            mail.save(force_insert=True)
        with pytest.raises(SaidThereAlready):
            send_again(tilleuls)


def test_of_each_letter_it_is_known_where_its_patient_is_reached(tilleuls: Clinic) -> None:
    all_letters(tilleuls, language="fr")
    with tilleuls.acting():
        tilleuls.organization.contacts.update(email=NEW)
        sent = tilleuls.organization.deliveries.filter(kind__in=TO_PATIENTS, medium="email")
        found = {(one.kind, reached_now(tilleuls.organization, one)) for one in sent}
        stranger = Delivery(kind=Kind.BOOKED, cause_id=new_id(), facts={}, medium="email", recipient=OLD)
        assert reached_now(tilleuls.organization, stranger) == OLD
    assert found == {(kind, NEW) for kind in TO_PATIENTS}


def test_all_letters_to_patients_follow() -> None:
    assert {kind for kind, _ in wiring._to_patients()} == set(TO_PATIENTS)
