"""Who belongs to an organization, and with which rights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kalends.accounts.models import Person
from kalends.foundation.errors import Invalid
from kalends.organizations import operations as organizations
from kalends.organizations import queries
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Right, Role
from kalends.organizations.refusals import LastAdministrator
from tests.agenda.shared import act, lines
from tests.cast import Clinic


def person(email: str = "odile@tilleuls.example") -> Person:
    return Person.objects.create_user(email, "une phrase assez longue", name="Odile Roussel")


def membership_of(clinic: Clinic, who: Person) -> Membership:
    with clinic.acting():
        return clinic.organization.memberships.get(person=who)


def refused(clinic: Clinic, operation: Any, *args: Any, **fields: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        act(clinic, operation, *args, **fields)
    return [error.field for error in caught.value.errors]


def test_a_member_has_what_the_role_has_and_what_was_ticked(tilleuls: Clinic) -> None:
    odile = person()
    ticked = {"granted": [Right.APPOINTMENT_OVERBOOK], "withheld": [Right.CONTACT_EXPORT]}
    act(tilleuls, organizations.make_membership, tilleuls.organization, person=odile, role=Role.STAFF, **ticked)
    found = queries.member_of(odile, "tilleuls")
    assert found is not None
    _, _, actor = found
    assert [actor.may(right) for right in ("appointment:overbook", "contact:export", "audit:read")] == [
        True,
        False,
        False,
    ]
    assert lines(tilleuls, "membership:make")[0][1]["granted"] == ["appointment:overbook"]


def test_a_role_is_not_given_more_than_it_can_have(tilleuls: Clinic) -> None:
    fields = {"person": person(), "role": Role.STAFF, "granted": [Right.AUDIT_READ]}
    assert refused(tilleuls, organizations.make_membership, tilleuls.organization, **fields) == ["granted"]


def test_somebody_who_looks_after_one_agenda_says_which(tilleuls: Clinic) -> None:
    fields = {"person": person(), "role": Role.PROVIDER}
    assert refused(tilleuls, organizations.make_membership, tilleuls.organization, **fields) == ["provider"]
    provider = tilleuls.schedule.provider
    made = act(tilleuls, organizations.make_membership, tilleuls.organization, provider=provider, **fields)
    assert made.provider_id == provider.id


def test_a_role_that_does_not_exist_is_refused(tilleuls: Clinic) -> None:
    fields = {"person": person(), "role": "owner"}
    assert refused(tilleuls, organizations.make_membership, tilleuls.organization, **fields) == ["role"]


def test_nobody_belongs_to_an_organization_twice(tilleuls: Clinic, carpati: Clinic) -> None:
    fields = {"person": tilleuls.staff, "role": Role.STAFF}
    assert refused(tilleuls, organizations.make_membership, tilleuls.organization, **fields) == ["person"]
    act(carpati, organizations.make_membership, carpati.organization, **fields)
    assert [row.organization.slug for row in queries.memberships_of(tilleuls.staff)] == ["tilleuls", "carpati"]


def test_rights_that_are_taken_away_are_gone_with_the_next_request(tilleuls: Clinic) -> None:
    row = membership_of(tilleuls, tilleuls.staff)
    act(tilleuls, organizations.edit_membership, row, withheld=["contact:read"])
    found = queries.member_of(tilleuls.staff, "tilleuls")
    assert found is not None
    assert found[2].may("contact:read") is False
    act(tilleuls, organizations.edit_membership, row, is_active=False)
    assert queries.member_of(tilleuls.staff, "tilleuls") is None


@pytest.mark.parametrize("change", [{"role": Role.STAFF}, {"is_active": False}])
def test_an_organization_keeps_an_administrator(tilleuls: Clinic, change: dict) -> None:
    row = membership_of(tilleuls, tilleuls.admin)
    with pytest.raises(LastAdministrator) as caught:
        act(tilleuls, organizations.edit_membership, row, **change)
    assert caught.value.code == "last_administrator"
    act(tilleuls, organizations.edit_membership, membership_of(tilleuls, tilleuls.staff), role=Role.ADMIN)
    act(tilleuls, organizations.edit_membership, row, **change)
    assert membership_of(tilleuls, tilleuls.admin).rights != membership_of(tilleuls, tilleuls.staff).rights or (
        membership_of(tilleuls, tilleuls.admin).is_active is False
    )


def test_two_administrators_who_demote_each_other_at_once_leave_one(tilleuls: Clinic) -> None:
    act(tilleuls, organizations.edit_membership, membership_of(tilleuls, tilleuls.staff), role=Role.ADMIN)
    rows = [membership_of(tilleuls, who) for who in (tilleuls.admin, tilleuls.staff)]
    together = Barrier(2)

    def demote(row: Membership) -> str:
        together.wait()
        try:
            act(tilleuls, organizations.edit_membership, row, role=Role.STAFF)
        except LastAdministrator as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, rows)) == ["done", "last_administrator"]
    with tilleuls.acting():
        assert tilleuls.organization.memberships.filter(role="admin", is_active=True).count() == 1
