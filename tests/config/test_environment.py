"""What is set from outside: read as it is meant, or refused in a sentence that names the variable."""

import os
from pathlib import Path

import pytest

from kalends.config.environment import Environment, Misconfigured, database_settings

URL = "postgresql://app:secret@db.example.org/kalends"


def test_nothing_set() -> None:
    found = Environment.read({})
    assert found == Environment(
        port=8000,
        data=Path("/var/lib/kalends") if os.geteuid() == 0 else Path.cwd() / ".data",
        database_url="",
        database_owner_url="",
        given_secret_key="",
        base_url="http://127.0.0.1:8000",
        email_url="",
        sms_url="",
        email_sender_domains=frozenset(),
        bounce_address="",
        bounces=None,
        fax_url="",
        limits=True,
        licensing=False,
        private_calendars=False,
        live_streams=400,
        demo=False,
    )


def test_everything_set() -> None:
    given = {
        "PORT": "8080",
        "KALENDS_DATA": "/srv/kalends/",
        "DATABASE_URL": URL,
        "DATABASE_OWNER_URL": URL.replace("app", "owner"),
        "KALENDS_SECRET_KEY": "k" * 50,
        "KALENDS_BASE_URL": "https://agenda.example.org/",
        "EMAIL_URL": "smtp://mail.example.org:587",
        "SMS_URL": "kannel://us:secret@sms.example.org?from=Tilleuls",
        "EMAIL_SENDER_DOMAINS": "clinic.example, Cabinet.Example",
        "BOUNCE_ADDRESS": "Bounces@mail.example.org",
        "BOUNCES": "maildir:///var/mail/what%20comes%20back",
        "FAX_URL": "hylafax://us:secret@fax.example.org",
        "KALENDS_LIMITS": "off",
        "KALENDS_LICENSING": "On",
        "KALENDS_PRIVATE_CALENDARS": "on",
        "KALENDS_LIVE_STREAMS": "50",
        "KALENDS_DEMO": "on",
    }
    found = Environment.read(given)
    assert found == Environment(
        port=8080,
        data=Path("/srv/kalends"),
        database_url=URL,
        database_owner_url=URL.replace("app", "owner"),
        given_secret_key="k" * 50,
        base_url="https://agenda.example.org",
        email_url="smtp://mail.example.org:587",
        sms_url="kannel://us:secret@sms.example.org?from=Tilleuls",
        email_sender_domains=frozenset({"clinic.example", "cabinet.example"}),
        bounce_address="bounces@mail.example.org",
        bounces=Path("/var/mail/what comes back"),
        fax_url="hylafax://us:secret@fax.example.org",
        limits=False,
        licensing=True,
        private_calendars=True,
        live_streams=50,
        demo=True,
    )
    assert found.secret_key == "k" * 50
    assert "kkk" not in repr(found)


def test_set_to_nothing_is_not_set() -> None:
    empty = dict.fromkeys(["PORT", "KALENDS_DATA", "DATABASE_URL", "EMAIL_URL", "KALENDS_LIMITS"], "")
    assert Environment.read(empty) == Environment.read({})


def test_the_base_url_follows_the_port() -> None:
    assert Environment.read({"PORT": "65535"}).base_url == "http://127.0.0.1:65535"


