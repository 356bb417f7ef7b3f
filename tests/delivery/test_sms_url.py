"""SMS_URL as it may be written, and what phones show as the sender (SMS-10)."""

from __future__ import annotations

import pytest

from kalends.delivery.senders import BadSender, Senders
from kalends.delivery.sms_url import BadAddress, SmsAddress


def test_an_address_is_read() -> None:
    asked = {"from": "Dr Popa", "timeout": "3", "path": "/send"}
    read = SmsAddress.read("kannels://us:p%40ss@sms.example?from=Dr%20Popa&timeout=3&path=/send")
    assert read == SmsAddress(
        "kannel", "sms.example", 443, True, "us", "p@ss", senders=Senders("Dr Popa"), timeout=3.0, asked=asked
    )
    assert "p@ss" not in repr(read)
    assert (read.name, read.connections) == ("kannel:us@sms.example:443", 8)


@pytest.mark.parametrize(
    ("url", "speaks", "port", "encrypted"),
    [
        ("kannel://us:x@sms.example", "kannel", 13013, False),
        ("smpp://us:x@sms.example", "smpp", 2775, False),
        ("smpps://us:x@sms.example", "smpp", 3550, True),
        ("https+json://key@sms.example/v1/?secret=s", "json", 443, True),
        ("http+json://key@127.0.0.1:8080?secret=s&connections=50", "json", 8080, False),
    ],
)
def test_what_is_spoken(url: str, speaks: str, port: int, encrypted: bool) -> None:
    read = SmsAddress.read(url)
    assert (read.speaks, read.port, read.encrypted) == (speaks, port, encrypted)
    assert read.path in ("", "/v1")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "cannot be read: write it as kannel://user:password@host:13013"),
        ("http://us:x@sms.example", "or as smpp://user:password@host:2775"),
        ("smpp://sms.example", "or as https\\+json://key@host/path"),
        ("kannel://us:x@sms.example:99999", "cannot be read"),
        ("https+json://key@sms.example", "lacks secret=, with which the gateway signs"),
        ("smpp://us:ninechars@sms.example", "passwords of 8 characters"),
        ("smpp://us:x@sms.example?timeout=0", "timeout= is a number of seconds"),
        ("smpp://us:x@sms.example?timeout=soon", "timeout= is a number of seconds"),
        ("smpp://us:x@sms.example?connections=51", "connections= is a number from 1 to 50"),
        ("smpp://us:x@sms.example?from=Clinique%20des%20Tilleuls", "SMS_URL: The sender .* is too long"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(BadAddress, match=sentence) as refusal:
        SmsAddress.read(url)
    assert "ninechars" not in str(refusal.value)
    assert str(refusal.value).startswith("SMS_URL")


def test_each_country_is_shown_its_own() -> None:
    senders = Senders.read({"from": "Tilleuls", "from-CA": "+15145550199", "path": "/x"})
    assert [senders.for_country(country) for country in ("FR", "RO", "CA")] == ["Tilleuls", "Tilleuls", "+15145550199"]
    assert [senders.reach(country) for country in ("FR", "CA", "US")] == [True, True, False]
    assert Senders.read({}).reach("US")


@pytest.mark.parametrize("sender", ["Tilleuls", "Dr Popa", "A1", "36123", "+33644630001", "+40722123456"])
def test_what_phones_show(sender: str) -> None:
    assert Senders.read({"from": sender}).usual == sender


@pytest.mark.parametrize(
    ("sender", "sentence"),
    [
        ("Centre medical", "too long"),
        ("Clémence", "plain letters"),
        ("Ștefan", "plain letters"),
        ("Centre-Til", "plain letters"),
        (" Tilleuls", "plain letters"),
        ("12345678", "no number that can be answered"),
        ("٣٦١٢٣", "no number that can be answered"),
        ("0612345678", "no number that can be answered"),
        ("+", "no number that can be answered"),
        ("+331234", "no number that can be answered"),
        ("Ameli", "somebody else"),
        ("INFO AMELI", "somebody else"),
        ("La Poste", "somebody else"),
        ("Fan Courier", "somebody else"),
    ],
)
def test_sms_10_what_no_phone_shows_or_is_somebody_else_s_is_refused(sender: str, sentence: str) -> None:
    with pytest.raises(BadSender, match=sentence):
        Senders.read({"from": sender})


def test_sms_10_where_names_are_not_shown_a_number_is_needed() -> None:
    with pytest.raises(BadSender, match="Phones in CA show no names"):
        Senders.read({"from": "Tilleuls", "from-CA": "Tilleuls"})
