"""Reaching a mail server: encrypted where it can be, and a password only where nobody listens."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.smtp import SmtpCarrier
from kalends.delivery.carriers.smtp.connection import connect
from kalends.delivery.carriers.smtp.relay import Relay
from kalends.delivery.rules import Fate, Outcome
from tests.delivery.sink import Sink, free_port

PARCEL = Parcel("a@b.example", "c@d.example", b"Subject: S\r\n\r\n.\r\nText\r\n")


class FarRelay(Relay):
    """The same, as if others could listen on the way."""

    @property
    def is_near(self) -> bool:
        return False


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Of nobody whom anybody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def signed_in(server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"user", b"secret")
    return AuthResult(success=right, handled=right)


@contextmanager
def server(**options: object) -> Iterator[tuple[Sink, Relay]]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield sink, Relay("127.0.0.1", controller.port, encrypted=False, timeout=2)
    finally:
        controller.stop(no_assert=True)


def hand_over(relay: Relay) -> Outcome | None:
    carrier = SmtpCarrier(relay)
    try:
        return carrier.hand_over(PARCEL, last_call=lambda: True)
    finally:
        carrier.close()


def test_a_line_with_a_dot_arrives_as_it_was() -> None:
    with server() as (sink, relay):
        assert hand_over(relay) == Outcome(Fate.SENT)
    assert sink.messages[0].get_content() == ".\r\nText\r\n"


def test_without_the_last_word_nothing_leaves() -> None:
    with server() as (sink, relay):
        carrier = SmtpCarrier(relay)
        assert carrier.hand_over(PARCEL, last_call=lambda: False) is None
        assert carrier.hand_over(PARCEL, last_call=lambda: True) == Outcome(Fate.SENT)
        carrier.close()
    assert len(sink.messages) == 1


def test_encryption_is_taken_where_it_is_offered(certificate: ssl.SSLContext) -> None:
    with server(tls_context=certificate, require_starttls=True) as (sink, relay):
        assert hand_over(relay) == Outcome(Fate.SENT)
    assert len(sink.messages) == 1


def test_a_password_goes_over_the_encrypted_line(certificate: ssl.SSLContext) -> None:
    with server(tls_context=certificate, authenticator=signed_in, auth_required=True) as (sink, relay):
        assert hand_over(replace(relay, user="user", password="secret")) == Outcome(Fate.SENT)
        with pytest.raises(Unreachable, match="535"):
            hand_over(replace(relay, user="user", password="wrong"))
    assert len(sink.messages) == 1


def test_a_far_server_that_nobody_vouches_for_gets_no_password(certificate: ssl.SSLContext) -> None:
    with server(tls_context=certificate, authenticator=signed_in) as (_, relay):
        far = FarRelay("127.0.0.1", relay.port, encrypted=False, user="user", password="secret", timeout=2)
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            connect(far)


def test_a_far_server_without_encryption_gets_no_password() -> None:
    with server(authenticator=signed_in, auth_require_tls=False) as (_, relay):
        far = FarRelay("127.0.0.1", relay.port, encrypted=False, user="user", password="secret", timeout=2)
        with pytest.raises(Unreachable, match="not sent in the clear"):
            connect(far)


def test_encrypted_from_the_start(certificate: ssl.SSLContext) -> None:
    port = free_port()
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ssl_context=certificate)
    controller.start()
    try:
        assert hand_over(Relay("127.0.0.1", port, encrypted=True, timeout=2)) == Outcome(Fate.SENT)
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            connect(FarRelay("127.0.0.1", port, encrypted=True, timeout=2))
    finally:
        controller.stop(no_assert=True)
    assert len(sink.messages) == 1
