"""Signing in and out, passwords, the second factor, cookies."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from kalends.accounts.models import Person
from kalends.web.staff.sign_in.urls import urlpatterns
from tests.cast import PASSWORD, Clinic
from tests.web.staff.desk import Browser, notices, text

LOGIN = "/accounts/login/"
NEW_PASSWORD = "une autre phrase assez longue"


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Iterator[None]:
    """No tries counted from other tests; mail stays in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    mail.outbox = []
    yield
    cache.clear()


def sign_in(client: Client, person: Person, password: str = PASSWORD, **query: str) -> Any:
    return client.post(LOGIN, {"login": person.email, "password": password, **query})


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


class TestSigningIn:
    def test_leads_to_the_desk(self, tilleuls: Clinic, client: Client) -> None:
        answer = client.post(LOGIN, {"login": "Staff@Tilleuls.example ", "password": PASSWORD}, follow=True)
        assert answer.request["PATH_INFO"] == "/app/tilleuls/"

    def test_back_to_the_page_that_was_asked_for(self, tilleuls: Clinic, client: Client) -> None:
        asked = client.get("/app/tilleuls/patients/?q=aub").headers["Location"]
        page = client.get(asked)
        wanted = re.search(r'name="next" value="([^"]*)"', page.content.decode())
        assert wanted is not None
        answer = sign_in(client, tilleuls.staff, next=wanted[1])
        assert answer.headers["Location"] == "/app/tilleuls/patients/?q=aub"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "\t//evil",
        ],
    )
    def test_never_to_another_site(self, tilleuls: Clinic, client: Client, elsewhere: str) -> None:
        assert sign_in(client, tilleuls.staff, next=elsewhere).headers["Location"] == "/app/"
        assert client.post("/accounts/logout/", {"next": elsewhere}).headers["Location"] == "/"

    @pytest.mark.parametrize("login", ["staff@tilleuls.example", "nobody@tilleuls.example"])
    def test_who_exists_is_not_told(self, tilleuls: Clinic, client: Client, login: str) -> None:
        answer = client.post(LOGIN, {"login": login, "password": "une phrase qui ne va pas"})
        assert notices(answer) == ["bad: The email address and/or password you specified are not correct."]
        assert not is_signed_in(client)

    def test_after_ten_wrong_tries_even_the_right_password_waits(self, tilleuls: Clinic, client: Client) -> None:
        answers = [sign_in(client, tilleuls.staff, "une phrase qui ne va pas") for _try in range(11)]
        assert "Too many failed login attempts. Try again later." in notices(answers[-1])[0]
        sign_in(client, tilleuls.staff)
        assert not is_signed_in(client)

    def test_somebody_switched_off_stays_out(self, tilleuls: Clinic, client: Client) -> None:
        Person.objects.filter(id=tilleuls.staff.id).update(is_active=False)
        sign_in(client, tilleuls.staff)
        assert not is_signed_in(client)

    def test_the_session_changes_its_name(self, tilleuls: Clinic, client: Client) -> None:
        client.get(LOGIN)
        client.cookies["kalends-session"] = "chosen-by-somebody-else-000000000"
        sign_in(client, tilleuls.staff)
        assert client.cookies["kalends-session"].value != "chosen-by-somebody-else-000000000"
        assert is_signed_in(client)

    def test_out_only_by_the_button(self, tilleuls: Clinic, client: Client) -> None:
        sign_in(client, tilleuls.staff)
        client.get("/accounts/logout/")
        assert is_signed_in(client)
        client.post("/accounts/logout/")
        assert not is_signed_in(client)

    @pytest.mark.parametrize("page", ["email/", "password/set/", "login/code/", "2fa/webauthn/", ""])
    def test_nobody_else_s_pages_are_there(self, tilleuls: Clinic, client: Client, page: str) -> None:
        answers = [client.get(f"/accounts/{page}"), client.post(f"/accounts/{page}", {"email": "new@example.org"})]
        assert [answer.status_code for answer in answers] == [404, 404]

    def test_nobody_signs_up(self, tilleuls: Clinic, client: Client) -> None:
        sent = {"email": "new@example.org", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        pages = [text(client.get("/accounts/signup/")), text(client.post("/accounts/signup/", sent))]
        assert [page.startswith("People come by invitation") for page in pages] == [True, True]
        assert not Person.objects.filter(email="new@example.org").exists()

    @pytest.mark.parametrize(
        ("query", "accepted", "title"),
        [("?lang=fr", "en", "Se connecter"), ("", "ro", "Conectare"), ("?lang=xx", "en", "Sign in")],
    )
    def test_in_the_visitor_s_language(self, db: None, client: Client, query: str, accepted: str, title: str) -> None:
        page = client.get(LOGIN + query, headers={"Accept-Language": accepted})
        assert text(page).startswith(title)


class TestCookies:
    def test_each_is_closed_to_scripts_and_to_other_sites(self, tilleuls: Clinic, client: Client) -> None:
        client.get(LOGIN + "?lang=fr")
        sign_in(client, tilleuls.staff)
        kept = {
            name: (cookie["httponly"], cookie["samesite"]) for name, cookie in client.cookies.items() if cookie.value
        }
        assert kept == dict.fromkeys(("kalends-language", "kalends-csrf", "kalends-session"), (True, "Lax"))

    def test_over_https_they_are_secure_and_bound_to_the_host(self) -> None:
        program = (
            "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
            "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)"
        )
        environment = {
            "KALENDS_BASE_URL": "https://kalends.example",
            "KALENDS_SECRET_KEY": "k" * 60,
            "DJANGO_SETTINGS_MODULE": "kalends.config.settings",
        }
        said = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert said.split() == ["__Host-kalends-session", "__Host-kalends-csrf", "True", "True", "None", "/"]


class TestPasswords:
    def test_forgotten_asked_for_and_chosen_anew(self, tilleuls: Clinic, client: Client) -> None:
        elsewhere = Client()
        sign_in(elsewhere, tilleuls.staff)
        client.post("/accounts/password/reset/", {"email": tilleuls.staff.email})
        assert [message.to for message in mail.outbox] == [["staff@tilleuls.example"]]
        link = re.search(rf"{settings.BASE_URL}(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
        assert link is not None
        form = client.get(link[1], follow=True)
        sent = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        done = client.post(form.request["PATH_INFO"], sent, follow=True)
        assert "Your password is changed" in text(done)
        assert not is_signed_in(elsewhere)
        sign_in(client, tilleuls.staff, NEW_PASSWORD)
        assert is_signed_in(client)
        assert "This link is over" in text(Client().get(link[1]))

    def test_the_letter_leads_to_the_installation_whatever_the_host(self, tilleuls: Clinic, client: Client) -> None:
        sent = {"email": tilleuls.staff.email}
        client.post("/accounts/password/reset/", sent, headers={"Host": "evil.example"})
        assert "evil" not in str(mail.outbox[0].body) + mail.outbox[0].subject
        assert settings.BASE_URL in str(mail.outbox[0].body)

    def test_an_unknown_address_gets_the_same_page(self, tilleuls: Clinic, client: Client) -> None:
        pages = [
            text(client.post("/accounts/password/reset/", {"email": email}, follow=True))
            for email in ("staff@tilleuls.example", "nobody@tilleuls.example")
        ]
        assert pages[0] == pages[1]
        assert "nobody signs in here with this address" in str(mail.outbox[1].body)

    def test_changed_only_with_the_present_one(self, tilleuls: Clinic, client: Client) -> None:
        sign_in(client, tilleuls.staff)
        sent = {"oldpassword": "faux", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        refused = client.post("/accounts/password/change/", sent)
        assert set(refused.context["form"].errors) == {"oldpassword"}
        client.post("/accounts/password/change/", {**sent, "oldpassword": PASSWORD})
        assert is_signed_in(client)
        assert Person.objects.get(id=tilleuls.staff.id).check_password(NEW_PASSWORD)


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


class TestSecondFactor:
    def switched_on(self, client: Client, person: Person) -> str:
        """Sign in, say once more who one is, switch it on; returns its key."""
        sign_in(client, person)
        assert client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
        secret: str = page.context["form"].secret
        assert "issuer=Kalends" in page.context["totp_url"]
        client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
        return secret

    def test_the_password_alone_is_not_enough_any_more(self, tilleuls: Clinic, client: Client) -> None:
        secret = self.switched_on(client, tilleuls.staff)
        other = Client()
        assert sign_in(other, tilleuls.staff).headers["Location"] == "/accounts/2fa/authenticate/"
        assert not is_signed_in(other)
        refused = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert (refused.status_code, is_signed_in(other)) == (200, False)
        cache.clear()  # a code is good once; the one of switching on was this one
        other.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
        assert is_signed_in(other)

    def test_a_recovery_code_opens_once(self, tilleuls: Clinic, client: Client) -> None:
        self.switched_on(client, tilleuls.staff)
        codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
        assert len(codes) == 10
        opened = []
        for _time in range(2):
            other = Client()
            sign_in(other, tilleuls.staff)
            other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
            opened.append(is_signed_in(other))
        assert opened == [True, False]

    def test_its_pages_can_be_read(self, tilleuls: Clinic, client: Client) -> None:
        sign_in(client, tilleuls.staff)
        assert "Not switched on." in text(client.get("/accounts/2fa/"))
        self.switched_on(client, tilleuls.staff)
        seen = [
            text(client.get(f"/accounts/2fa/{page}"))
            for page in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/")
        ]
        expected = [
            "Switched on",
            "Switch off the second factor?",
            "Recovery codes",
            "New recovery codes",
            "Is it you?",
        ]
        assert [words in page for words, page in zip(expected, seen, strict=True)] == [True] * 5
        assert "Kalends: recovery codes." in client.get("/accounts/2fa/recovery-codes/download/").content.decode()

    def test_switched_off_the_password_opens_again(self, tilleuls: Clinic, client: Client) -> None:
        self.switched_on(client, tilleuls.staff)
        answer = client.post("/accounts/2fa/totp/deactivate/", follow=True)
        assert notices(answer)[-1] == "good: The second factor is switched off."
        other = Client()
        sign_in(other, tilleuls.staff)
        assert is_signed_in(other)


class TestProfile:
    def test_name_and_language(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        answer = client.post("/accounts/profile/", {"name": "Nadia Le Gall", "language": "fr"}, follow=True)
        assert notices(answer) == ["good: Votre profil est enregistré."]
        person = Person.objects.get(id=tilleuls.staff.id)
        assert (person.name, person.language) == ("Nadia Le Gall", "fr")

    def test_a_language_that_is_not_known(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = signed_in(tilleuls.staff).post("/accounts/profile/", {"name": "Nadia", "language": "la"})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"language"})


class TestPermissions:
    def test_every_address_says_who_may_open_it(self) -> None:
        said = {pattern.name: pattern.callback.permission for pattern in urlpatterns}
        open_to_all = {name for name, permission in said.items() if permission == "public"}
        assert set(said.values()) == {"public", "signed in"}
        assert open_to_all == {
            "account_signup",
            "account_login",
            "account_logout",
            "account_inactive",
            "invitation",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "sender",
        }
