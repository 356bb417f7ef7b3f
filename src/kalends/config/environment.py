"""What is set from outside, read once and checked; see the table in README.md."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kalends.delivery import fax_url, provider_url, url_options
from kalends.delivery.sms_url import BadAddress, SmsAddress

SWITCH = {
    "on": True,
    "1": True,
    "true": True,
    "yes": True,
    "off": False,
    "0": False,
    "false": False,
    "no": False,
}
MOST_LIVE_STREAMS = 5000
DATABASE_EXAMPLE = "postgresql://role:password@host:5432/database"


class Misconfigured(Exception):
    """A variable of the environment cannot be used. The sentence names it and says what to do."""


@dataclass(frozen=True)
class Environment:
    port: int
    data: Path
    """Absolute; not made by reading."""
    database_url: str
    """The application's role; empty: the embedded server."""
    database_owner_url: str = field(repr=False)
    given_secret_key: str = field(repr=False)
    base_url: str
    """Without a slash at its end."""
    email_url: str = field(repr=False)
    sms_url: str = field(repr=False)
    email_sender_domains: frozenset[str]
    """For which the mail server of EMAIL_URL may send, as far as the world knows (SPF, DKIM)."""
    bounce_address: str
    """Where mails come back to, as name@host; each gets +token before the @. Empty: they come back to the sender."""
    bounces: Path | None
    """The folder that the worker reads them from."""
    fax_url: str = field(repr=False)
    limits: bool
    licensing: bool
    private_calendars: bool
    """Whether calendars may be read from addresses within one's own network."""
    live_streams: int
    """How many open agendas one web process keeps up to date."""
    demo: bool
    """Said by `kalends up --demo` to its processes, not by people."""

    @classmethod
    def read(cls, given: Mapping[str, str] = os.environ) -> Self:
        """Raises Misconfigured. A variable that is set to nothing counts as not set."""
        port = _port(given)
        return cls(
            port=port,
            data=_data(given),
            database_url=_database(given, "DATABASE_URL"),
            database_owner_url=_owner(given),
            given_secret_key=given.get("KALENDS_SECRET_KEY", ""),
            base_url=_base_url(given, port),
            email_url=_email(given),
            sms_url=_sms(given),
            email_sender_domains=_sender_domains(given),
            bounce_address=_bounce_address(given),
            bounces=_bounces(given),
            fax_url=_fax(given),
            limits=_switch(given, "KALENDS_LIMITS", default=True),
            licensing=_switch(given, "KALENDS_LICENSING", default=False),
            private_calendars=_switch(given, "KALENDS_PRIVATE_CALENDARS", default=False),
            live_streams=_live_streams(given),
            demo=_switch(given, "KALENDS_DEMO", default=False),
        )

    @property
    def secret_key(self) -> str:
        """What the `kalends` command hands to its processes; a tool started otherwise gets one of its own."""
        return self.given_secret_key or secrets.token_urlsafe(48)


def database_settings(url: str) -> dict[str, Any]:
    """Django's parameters of a database, from a URL as libpq reads it (`?host=`: the folder of a socket)."""
    parts = _parts("DATABASE_URL", url) if url else {}
    named = {key: parts.pop(name, "") for key, name in DJANGO_NAMES.items()}
    return {"ENGINE": "kalends.foundation.database.postgresql", **named, "OPTIONS": parts}


DJANGO_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def _port(given: Mapping[str, str]) -> int:
    text = given.get("PORT", "") or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise Misconfigured(f"PORT is {text!r}: set it to a number from 1 to 65535, or leave it out.")
    return int(text)


def _data(given: Mapping[str, str]) -> Path:
    default = "/var/lib/kalends" if os.geteuid() == 0 else ".data"
    return Path(os.path.abspath(Path(given.get("KALENDS_DATA", "") or default).expanduser()))


def _database(given: Mapping[str, str], variable: str) -> str:
    url = given.get(variable, "")
    if url:
        parts = _parts(variable, url)
        for part, name in (("user", "role"), ("dbname", "database")):
            if not parts.get(part):
                raise Misconfigured(f"{variable} names no {name}: write it as {DATABASE_EXAMPLE}.")
    return url


def _owner(given: Mapping[str, str]) -> str:
    url = _database(given, "DATABASE_OWNER_URL")
    if url and not given.get("DATABASE_URL"):
        raise Misconfigured(
            "DATABASE_OWNER_URL is set and DATABASE_URL is not: set both for a PostgreSQL of your own, "
            "or neither for the embedded one."
        )
    return url


