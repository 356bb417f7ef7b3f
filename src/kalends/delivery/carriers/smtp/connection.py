"""A connection to the mail server: found, encrypted where it can be, signed in."""

from __future__ import annotations

import smtplib
import socket
import ssl

from kalends.delivery.carriers import Unreachable
from kalends.delivery.carriers.smtp.relay import Relay


def connect(relay: Relay) -> smtplib.SMTP:
    """Raises Unreachable, with what the operator of the installation has to look at.

    A password goes only to a server whose certificate was checked, or to this machine itself. Without one,
    encryption is taken where it is offered, as between mail servers.
    """
    try:
        server = _open(relay)
        try:
            _introduce(server, relay)
        except BaseException:
            server.close()
            raise
        return server
    except (OSError, smtplib.SMTPException) as fault:
        raise Unreachable(f"{relay.host}:{relay.port}: {_cause(fault)}") from fault


def _open(relay: Relay) -> smtplib.SMTP:
    # Without a name smtplib asks the DNS for ours, which takes long where there is none.
    name = socket.gethostname()
    if relay.encrypted:
        return smtplib.SMTP_SSL(
            relay.host, relay.port, local_hostname=name, timeout=relay.timeout, context=_trust(relay)
        )
    return smtplib.SMTP(relay.host, relay.port, local_hostname=name, timeout=relay.timeout)


def _introduce(server: smtplib.SMTP, relay: Relay) -> None:
    server.ehlo_or_helo_if_needed()
    if not relay.encrypted and server.has_extn("starttls"):
        server.starttls(context=_trust(relay))
        server.ehlo()
    if relay.user:
        if not relay.is_near and not isinstance(server.sock, ssl.SSLSocket):
            raise smtplib.SMTPException("it offers no encryption, and the password is not sent in the clear")
        server.login(relay.user, relay.password)


def _trust(relay: Relay) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if relay.is_near or not (relay.user or relay.encrypted):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _cause(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        text = fault.smtp_error.decode("utf-8", "replace") if isinstance(fault.smtp_error, bytes) else fault.smtp_error
        return f"{fault.smtp_code} {text}"[:200]
    return (str(fault) or type(fault).__name__)[:200]
