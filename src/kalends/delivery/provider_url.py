"""EMAIL_URL, where it names a provider: its account, checked before the first mail.

    brevo://KEY       mailtrap://TOKEN     mandrill://KEY     postmark://TOKEN     resend://KEY     sparkpost://KEY
    mailgun://KEY@mg.clinic.example        mailjet://KEY:SECRET

Of all: `from` (the sender's address), `timeout` (seconds, 20), `connections` (4), and `api`, where it is asked instead
of its usual address. `region=eu`: Mailgun, SparkPost. `signing`: with what Mailgun, Mailtrap and Mandrill sign what
they tell. `stream`: of Postmark. Special characters of keys are percent-encoded.

Read by the web and at the start, so nothing here imports what speaks with providers. These are the ones that
django-anymail maintains, that need no further package, and that tell which mail they speak of; others are reached over
SMTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from kalends.delivery.url_options import connections, seconds

TIMEOUT = 20.0
CONNECTIONS = 4
OPTIONS = ("from", "timeout", "connections", "api")


@dataclass(frozen=True, slots=True)
class Provider:
    title: str
    form: str
    key: str = "api_key"
    """What anymail calls it; so with the next three."""
    domain: str = ""
    secret: str = ""
    signing: str = ""
    """With what it signs; empty: it does not, and a password in the address that it calls has to do."""
    has_to_sign: bool = False
    regions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the address, by their name there: what anymail calls them."""
    tracks: bool = False
    """It can be told of each mail to leave its links alone; of the others the account has to be set so."""


PROVIDERS = {
    "brevo": Provider("Brevo", "brevo://KEY"),
    "mailgun": Provider(
        "Mailgun",
        "mailgun://KEY@mg.clinic.example?region=eu&signing=KEY",
        domain="sender_domain",
        signing="webhook_signing_key",
        has_to_sign=True,
        regions={"us": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"},
        tracks=True,
    ),
    "mailjet": Provider("Mailjet", "mailjet://KEY:SECRET", secret="secret_key", tracks=True),  # noqa: S106 its name
    "mailtrap": Provider("Mailtrap", "mailtrap://TOKEN?signing=SECRET", key="api_token", signing="tracking_secret"),
    "mandrill": Provider(
        "Mandrill", "mandrill://KEY?signing=KEY", signing="webhook_key", has_to_sign=True, tracks=True
    ),
    "postmark": Provider(
        "Postmark",
        "postmark://TOKEN?stream=outbound",
        key="server_token",
        options={"stream": "message_stream"},
        tracks=True,
    ),
    "resend": Provider("Resend", "resend://KEY"),
    "sparkpost": Provider(
        "SparkPost",
        "sparkpost://KEY?region=eu",
        regions={"us": "https://api.sparkpost.com/api/v1/", "eu": "https://api.eu.sparkpost.com/api/v1/"},
        tracks=True,
    ),
}


class BadAccount(ValueError):
    """The sentence says what to write instead, and never holds a key."""


@dataclass(frozen=True, slots=True)
class Account:
    scheme: str
    key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    domain: str = ""
    signing: str = field(default="", repr=False)
    api: str = ""
    sender: str = ""
    timeout: float = TIMEOUT
    connections: int = CONNECTIONS
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, url: str) -> Self:
        """Raises BadAccount."""
        try:
            parts = urlsplit(url)
        except ValueError:  # of brackets; it would quote what stands there
            parts = SplitResult(url.partition("://")[0], "", "", "", "")
        provider = PROVIDERS[parts.scheme]
        key, secret, domain = _who(parts)
        if not key or bool(secret) != bool(provider.secret) or bool(domain) != bool(provider.domain):
            raise BadAccount(f"EMAIL_URL cannot be read: write it as {provider.form}.")
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        read = cls(
            scheme=parts.scheme,
            key=key,
            secret=secret,
            domain=domain,
            signing=asked.pop("signing", "") if provider.signing else "",
            api=_api(asked, provider),
            sender=asked.get("from", ""),
            timeout=seconds(asked.get("timeout", ""), TIMEOUT, _refuse),
            connections=connections(asked.get("connections", ""), CONNECTIONS, _refuse),
            options={named: asked.pop(name) for name, named in provider.options.items() if name in asked},
        )
        unknown = sorted(asked.keys() - {*OPTIONS, *(("region",) if provider.regions else ())})
        if unknown:
            raise BadAccount(f"EMAIL_URL: {provider.title} knows no {unknown[0]}=, write it as {provider.form}.")
        return read

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.scheme]

    @property
    def name(self) -> str:
        """Of the account, to tell its numbers from those of others."""
        return f"{self.scheme}:{self.domain}" if self.domain else self.scheme


def names_one(url: str) -> bool:
    return url.partition("://")[0] in PROVIDERS


@lru_cache(8)
def account_of(url: str) -> Account | None:
    """None where mail leaves in another way."""
    return Account.read(url) if names_one(url) else None


def _who(parts: SplitResult) -> tuple[str, str, str]:
    """Key, secret and domain. urlsplit would write what stands at the host's place in small letters."""
    before, at, after = parts.netloc.rpartition("@")
    key, _, secret = (before if at else after).partition(":")
    return unquote(key), unquote(secret), after if at else ""


def _api(asked: dict[str, str], provider: Provider) -> str:
    """Where it is asked; empty: where it usually is. The key does not go over the net in the clear."""
    region, api = asked.get("region", ""), asked.get("api", "")
    if region and region not in provider.regions:
        known = ", ".join(provider.regions) or "none"
        raise BadAccount(f"EMAIL_URL: {provider.title} has no region {region!r} (it has: {known}).")
    if api:
        host = urlsplit(api).hostname or ""
        near = host in ("localhost", "::1") or host.startswith("127.")
        if not (host and api.startswith(("https://", "http://") if near else "https://")):
            raise BadAccount("EMAIL_URL: api is an address that begins with https://.")
    return api or provider.regions.get(region, "")


def _refuse(sentence: str) -> BadAccount:
    return BadAccount(f"EMAIL_URL: {sentence}")
