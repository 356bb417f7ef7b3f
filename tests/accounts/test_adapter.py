"""What allauth does in our name."""

from __future__ import annotations

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.core import context
from django.conf import settings
from django.test import Client, RequestFactory

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


def test_a_forgotten_password_is_answered_the_same_for_known_and_unknown_addresses(
    db: None, client: Client, mailoutbox: list
) -> None:
    """ENU-03: the same page, and a mail to either, so that the time tells nothing."""
    known, unknown = "odile@tilleuls.example", "nobody@tilleuls.example"
    accounts.make_person(email=known, name="Odile", password="trois chats au soleil")
    answers = []
    for email in (known, unknown):
        answer = client.post("/accounts/password/reset/", {"email": email}, headers={"host": "evil.example"})
        answers.append((answer.status_code, answer.headers.get("Location"), answer.content))
    assert answers[0] == answers[1]
    assert answers[0][0] == 302
    assert [message.to for message in mailoutbox] == [[known], [unknown]]
    assert [message for message in mailoutbox if "evil" in message.body + message.subject] == []
