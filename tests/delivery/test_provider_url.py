"""EMAIL_URL where it names a provider, as it may be written."""

from __future__ import annotations

import pytest

from kalends.config.environment import Environment, Misconfigured
from kalends.delivery.provider_url import PROVIDERS, Account, BadAccount, account_of, names_one


def test_an_account_is_read_and_its_keys_are_never_shown() -> None:
    read = Account.read("mailgun://Secret%40Key@MG.clinic.example?region=eu&signing=SignKey&from=a@b.example&timeout=3")
    assert read == Account(
        "mailgun",
        "Secret@Key",
        domain="MG.clinic.example",
        signing="SignKey",
        api="https://api.eu.mailgun.net/v3/",
        sender="a@b.example",
        timeout=3.0,
    )
    assert "Key" not in repr(read)
    assert (read.name, read.connections) == ("mailgun:MG.clinic.example", 4)


@pytest.mark.parametrize("scheme", sorted(PROVIDERS))
def test_each_form_that_is_shown_can_be_read(scheme: str) -> None:
    assert Account.read(PROVIDERS[scheme].form).scheme == scheme


@pytest.mark.parametrize("url", ["postmark://ToKen-1", "postmark://ToKen-1@", "postmark://ToKen-1/?connections=4"])
def test_a_key_keeps_its_capitals(url: str) -> None:
    assert Account.read(url) == Account("postmark", "ToKen-1")


def test_what_is_no_provider_s_is_left_to_others() -> None:
    assert (names_one("smtp://a.example"), account_of("smtp://a.example"), account_of("")) == (False, None, None)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mailgun://Hidden", "EMAIL_URL cannot be read: write it as mailgun://KEY@mg.clinic.example"),
        ("postmark://Hidden@a.example", "EMAIL_URL cannot be read: write it as postmark://TOKEN"),
        ("mailjet://Hidden", "EMAIL_URL cannot be read: write it as mailjet://KEY:SECRET."),
        ("brevo://Hidden:x", "EMAIL_URL cannot be read: write it as brevo://KEY."),
        ("brevo://", "EMAIL_URL cannot be read: write it as brevo://KEY."),
        ("brevo://[Hidden", "EMAIL_URL cannot be read: write it as brevo://KEY."),
        ("mailgun://Hidden@a.example?region=mars", r"Mailgun has no region 'mars' \(it has: us, eu\)"),
        ("brevo://Hidden?region=eu", r"Brevo has no region 'eu' \(it has: none\)"),
        ("brevo://Hidden?signing=x", "Brevo knows no signing=, write it as brevo://KEY"),
        ("postmark://Hidden?tag=x", "Postmark knows no tag="),
        ("brevo://Hidden?api=http://api.example", "api is an address that begins with https://"),
        ("brevo://Hidden?api=api.example", "api is an address that begins with https://"),
        ("brevo://Hidden?timeout=0", "timeout= is a number of seconds, at most 120"),
        ("brevo://Hidden?timeout=soon", "timeout= is a number of seconds, at most 120"),
        ("brevo://Hidden?connections=51", "connections= is a number from 1 to 50"),
    ],
)
def test_what_is_wrong_is_said_at_the_start_without_the_key(url: str, sentence: str) -> None:
    with pytest.raises(BadAccount, match=sentence) as refusal:
        Account.read(url)
    assert "Hidden" not in str(refusal.value)
    with pytest.raises(Misconfigured, match=sentence):
        Environment.read({"EMAIL_URL": url})
