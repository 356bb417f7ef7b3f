"""Handing a mail to a provider's API, and understanding what it answers.

Until the connection stands nothing can have arrived. From then on a missing answer is UNKNOWN: providers send a mail
twice that they are told twice, so no program tells them again. What they tell afterwards (events.py) settles it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from anymail.backends.base_requests import AnymailRequestsBackend
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailStatus
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string
from requests import RequestException, Response, TooManyRedirects

from kalends.delivery import envelope
from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.provider.gate import Gate, HeldBack, guard
from kalends.delivery.carriers.provider.mail import mail_of
from kalends.delivery.provider_url import Account
from kalends.delivery.rules import Fate, Outcome
from kalends.foundation.text import clean_line

KEPT_SECONDS = 15.0
CONNECTS_WITHIN = 10.0
LONGEST_PATIENCE = 3600.0
REASON = 300
# Of our account, and not of this mail: a wrong key, an unpaid bill, a domain that is not theirs.
NOT_LET_IN = (401, 402)
NOT_FROM_THERE = (403, 404)
TOO_FAST, NOTHING_NOW = 429, 503
# It says itself that it failed; 502 and 504 are said by something in between, which does not know.
NOT_DONE = (408, 500)
IN_DOUBT = (409,)
TAKEN = {"sent", "queued"}


class Patience:
    """Until when a provider does not want to be asked; of all conversations of a worker with it."""

    def __init__(self) -> None:
        self._until = float("-inf")

    def left(self) -> float:
        return max(self._until - time.monotonic(), 0.0)

    def ask(self, wanted: str | None) -> None:
        """As `Retry-After` has it: seconds, or a date."""
        self._until = max(self._until, time.monotonic() + min(_seconds(wanted or ""), LONGEST_PATIENCE))


class ProviderCarrier:
    centre = ""  # none of them can be asked

    def __init__(self, account: Account, patience: Patience) -> None:
        self.account = account
        self.name = account.scheme
        self._patience = patience
        self._gate = Gate()
        self._backend: AnymailRequestsBackend | None = None
        self._used_at = 0.0

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        left = self._patience.left()
        if left:
            raise Unreachable(f"{self.account.provider.title} wants to be left alone for {left:.0f} seconds")
        backend = self._opened()
        mail = mail_of(parcel, tracks=self.account.provider.tracks)
        backend.session.headers["Idempotency-Key"] = parcel.reference or None
        self._gate.close(last_call)
        try:
            backend.send_messages([mail])
        except HeldBack:
            return None
        except AnymailRecipientsRefused as fault:
            return Outcome(Fate.REFUSED, _told(fault.response))
        except AnymailError as fault:
            return self._ended(fault, mail)
        finally:
            self._used_at = time.monotonic()
        return self._taken(mail)

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()

    def interrupt(self) -> None:
        self._gate.drop()

    def _opened(self) -> AnymailRequestsBackend:
        """With a connection that is kept, unless it has been idle for so long that it may just be ending."""
        if self._backend is not None and time.monotonic() - self._used_at < KEPT_SECONDS:
            return self._backend
        self.close()
        backend: AnymailRequestsBackend = import_string(f"anymail.backends.{self.account.scheme}.EmailBackend")(
            **settings_of(self.account), timeout=(min(CONNECTS_WITHIN, self.account.timeout), self.account.timeout)
        )
        backend.open()
        guard(backend.session, self._gate)
        self._backend = backend
        return backend

    def _taken(self, mail: EmailMultiAlternatives) -> Outcome:
        """What it says of the one address, where anymail sees no fault in the answer as a whole."""
        status: AnymailStatus = vars(mail)["anymail_status"]
        if status.status and status.status <= TAKEN:
            number = status.message_id
            return Outcome(Fate.SENT, numbers=(number,) if isinstance(number, str) else (), centre=self.account.name)
        if status.esp_response.status_code >= 400:
            return self._answered(status.esp_response, mail)
        return Outcome(Fate.LATER if status.status == {"failed"} else Fate.UNKNOWN, _told(status.esp_response))

    def _ended(self, fault: AnymailError, mail: EmailMultiAlternatives) -> Outcome:
        """Raises Unreachable where nothing has left."""
        answer: Response | None = fault.response
        if answer is not None:
            return self._answered(answer, mail)
        if not isinstance(fault, RequestException):
            return Outcome(Fate.REFUSED, _clean(fault.args))  # it cannot carry such a mail
        cause = _clean(fault.__cause__)
        self.close()
        if not self._gate.is_passed:
            raise Unreachable(f"{self.account.provider.title}: {cause}") from fault
        away = isinstance(fault, TooManyRedirects)
        return Outcome(Fate.AWAY if away else Fate.UNKNOWN, cause)

    def _answered(self, answer: Response, mail: EmailMultiAlternatives) -> Outcome:
        code, told = answer.status_code, _told(answer)
        if code in (TOO_FAST, NOTHING_NOW):
            self._patience.ask(answer.headers.get("Retry-After"))
        own = envelope.sender_address() not in mail.from_email
        if code in (*NOT_LET_IN, TOO_FAST, NOTHING_NOW) or (code in NOT_FROM_THERE and not own):
            return Outcome(Fate.AWAY, told)
        if code in NOT_DONE:
            return Outcome(Fate.LATER, told)
        if 400 <= code < 500 and code not in IN_DOUBT:
            return Outcome(Fate.REFUSED, told)
        return Outcome(Fate.UNKNOWN, told)


def settings_of(account: Account) -> dict[str, Any]:
    """What anymail wants to know, by its names."""
    provider = account.provider
    named = {provider.key: account.key, provider.secret: account.secret, provider.domain: account.domain}
    named |= {**account.options, "api_url": account.api}
    return {name: value for name, value in named.items() if name and value}


def _seconds(wanted: str) -> float:
    if wanted.isascii() and wanted.isdecimal():
        return float(wanted)
    try:
        return (parsedate_to_datetime(wanted) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0


def _told(answer: Response | None) -> str:
    return _clean(f"{answer.status_code} {answer.text}") if answer is not None else ""


def _clean(words: object) -> str:
    """In one line that is never longer than the column."""
    named = f"{type(words).__name__}: {words}" if isinstance(words, Exception) else str(words)
    return clean_line(named.replace("\0", ""))[:REASON]
