"""Who works here: roles and rights, invitations, API tokens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.organizations import queries
from kalends.organizations.models import Membership
from tests.cast import Clinic
from tests.web.staff.desk import Browser, notices, text

MEMBERS = "/app/tilleuls/settings/members/"
TOKENS = "/app/tilleuls/settings/tokens/"
PASSWORD = "quatre mots tout simples"


def membership_of(clinic: Clinic, person: Person) -> Membership:
    with clinic.acting():
        return clinic.organization.memberships.get(person=person)


def link_for(clinic: Clinic, email: str) -> str:
    with clinic.acting():
        invitation = clinic.organization.invitations.get(email=email, revoked_at=None)
    return f"/accounts/invitation/{queries.invitation_secret(invitation)}/"


def invite(client: Client, email: str, role: str = "staff", provider: object = "") -> Any:
    return client.post(MEMBERS, {"email": email, "role": role, "provider": provider}, follow=True)


class TestMembers:
    def test_rights_are_ticked_within_what_the_role_allows(self, tilleuls: Clinic, signed_in: Browser) -> None:
        known = membership_of(tilleuls, tilleuls.staff)
        client = signed_in(tilleuls.admin)
        page = client.get(f"{MEMBERS}{known.id}/")
        offered = [value for value, _label in page.context["form"].fields["rights"].choices]
        assert "appointment:overbook" in offered
        assert "settings:agenda" not in offered
        ticked = ["agenda:read", "appointment:book", "appointment:overbook"]
        client.post(f"{MEMBERS}{known.id}/", {"role": "staff", "rights": ticked, "is_active": "on"})
        after = membership_of(tilleuls, tilleuls.staff)
        assert (after.rights, after.granted) == (frozenset(ticked), ["appointment:overbook"])
        assert signed_in(tilleuls.staff).get("/app/tilleuls/patients/").status_code == 403

    def test_another_role_begins_with_its_own_rights(self, tilleuls: Clinic, signed_in: Browser) -> None:
        known = membership_of(tilleuls, tilleuls.staff)
        sent = {"role": "admin", "rights": ["agenda:read"], "is_active": "on"}
        signed_in(tilleuls.admin).post(f"{MEMBERS}{known.id}/", sent)
        after = membership_of(tilleuls, tilleuls.staff)
        assert (after.role, after.granted, after.withheld) == ("admin", [], [])

    def test_the_last_administrator_stays(self, tilleuls: Clinic, signed_in: Browser) -> None:
        known = membership_of(tilleuls, tilleuls.admin)
        sent = {"role": "staff", "rights": ["agenda:read"], "is_active": "on"}
        answer = signed_in(tilleuls.admin).post(f"{MEMBERS}{known.id}/", sent)
        assert answer.status_code == 409
        assert notices(answer) == [
            "bad: An organization keeps at least one administrator. Give somebody else that role first."
        ]

    def test_a_practitioner_s_member_needs_a_practitioner(self, tilleuls: Clinic, signed_in: Browser) -> None:
        known = membership_of(tilleuls, tilleuls.staff)
        answer = signed_in(tilleuls.admin).post(f"{MEMBERS}{known.id}/", {"role": "provider", "is_active": "on"})
        assert answer.context["form"].errors == {
            "provider": ["Say whose agendas and messages this person looks after."]
        }


class TestInvitations:
    def test_somebody_new_joins_and_is_signed_in(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = invite(signed_in(tilleuls.admin), "maud@tilleuls.example")
        assert notices(answer) == ["good: The invitation is on its way. It is good for thirty days."]
        link, visitor = link_for(tilleuls, "maud@tilleuls.example"), Client()
        assert "Inès Barbier would like you to join, in this role: Staff." in text(visitor.get(link))
        sent = {"name": "Maud Ollivier", "language": "fr", "password": PASSWORD}
        assert visitor.post(link, sent).headers["Location"] == "/app/tilleuls/"
        assert visitor.get("/app/tilleuls/").status_code == 200
        person = Person.objects.get(email="maud@tilleuls.example")
        assert (person.name, person.language, membership_of(tilleuls, person).role) == ("Maud Ollivier", "fr", "staff")
        assert Client().get(link).status_code == 404

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            ({"password": "court"}, {"password"}),
            ({"password": "password12"}, {"password"}),
            ({"password": "maud@tilleuls.example"}, {"password"}),
            ({"name": " "}, {"name"}),
            ({"language": "la"}, {"language"}),
        ],
    )
    def test_what_does_not_do_is_said_and_makes_nobody(
        self, tilleuls: Clinic, signed_in: Browser, sent: dict[str, str], errors: set[str]
    ) -> None:
        invite(signed_in(tilleuls.admin), "maud@tilleuls.example")
        link = link_for(tilleuls, "maud@tilleuls.example")
        answer = Client().post(link, {"name": "Maud", "language": "fr", "password": PASSWORD, **sent})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, errors)
        assert not Person.objects.filter(email="maud@tilleuls.example").exists()
        assert Client().get(link).status_code == 200

    def test_somebody_with_a_sign_in_accepts_with_it(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        invite(signed_in(tilleuls.admin), carpati.staff.email)
        link = link_for(tilleuls, carpati.staff.email)
        assert "has a sign-in already" in text(Client().get(link))
        sent = {"name": "Somebody Else", "language": "fr", "password": PASSWORD}
        assert Client().post(link, sent).status_code == 422
        client = signed_in(carpati.staff)
        assert client.post(link).headers["Location"] == "/app/tilleuls/"
        assert membership_of(tilleuls, carpati.staff).role == "staff"
        assert Person.objects.get(id=carpati.staff.id).name == carpati.staff.name

    def test_signed_in_as_somebody_else_nothing_happens(self, tilleuls: Clinic, signed_in: Browser) -> None:
        invite(signed_in(tilleuls.admin), "maud@tilleuls.example")
        link = link_for(tilleuls, "maud@tilleuls.example")
        client = signed_in(tilleuls.staff)
        assert "This invitation is for maud@tilleuls.example." in text(client.get(link))

    def test_opening_the_link_changes_nothing(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        invite(signed_in(tilleuls.admin), carpati.staff.email)
        client = signed_in(carpati.staff)
        client.get(link_for(tilleuls, carpati.staff.email))
        assert client.get("/app/tilleuls/").status_code == 404

    def test_withdrawn_it_is_over(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        page = invite(client, "maud@tilleuls.example")
        link = link_for(tilleuls, "maud@tilleuls.example")
        client.post(page.context["waiting"][0]["url"])
        assert Client().get(link).status_code == 404

    @pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 60, "../../etc/passwd"])
    def test_a_token_that_is_none(self, tilleuls: Clinic, token: str) -> None:
        assert Client().get(f"/accounts/invitation/{token}/").status_code == 404

    @pytest.mark.parametrize(
        ("email", "role", "errors"),
        [
            ("staff@tilleuls.example", "staff", {"email": ["This person already belongs to the organization."]}),
            ("nobody", "staff", {"email": ["Enter a valid email address."]}),
            (
                "maud@tilleuls.example",
                "provider",
                {"provider": ["Say whose agendas and messages this person looks after."]},
            ),
        ],
    )
    def test_who_cannot_be_invited(
        self, tilleuls: Clinic, signed_in: Browser, email: str, role: str, errors: dict[str, list[str]]
    ) -> None:
        answer = invite(signed_in(tilleuls.admin), email, role)
        assert (answer.status_code, answer.context["form"].errors) == (422, errors)


class TestTokens:
    def test_its_text_is_shown_once_and_opens_what_was_ticked(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        answer = client.post(TOKENS, {"name": "Site", "scopes": ["agenda:read"]})
        secret = answer.context["text"]
        assert answer.status_code == 201
        assert secret in answer.content.decode()
        assert secret not in client.get(TOKENS).content.decode()
        found = queries.actor_of_token(secret)
        assert found is not None
        assert (found[0], found[1].rights) == (tilleuls.organization, frozenset({"agenda:read"}))

    def test_withdrawn_it_opens_nothing(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        answer = client.post(TOKENS, {"name": "Site"})
        client.post(answer.context["rows"][0]["url"])
        assert queries.actor_of_token(answer.context["text"]) is None
        assert client.get(TOKENS).context["rows"] == []

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            ({"name": ""}, {"name"}),
            ({"expires_on": "2020-01-01"}, {"expires_on"}),
            ({"scopes": ["invoice:read"]}, {"scopes"}),
        ],
    )
    def test_each_reason_stands_beside_its_field(
        self, tilleuls: Clinic, signed_in: Browser, sent: dict[str, Any], errors: set[str]
    ) -> None:
        answer = signed_in(tilleuls.admin).post(TOKENS, {"name": "Site", **sent})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, errors)
        assert answer.context["text"] == ""
