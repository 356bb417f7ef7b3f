"""Handing a text message over under a key that is its reference, and asking whether it was taken.

Whatever happens after the request began, it may have been taken; and since it can be asked, nothing here is ever
unknown: the delivery goes back into the queue with its mark, is asked first, and only what the gateway does not know is
handed over again, under the same key. A second hand-over that crosses the first on its way is the same message to the
gateway.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.requests import Requests
from kalends.delivery.rules import Fate, Outcome
from kalends.delivery.sms_url import SmsAddress
from kalends.foundation.phone import country_of
from kalends.foundation.text import clean_line

LONGEST_ANSWER = 4000
KEPT_SECONDS = 15.0
ANSWERED = 200
NOT_LET_IN = (401, 403)
STILL_AT_IT, TOO_FAST = 409, 429
NOTHING_NOW = (503,)


class KeyedCarrier(Requests):
    name = "keyed"

    def __init__(self, address: SmsAddress) -> None:
        super().__init__(address)
        self.centre = address.name
        self._used_at = 0.0

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        self._connect()
        if not last_call():
            return None
        message: dict[str, Any] = {
            "reference": parcel.reference,
            "to": parcel.recipient,
            "from": self.address.senders.for_country(country_of(parcel.recipient)),
            "text": parcel.content.decode(),
            "parts": parcel.parts,
            "receipts_to": parcel.signed_to,
        }
        if parcel.valid_minutes:
            message["valid_minutes"] = parcel.valid_minutes
        try:
            status, told, _ = self._ask("POST", "/messages", message, key=parcel.reference)
        except (OSError, http.client.HTTPException) as fault:
            return Outcome(Fate.LATER, _named(fault), may_have_arrived=True)
        return _understood(status, told)

    def ask(self, reference: str, *, begun: datetime) -> Outcome | None:
        self._connect()
        try:
            status, told, found = self._ask("GET", f"/messages/{quote(reference, safe='')}")
        except (OSError, http.client.HTTPException) as fault:
            return Outcome(Fate.LATER, _named(fault), may_have_arrived=True)
        if status == ANSWERED and isinstance(found.get("known"), bool):
            if not found["known"]:
                return None
            if found.get("state") != "deciding":
                return Outcome(Fate.SENT)
        away = status in (*NOT_LET_IN, TOO_FAST, *NOTHING_NOW)
        return Outcome(Fate.AWAY if away else Fate.LATER, told, may_have_arrived=True)

    def _connect(self) -> None:
        """A kept connection that ended meanwhile does no harm: what may have arrived is asked. Raises Unreachable."""
        if self._connection is not None and time.monotonic() - self._used_at < KEPT_SECONDS:
            return
        self.close()
        self._opened()

    def _ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> tuple[int, str, dict[str, Any]]:
        """The status, what was said in one line, and the answer's object. Anything broken ends the connection."""
        connection = self._connection
        assert connection is not None, "asked on a connection"
        headers = {"Authorization": f"Bearer {self.address.user}", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        whole = False
        try:
            connection.request(
                method, self.address.path + path, json.dumps(body) if body is not None else None, headers
            )
            with connection.getresponse() as answer:
                text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
                whole = answer.isclosed() or not answer.read(1)
                self._used_at = time.monotonic()
                return answer.status, clean_line(f"{answer.status} {text}".replace("\0", ""))[:300], _object(text)
        finally:
            if not whole:
                self.close()


def _understood(status: int, told: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome(Fate.SENT)
    if status in NOT_LET_IN or status == TOO_FAST:
        return Outcome(Fate.AWAY, told)
    if status in NOTHING_NOW:  # by it, or by something in between that knows nothing
        return Outcome(Fate.AWAY, told, may_have_arrived=True)
    if status >= 500 or status == STILL_AT_IT:
        return Outcome(Fate.LATER, told, may_have_arrived=True)
    return Outcome(Fate.REFUSED, told)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _named(fault: Exception) -> str:
    return clean_line(f"{type(fault).__name__}: {fault}".replace("\0", ""))[:300]
