"""API tokens: seen once, never more than their member, stopped at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kalends.accounts.models import Person
from kalends.foundation.errors import Invalid, RequiredField
from kalends.organizations import operations as organizations
from kalends.organizations.models import ApiToken
from kalends.organizations.permissions import Role
from kalends.organizations.queries import actor_of_token
from tests.agenda.shared import act, lines
from tests.cast import NOW, Clinic


def make(clinic: Clinic, **fields) -> tuple[ApiToken, str]:
    asked = {"person": clinic.admin, "name": " Standard\ttéléphonique ", **fields}
    return act(clinic, organizations.make_token, clinic.organization, **asked)


def test_a_token_acts_as_its_member(tilleuls: Clinic, owner) -> None:
    token, text = make(tilleuls)
    organization, actor = actor_of_token(text, address="203.0.113.7")
    assert (organization, actor.person_id, actor.role, actor.channel) == (
        tilleuls.organization,
        tilleuls.admin.id,
        "admin",
        "api",
    )
    assert (actor.label, actor.may("audit:read"), actor.address) == (
        "Inès Barbier (Standard téléphonique)",
        True,
        "203.0.113.7",
    )
    assert text not in owner.execute("SELECT row_to_json(t)::text FROM organizations_apitoken t").fetchone()[0]
    assert token.secret_hash != text.encode()


def test_scopes_narrow_and_never_widen(tilleuls: Clinic) -> None:
    _, text = make(tilleuls, person=tilleuls.staff, scopes=["agenda:read", "audit:read"])
    assert actor_of_token(text)[1].rights == frozenset({"agenda:read"})


def test_a_token_follows_its_member_down(tilleuls: Clinic) -> None:
    _, text = make(tilleuls, person=tilleuls.staff)
    with tilleuls.acting():
        row = tilleuls.organization.memberships.get(person=tilleuls.staff)
    act(tilleuls, organizations.edit_membership, row, role=Role.PROVIDER, provider=tilleuls.schedule.provider)
    assert actor_of_token(text)[1].rights == frozenset({"agenda:read"})
    act(tilleuls, organizations.edit_membership, row, is_active=False)
    assert actor_of_token(text) is None


def test_a_person_who_is_switched_off_has_no_tokens(tilleuls: Clinic) -> None:
    _, text = make(tilleuls)
    Person.objects.filter(id=tilleuls.admin.id).update(is_active=False)
    assert actor_of_token(text) is None


def test_a_revoked_token_is_dead_at_once(tilleuls: Clinic) -> None:
    token, text = make(tilleuls)
    for _ in range(2):
        act(tilleuls, organizations.revoke_token, token)
    assert actor_of_token(text) is None
    assert len(lines(tilleuls, "token:revoke")) == 1


def test_a_token_ends_when_it_says(tilleuls: Clinic, owner) -> None:
    _, text = make(tilleuls, expires_at=NOW + timedelta(days=365))
    assert actor_of_token(text) is not None
    owner.execute("UPDATE organizations_apitoken SET expires_at = now()")
    assert actor_of_token(text) is None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "x" * 101}, "name"),
        ({"scopes": ["agenda:read", "everything"]}, "scopes"),
        ({"expires_at": NOW}, "expires_at"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_its_field(tilleuls: Clinic, fields: dict, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(tilleuls, **fields)
    assert [error.field for error in refused.value.errors] == [name]


def test_a_token_has_a_name(tilleuls: Clinic) -> None:
    with pytest.raises(RequiredField):
        make(tilleuls, name=" ")


def test_only_members_have_tokens(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        make(tilleuls, person=carpati.staff)
    assert [error.field for error in refused.value.errors] == ["person"]