def _parts(variable: str, url: str) -> dict[str, Any]:
    """The parser's own message is not passed on, because it may quote the password."""
    refusal = Misconfigured(
        f"{variable} cannot be read: write it as {DATABASE_EXAMPLE}, "
        "with special characters of the password percent-encoded."
    )
    if not url.startswith(("postgresql://", "postgres://")):
        raise refusal
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        raise refusal from None


def _base_url(given: Mapping[str, str], port: int) -> str:
    url = given.get("KALENDS_BASE_URL", "") or f"http://127.0.0.1:{port}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise Misconfigured(
            f"KALENDS_BASE_URL is {url!r}: set it to the address of the installation without a path, "
            "such as https://agenda.example.org."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _email(given: Mapping[str, str]) -> str:
    url = given.get("EMAIL_URL", "")
    if provider_url.names_one(url):
        try:
            provider_url.Account.read(url)
        except provider_url.BadAccount as fault:
            raise Misconfigured(str(fault)) from None
    elif url:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise Misconfigured(
                "EMAIL_URL cannot be read: write it as smtp://user:password@host:587 "
                "(smtps:// where the connection is encrypted from the start), or as an account of a provider, "
                f"such as {provider_url.PROVIDERS['postmark'].form} ({', '.join(provider_url.PROVIDERS)})."
            )
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        url_options.connections(asked.get("connections", ""), 1, _refuse_mail)
        url_options.seconds(asked.get("timeout", ""), 1, _refuse_mail)
    return url


def _refuse_mail(sentence: str) -> Misconfigured:
    return Misconfigured(f"EMAIL_URL: {sentence}")


def _sms(given: Mapping[str, str]) -> str:
    url = given.get("SMS_URL", "")
    if url:
        try:
            SmsAddress.read(url)
        except BadAddress as fault:
            raise Misconfigured(str(fault)) from None
    return url


def _sender_domains(given: Mapping[str, str]) -> frozenset[str]:
    domains = given.get("EMAIL_SENDER_DOMAINS", "").lower().replace(",", " ").split()
    for domain in domains:
        if not re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}", domain):
            raise Misconfigured(
                f"EMAIL_SENDER_DOMAINS names {domain!r}: write domains as clinic.example, with commas between them."
            )
    return frozenset(domains)


def _bounce_address(given: Mapping[str, str]) -> str:
    address = given.get("BOUNCE_ADDRESS", "")
    # The token takes 49 of the 64 characters before the @ (RFC 5321).
    if address and not re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,13}[a-z0-9])?@[a-z0-9.-]+\.[a-z0-9-]+", address.lower()):
        raise Misconfigured(
            f"BOUNCE_ADDRESS is {address!r}: write it as bounces@mail.example.org, with at most 15 letters or digits "
            "before the @. Mails come back to bounces+...@mail.example.org."
        )
    return address.lower()


def _bounces(given: Mapping[str, str]) -> Path | None:
    url = given.get("BOUNCES", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "maildir" or parts.netloc or not parts.path.strip("/"):
        raise Misconfigured(f"BOUNCES is {url!r}: write it as maildir:///var/mail/bounces, the path of a maildir.")
    if not given.get("BOUNCE_ADDRESS"):
        raise Misconfigured("BOUNCES is set and BOUNCE_ADDRESS is not: set the address whose mail lies in that folder.")
    return Path(unquote(parts.path))


def _fax(given: Mapping[str, str]) -> str:
    url = given.get("FAX_URL", "")
    if url:
        try:
            way = fax_url.read(url)
        except fax_url.BadFaxAddress as fault:
            raise Misconfigured(f"FAX_URL is no way out for faxes: {fault}") from None
        if isinstance(way, fax_url.FaxMailbox) and not given.get("EMAIL_URL"):
            raise Misconfigured(
                "FAX_URL is a mailbox and EMAIL_URL is not set: set EMAIL_URL too, for these faxes leave as mails."
            )
    return url


def _live_streams(given: Mapping[str, str]) -> int:
    text = given.get("KALENDS_LIVE_STREAMS", "") or "400"
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > MOST_LIVE_STREAMS:
        raise Misconfigured(
            f"KALENDS_LIVE_STREAMS is {text!r}: set it to a number from 0 to {MOST_LIVE_STREAMS}, or leave it out."
        )
    return int(text)


def _switch(given: Mapping[str, str], variable: str, *, default: bool) -> bool:
    text = given.get(variable, "").strip().lower()
    if not text:
        return default
    if text not in SWITCH:
        raise Misconfigured(f"{variable} is {given[variable]!r}: set it to on or off.")
    return SWITCH[text]
