"""What allauth does in our name."""

from __future__ import annotations

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.core import context
from django.conf import settings
from django.core import mail
from django.test import RequestFactory

from kalends.accounts import operations as accounts
from kalends.accounts.adapter import AccountAdapter


@pytest.fixture
def evil(mailoutbox: list) -> object:
    """A request whose Host header is somebody else's."""
    request = RequestFactory().get("/accounts/password/reset/", headers={"host": "evil.example"})
    request.session = {}
    with context.request_context(request):
        yield request


def test_nobody_signs_up_by_themselves(evil) -> None:
    adapter = get_adapter(evil)
    assert type(adapter) is AccountAdapter
    assert adapter.is_open_for_signup(evil) is False


def test_the_link_of_a_forgotten_password_leads_to_the_installation(db: None, evil, mailoutbox: list) -> None:
    person = accounts.make_person(email="odile@tilleuls.example", name="Odile", password="trois chats au soleil")
    request_password_reset(evil, person.email, [person], None)
    (message,) = mailoutbox
    links = re.findall(r"https?://\S+", message.body)
    assert [link.split("/accounts/")[0] for link in links] == [settings.BASE_URL]
    assert re.fullmatch(r"/accounts/password/reset/key/[0-9a-f]{32}-\S+/", links[0].removeprefix(settings.BASE_URL))
    assert (message.to, "evil" in message.body, "evil" in message.subject) == ([person.email], False, False)
    assert "example.com" not in message.body


def test_a_mail_to_an_unknown_address_speaks_of_the_installation_too(evil, mailoutbox: list) -> None:
    given = {"signup_url": "http://evil.example/accounts/signup/?a=1", "request": evil}
    get_adapter(evil).send_mail("account/email/unknown_account", "nobody@tilleuls.example", given)
    (message,) = mail.outbox
    assert message.to == ["nobody@tilleuls.example"]
    assert f"{settings.BASE_URL}/accounts/signup/?a=1" in message.body
    assert "evil" not in message.body
