"""Invitations: one address, one organization, one use, 30 days; a password that exists is never touched (AUT-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kalends.accounts import operations as accounts
from kalends.accounts.models import Person
from kalends.accounts.refusals import AlreadyKnown
from kalends.foundation import events, secrets
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, NotAllowed
from kalends.organizations import operations as organizations
from kalends.organizations import queries
from kalends.organizations.events import InvitationMade
from kalends.organizations.models import Invitation
from kalends.organizations.permissions import Role
from kalends.organizations.refusals import InvitationOver, InvitedSomebodyElse
from tests.agenda.shared import act, lines
from tests.cast import PASSWORD, Clinic

EMAIL = "odile@tilleuls.example"


def invite(clinic: Clinic, email: str = EMAIL, role: Role = Role.STAFF, **more) -> Invitation:
    with clinic.acting() as now:
        return organizations.invite(clinic.organization, email=email, role=role, by=clinic.actor(), now=now, **more)


def accept(invitation: Invitation, person: Person, *, after: timedelta = timedelta(0)):
    return tenancy.perform(
        lambda now: organizations.accept_invitation(invitation, person=person, now=now + after),
        organization=invitation.organization,
        by=queries.system("invitation"),
    )


def odile() -> Person:
    return accounts.make_person(email=EMAIL, name="Odile Roussel", password="une autre longue phrase")


def test_the_link_finds_the_invitation_and_is_stored_nowhere(tilleuls: Clinic, owner) -> None:
    invitation = invite(tilleuls, " Odile@Tilleuls.example ", role=Role.PROVIDER, provider=tilleuls.schedule.provider)
    text = queries.invitation_secret(invitation)
    found = queries.invitation_by_token(text)
    assert found is not None
    assert (found[0], found[1].id, found[1].email) == (tilleuls.organization, invitation.id, EMAIL)
    proof = secrets.read(text).proof
    row = owner.execute("SELECT row_to_json(i)::text FROM organizations_invitation i").fetchone()[0]
    assert proof.hex() not in row
    assert text not in row


def test_it_is_told_so_that_a_mail_can_be_written(tilleuls: Clinic, monkeypatch) -> None:
    heard: list[InvitationMade] = []
    monkeypatch.setitem(events._handlers, InvitationMade, [heard.append])
    invitation = invite(tilleuls)
    assert [(event.invitation.id, event.by.person_id) for event in heard] == [(invitation.id, tilleuls.admin.id)]
    assert lines(tilleuls, "invitation:make")[0][1] == {"email": EMAIL, "role": "staff"}


def test_a_new_person_comes_in_by_it_once(tilleuls: Clinic) -> None:
    invitation, person = invite(tilleuls), odile()
    membership = accept(invitation, person)
    assert (membership.role, membership.person_id) == ("staff", person.id)
    assert queries.member_of(person, "tilleuls") is not None
    assert queries.invitation_by_token(queries.invitation_secret(invitation)) is None
    with pytest.raises(InvitationOver):
        accept(invitation, person)
    assert [len(lines(tilleuls, act)) for act in ("invitation:accept", "membership:make")] == [1, 1]


def test_a_known_person_comes_in_with_the_password_they_have(tilleuls: Clinic, carpati: Clinic) -> None:
    before = Person.objects.get(id=carpati.staff.id).password
    invitation = invite(tilleuls, carpati.staff.email)
    with pytest.raises(AlreadyKnown) as refused:
        accounts.make_person(email=carpati.staff.email, name="Somebody", password="un mot de passe tout neuf")
    assert refused.value.code == "already_known"
    accept(invitation, carpati.staff)
    after = Person.objects.get(id=carpati.staff.id)
    assert (after.password, after.name, after.check_password(PASSWORD)) == (before, "Nadia Kerjean", True)


def test_it_is_for_the_address_it_was_sent_to(tilleuls: Clinic, carpati: Clinic) -> None:
    invitation = invite(tilleuls)
    with pytest.raises(InvitedSomebodyElse):
        accept(invitation, carpati.staff)
    assert queries.member_of(carpati.staff, "tilleuls") is None


def test_after_thirty_days_it_is_over(tilleuls: Clinic, owner) -> None:
    invitation, person = invite(tilleuls), odile()
    assert invitation.expires_at - invitation.created_at == timedelta(days=30)
    with pytest.raises(InvitationOver):
        accept(invitation, person, after=timedelta(days=30))
    owner.execute("UPDATE organizations_invitation SET expires_at = now()")
    assert queries.invitation_by_token(queries.invitation_secret(invitation)) is None


def test_the_invitation_of_one_organization_opens_no_other(tilleuls: Clinic, carpati: Clinic) -> None:
    """The same proof under the other organization's name is nobody's link."""
    invitation = invite(tilleuls)
    proof = secrets.read(queries.invitation_secret(invitation)).proof
    assert queries.invitation_by_token(str(secrets.Secret(carpati.id, proof))) is None


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "é" * 43, "A" * 5000, "../../etc/passwd", "A" * 42 + "="])
def test_what_is_no_link_finds_nothing(tilleuls: Clinic, text: str) -> None:
    assert queries.invitation_by_token(text) is None


def test_one_that_was_withdrawn_is_over(tilleuls: Clinic) -> None:
    invitation, person = invite(tilleuls), odile()
    act(tilleuls, organizations.revoke_invitation, invitation)
    act(tilleuls, organizations.revoke_invitation, invitation)
    assert queries.invitation_by_token(queries.invitation_secret(invitation)) is None
    with pytest.raises(InvitationOver):
        accept(invitation, person)
    assert len(lines(tilleuls, "invitation:revoke")) == 1


def test_a_second_invitation_takes_the_place_of_the_first(tilleuls: Clinic) -> None:
    first, second = invite(tilleuls), invite(tilleuls, role=Role.ADMIN)
    assert queries.invitation_by_token(queries.invitation_secret(first)) is None
    assert queries.invitation_by_token(queries.invitation_secret(second)) is not None
    with pytest.raises(InvitationOver):
        accept(first, odile())


def test_two_who_accept_at_once_are_one_member(tilleuls: Clinic) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    invitation, person = invite(tilleuls), odile()

    def attempt(_: int) -> str:
        try:
            accept(invitation, person)
        except InvitationOver as refusal:
            return refusal.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["in", "invitation_over", "invitation_over", "invitation_over"]


def test_somebody_who_left_comes_back_in_the_new_role(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.memberships.filter(person=tilleuls.staff).update(
            is_active=False, granted=["appointment:overbook"]
        )
    invitation = invite(tilleuls, tilleuls.staff.email, role=Role.PROVIDER, provider=tilleuls.schedule.provider)
    membership = accept(invitation, tilleuls.staff)
    kept = (membership.role, membership.provider_id, membership.granted, membership.is_active)
    assert kept == ("provider", tilleuls.schedule.provider_id, [], True)


def test_somebody_who_was_switched_off_stays_out(tilleuls: Clinic) -> None:
    invitation, person = invite(tilleuls), odile()
    Person.objects.filter(id=person.id).update(is_active=False)
    with pytest.raises(InvitationOver):
        accept(invitation, Person.objects.get(id=person.id))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"email": "odile"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"role": "owner"}, "role"),
        ({"role": Role.PROVIDER}, "provider"),
        ({"email": "staff@tilleuls.example"}, "email"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_with_its_field(tilleuls: Clinic, fields: dict, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(tilleuls, **fields)
    assert [error.field for error in refused.value.errors] == [name]


def test_the_members_of_others_are_not_told(tilleuls: Clinic, carpati: Clinic) -> None:
    """TEN-13: an address that another organization knows is an address like any other."""
    assert invite(tilleuls, carpati.staff.email).email == invite(carpati, carpati.staff.email.upper() + "x").email[:-1]


def test_only_a_person_invites(tilleuls: Clinic) -> None:
    with pytest.raises(NotAllowed), tilleuls.acting() as now:
        organizations.invite(tilleuls.organization, email=EMAIL, role=Role.STAFF, by=queries.system("x"), now=now)
