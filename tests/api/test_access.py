"""Who may call what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from kalends.api.v1.api import operations
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Right, Role, rights_of
from tests.api.callers import NOT_FOUND, Caller, member, problem, told
from tests.cast import Clinic

UNAUTHORIZED = problem(401, "unauthorized", "Send a valid API token: Authorization: Bearer …")
NOT_ALLOWED = problem(403, "not_allowed", "Your role does not allow this. Ask an administrator of your organization.")
ID = "01990000-0000-7000-8000-000000000000"


def staff_operations() -> list[tuple[str, str, str]]:
    return [operation for operation in operations() if operation[2] != "public"]


def path_of(route: str, slug: str) -> str:
    return re.sub("<slug:org>", slug, re.sub("<uuidstr:id>", ID, route))


def test_every_operation_says_its_permission() -> None:
    assert {permission for _, _, permission in operations()} <= {"public", *Right}
    for route, method, permission in operations():
        assert (permission == "public") == route.startswith("public/"), (route, method)


@pytest.mark.parametrize(("route", "method", "permission"), staff_operations())
def test_without_a_token_nobody_learns_anything(db: None, route: str, method: str, permission: str) -> None:
    response = Caller().send(method, path_of(route, "nobody"), None if method == "GET" else {})
    assert told(response) == (401, UNAUTHORIZED)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="kalends"'


@pytest.mark.parametrize(("route", "method", "permission"), staff_operations())
def test_a_token_opens_its_own_organization_only(
    tilleuls: Clinic, carpati: Clinic, route: str, method: str, permission: str
) -> None:
    caller = member(tilleuls)
    for slug in ("carpati", "nobody"):
        assert told(caller.send(method, path_of(route, slug), None if method == "GET" else {})) == (404, NOT_FOUND)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_its_rights_say(tilleuls: Clinic, role: Role) -> None:
    """With nonsense sent: whoever may, gets beyond the door and is refused for what was sent, not for who asks."""
    caller, rights = member(tilleuls, role), rights_of(role, [], [])
    for route, method, permission in staff_operations():
        answered = told(caller.send(method, path_of(route, "tilleuls"), None if method == "GET" else {"?": 1}))
        assert (answered == (403, NOT_ALLOWED)) == (permission not in rights), (route, method)


def test_a_token_may_no_more_than_its_scopes(tilleuls: Clinic) -> None:
    caller = member(tilleuls, scopes=(Right.AGENDA_READ,))
    assert caller.get("tilleuls/schedules").status_code == 200
    assert told(caller.get("tilleuls/contacts", search="x")) == (403, NOT_ALLOWED)


def test_a_right_that_is_withdrawn_is_gone_from_the_token(tilleuls: Clinic) -> None:
    caller = member(tilleuls, Role.STAFF)
    assert caller.get("tilleuls/contacts", search="x").status_code == 200
    with tilleuls.acting() as now:
        membership = tilleuls.organization.memberships.get(person=tilleuls.staff)
        organizations.edit_membership(membership, withheld=["contact:read"], by=tilleuls.actor(), now=now)
    assert told(caller.get("tilleuls/contacts", search="x")) == (403, NOT_ALLOWED)
    with tilleuls.acting() as now:
        membership = tilleuls.organization.memberships.get(person=tilleuls.staff)
        organizations.edit_membership(membership, is_active=False, by=tilleuls.actor(), now=now)
    assert told(caller.get("tilleuls/contacts", search="x")) == (401, UNAUTHORIZED)


def test_revoked_and_expired_tokens_open_nothing(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    with tilleuls.acting() as now:
        token = tilleuls.organization.api_tokens.get()
        token.expires_at = now - timedelta(seconds=1)
        token.save()
    assert told(caller.get("tilleuls/schedules")) == (401, UNAUTHORIZED)
    with tilleuls.acting() as now:
        token.expires_at = None
        token.save()
    assert caller.get("tilleuls/schedules").status_code == 200
    with tilleuls.acting() as now:
        organizations.revoke_token(tilleuls.organization.api_tokens.get(), by=tilleuls.actor(), now=now)
    assert told(caller.get("tilleuls/schedules")) == (401, UNAUTHORIZED)


def test_what_is_no_token(tilleuls: Clinic) -> None:
    token = member(tilleuls).headers["Authorization"].removeprefix("Bearer ")
    for wrong in ("", token, f"Basic {token}", f"Bearer {token[:-1]}", f"Bearer {token}A", "Bearer", "Bearer \x00"):
        assert told(Caller({"Authorization": wrong}).get("tilleuls/schedules")) == (401, UNAUTHORIZED), wrong
    assert Caller({"Authorization": f"bearer  {token} "}).get("tilleuls/schedules").status_code == 200


def test_a_session_is_no_token(tilleuls: Clinic) -> None:
    caller = Caller()
    caller.client.force_login(tilleuls.admin)
    assert told(caller.get("tilleuls/schedules")) == (401, UNAUTHORIZED)


def test_unknown_addresses_and_methods(tilleuls: Clinic, clinics: Callable[..., Clinic]) -> None:
    for path in (
        "",
        "nothing",
        "public/tilleuls",
        "tilleuls/schedules/nonsense",
        "public/Tilleuls%00/slots",
        "a/b/c/d/e",
    ):
        assert told(Caller().get(path)) == (404, NOT_FOUND), path
        assert told(Caller().post(path, {})) == (404, NOT_FOUND), path
    assert told(Caller().client.get("/api/")) == (404, NOT_FOUND)
    assert told(Caller().client.get("/api/v2/public/organizations")) == (404, NOT_FOUND)
    for method, path, allowed in (
        ("DELETE", "public/organizations", "GET"),
        ("PATCH", "tilleuls/channels", "GET, PUT"),
        ("POST", "tilleuls/slots", "GET"),
        ("BREW", "tilleuls/contacts", "GET, POST"),
    ):
        response = Caller().send(method, path)
        sentence = "This address does not know that method."
        assert told(response) == (405, problem(405, "method_not_allowed", sentence))
        assert response.headers["Allow"] == allowed