EXAMPLE = "postgresql://role:password@host:5432/database"
UNREADABLE = (
    f"DATABASE_URL cannot be read: write it as {EXAMPLE}, with special characters of the password percent-encoded."
)
BASE_URL = "set it to the address of the installation without a path, such as https://agenda.example.org."
SMS = (
    "SMS_URL cannot be read: write it as kannel://user:password@host:13013?from=Name, "
    "or as smpp://user:password@host:2775?from=Name, or as https+json://key@host/path?from=Name&secret=…."
)
BOUNCE_ADDRESS = (
    "write it as bounces@mail.example.org, with at most 15 letters or digits before the @. "
    "Mails come back to bounces+...@mail.example.org."
)
BOUNCES = "write it as maildir:///var/mail/bounces, the path of a maildir."
EMAIL = (
    "EMAIL_URL cannot be read: write it as smtp://user:password@host:587 "
    "(smtps:// where the connection is encrypted from the start), or as an account of a provider, such as "
    "postmark://TOKEN?stream=outbound (brevo, mailgun, mailjet, mailtrap, mandrill, postmark, resend, sparkpost)."
)
CONNECTIONS = "EMAIL_URL: connections= is a number from 1 to 50, or left out."
TIMEOUT = "EMAIL_URL: timeout= is a number of seconds, at most 120, or left out."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        *(
            ({"PORT": port}, f"PORT is {port!r}: set it to a number from 1 to 65535, or leave it out.")
            for port in ("0", "65536", "-1", "80.0", "http", "٨٠", " 80", "9" * 5000)
        ),
        ({"DATABASE_URL": "mysql://app@host/kalends"}, UNREADABLE),
        ({"DATABASE_URL": "host=db dbname=kalends"}, UNREADABLE),
        ({"DATABASE_URL": "postgresql://app:50%secret@host/kalends"}, UNREADABLE),
        ({"DATABASE_URL": "postgresql://app@host"}, f"DATABASE_URL names no database: write it as {EXAMPLE}."),
        ({"DATABASE_URL": "postgresql://host/kalends"}, f"DATABASE_URL names no role: write it as {EXAMPLE}."),
        (
            {"DATABASE_OWNER_URL": URL},
            "DATABASE_OWNER_URL is set and DATABASE_URL is not: set both for a PostgreSQL of your own, "
            "or neither for the embedded one.",
        ),
        *(
            ({"KALENDS_BASE_URL": url}, f"KALENDS_BASE_URL is {url!r}: {BASE_URL}")
            for url in (
                "agenda.example.org",
                "ftp://a.org",
                "https://",
                "https://a.org/x",
                "http://a.org:x",
                "http://[",
            )
        ),
        ({"EMAIL_URL": "mail.example.org"}, EMAIL),
        ({"EMAIL_URL": "smtp://mail.example.org:port"}, EMAIL),
        ({"EMAIL_URL": "http://mail.example.org"}, EMAIL),
        ({"EMAIL_URL": "smtp://mail.example.org?connections=0"}, CONNECTIONS),
        ({"EMAIL_URL": "smtp://mail.example.org?connections=many"}, CONNECTIONS),
        ({"EMAIL_URL": "smtp://mail.example.org?timeout=soon"}, TIMEOUT),
        ({"EMAIL_URL": "smtp://mail.example.org?timeout=-1"}, TIMEOUT),
        ({"SMS_URL": "kannel://sms.example.org"}, SMS),
        ({"SMS_URL": "http://us:secret@sms.example.org"}, SMS),
        ({"SMS_URL": "kannel://us:secret@sms.example.org:port"}, SMS),
        *(
            (
                {"EMAIL_SENDER_DOMAINS": domain},
                f"EMAIL_SENDER_DOMAINS names {domain!r}: write domains as clinic.example, with commas between them.",
            )
            for domain in ("a@clinic.example", "clinic", "*.example", "bücher.example")
        ),
        *(
            ({"BOUNCE_ADDRESS": address}, f"BOUNCE_ADDRESS is {address!r}: {BOUNCE_ADDRESS}")
            for address in (
                "bounces",
                "sixteen-letters-@a.example.org",
                "a+b@example.org",
                "é@example.org",
                "a@localhost",
            )
        ),
        *(
            ({"BOUNCES": url, "BOUNCE_ADDRESS": "a@b.example"}, f"BOUNCES is {url!r}: {BOUNCES}")
            for url in ("/var/mail/bounces", "maildir:///", "maildir://host/path", "imap://host/box")
        ),
        (
            {"BOUNCES": "maildir:///var/mail/bounces"},
            "BOUNCES is set and BOUNCE_ADDRESS is not: set the address whose mail lies in that folder.",
        ),
        (
            {"FAX_URL": "hylafax://fax.example.org:port"},
            "FAX_URL is no way out for faxes: it cannot be read: write it as hylafax://user:password@host:4559, "
            "or mailto:{number}@fax.example.org.",
        ),
        (
            {"FAX_URL": "mailto:{number}@fax.example.org"},
            "FAX_URL is a mailbox and EMAIL_URL is not set: set EMAIL_URL too, for these faxes leave as mails.",
        ),
        (
            {"SMS_URL": "kannel://us:secret@sms.example.org?from=Clémence"},
            "SMS_URL: The sender 'Clémence' is no name that phones show: plain letters, digits and spaces only.",
        ),
        ({"KALENDS_LIMITS": "maybe"}, "KALENDS_LIMITS is 'maybe': set it to on or off."),
        ({"KALENDS_LICENSING": "2"}, "KALENDS_LICENSING is '2': set it to on or off."),
    ],
)
def test_refusals(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        Environment.read(given)
    assert str(refusal.value) == sentence


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(Misconfigured) as refusal:
        Environment.read({"DATABASE_URL": "postgresql://app:hidden%zz@host/kalends"})
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://app:p%40ss%2Fw%3A%C3%A9rd@db.example.org:6432/kalends?sslmode=require&connect_timeout=3",
            ("kalends", "app", "p@ss/w:érd", "db.example.org", "6432", {"sslmode": "require", "connect_timeout": "3"}),
        ),
        (
            "postgres://app@/kalends?host=%2Fvar%2Frun%2Fpostgresql",
            ("kalends", "app", "", "/var/run/postgresql", "", {}),
        ),
        ("postgresql://app:x@%2Frun%2Fpg/kalends", ("kalends", "app", "x", "/run/pg", "", {})),
        ("postgresql://app:x@[::1]:5433/kalends", ("kalends", "app", "x", "::1", "5433", {})),
    ],
)
def test_database_settings(url: str, expected: tuple[object, ...]) -> None:
    found = database_settings(url)
    name, user, password, host, port, options = expected
    assert found == {
        "ENGINE": "kalends.foundation.database.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }
