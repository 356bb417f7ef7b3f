"""Handing a text message over, part by part, on a line that several hands share.

Until the first part is sent nothing can have arrived. A part that the network refuses to take *for now* (it is asked
too fast, its queue is full) has not arrived either, and is offered again after a breath; a part that is never
answered may have. What the network calls each part is told with the outcome: its receipts name nothing else.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Any, Protocol

from smpplib import consts

from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.smpp import coding, receipts
from kalends.delivery.carriers.smpp.coding import Part
from kalends.delivery.carriers.smpp.session import Broken, Session
from kalends.delivery.rules import Fate, Outcome
from kalends.delivery.senders import is_number
from kalends.delivery.sms_url import SmsAddress
from kalends.foundation.phone import country_of

# Seconds. Somebody who has the first part waits for the others, and half a message is none.
BREATHS, LONG_BREATHS = (0.5, 1.0, 2.0), (0.5, 1.0, 2.0, 4.0, 8.0)
LISTENS_AGAIN_AFTER = 15.0
NOT_SO_FAST = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)
FOR_NOW = (consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RX_T_APPN, consts.SMPP_ESME_RUNKNOWNERR)
# It does not know us, or not any more.
NOT_LET_IN = (consts.SMPP_ESME_RINVBNDSTS, consts.SMPP_ESME_RINVSYSID, consts.SMPP_ESME_RINVPASWD)
TON_INTERNATIONAL, TON_SHORT, TON_NAME, NPI_PHONE = 1, 3, 5, 1


class Listens(Protocol):
    def receipt(self, centre: str, number: str, *, says: str, reason: str) -> bool:
        """Of the part that `centre` calls so. False if it is none of ours, or not written down yet."""

    def reply(self, sender: str, message: str) -> None:
        """What somebody wrote back."""


class SharedLine:
    """One session of this process, opened when somebody needs it, and kept to hear what the network brings."""

    def __init__(self, address: SmsAddress, *, listening: Listens) -> None:
        self.address = address
        self._listening = listening
        self._session: Session | None = None
        self._opening = Lock()
        self._listens_after = float("-inf")
        self._references = itertools.count(secrets.randbelow(256))

    def session(self) -> Session:
        """Raises Unreachable."""
        with self._opening:
            if self._session is None or not self._session.is_alive():
                self._session = Session(self.address, hears=self._hear)
            return self._session

    def listen(self) -> None:
        """Have a line, so that what the network brings is heard also while nothing is sent."""
        session = self._session
        if (session is not None and session.is_open) or time.monotonic() < self._listens_after:
            return
        try:
            self.session()
        except Unreachable:
            self._listens_after = time.monotonic() + LISTENS_AGAIN_AFTER

    def next_reference(self) -> int:
        return next(self._references) % 256

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.part()

    def interrupt(self) -> None:
        session = self._session
        if session is not None:
            session.close()

    def _hear(self, message: Any) -> bool:
        """Something that the network brings. False: not to be placed yet."""
        octets = message.message_payload or message.short_message or b""
        text = coding.text_of(octets, esm_class=message.esm_class, data_coding=message.data_coding)
        if not receipts.is_receipt(message.esm_class):
            if text is not None:
                self._listening.reply(_written(message.source_addr), text)
            return True
        number = _written(message.receipted_message_id)
        receipt = receipts.read(text or "", number=number, state=message.message_state)
        if not (receipt.number and receipt.says):
            return True
        return self._listening.receipt(self.address.name, receipt.number, says=receipt.says, reason=receipt.reason)


class SmppCarrier:
    name = "smpp"
    centre = ""

    def __init__(self, line: SharedLine) -> None:
        self._line = line
        self._interrupted = Event()

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        session = self._line.session()
        parts = coding.parts(parcel.content.decode(), reference=self._line.next_reference())
        if not last_call():
            return None
        numbers: list[str] = []
        for part in parts:
            outcome = self._submit(session, parcel, part, numbers)
            if outcome is not None:
                return outcome
        return Outcome(Fate.SENT, numbers=tuple(numbers), centre=self._line.address.name)

    def close(self) -> None:
        self._line.close()

    def interrupt(self) -> None:
        self._interrupted.set()
        self._line.interrupt()

    def _submit(self, session: Session, parcel: Parcel, part: Part, numbers: list[str]) -> Outcome | None:
        """One part; the end of the whole, if it is one. Adds what the network calls the part."""
        for breath in (*(LONG_BREATHS if numbers else BREATHS), None):
            try:
                answer = session.ask("submit_sm", **self._addressed(parcel), **_carried(part, parcel))
            except Broken as fault:
                told = Outcome(Fate.UNKNOWN if fault.left or numbers else Fate.LATER, str(fault)[:300])
                return self._with(numbers, told)
            if answer.status == consts.SMPP_ESME_ROK:
                numbers.append(_written(answer.message_id))
                return None
            if answer.status not in NOT_SO_FAST or breath is None or self._interrupted.wait(breath):
                return self._with(numbers, _refusal(answer.status, begun=bool(numbers)))
        raise AssertionError("the last breath returns")

    def _with(self, numbers: Sequence[str], outcome: Outcome) -> Outcome:
        """What left before still gets receipts."""
        return Outcome(outcome.fate, outcome.reason, numbers=tuple(numbers), centre=self._line.address.name)

    def _addressed(self, parcel: Parcel) -> dict[str, Any]:
        sender = self._line.address.senders.for_country(country_of(parcel.recipient))
        international = sender.startswith("+")
        kind = TON_INTERNATIONAL if international else TON_SHORT if is_number(sender) else TON_NAME
        return {
            "source_addr_ton": kind if sender else 0,
            "source_addr_npi": NPI_PHONE if international else 0,
            "source_addr": sender.lstrip("+"),
            "dest_addr_ton": TON_INTERNATIONAL,
            "dest_addr_npi": NPI_PHONE,
            "destination_addr": parcel.recipient.lstrip("+"),
        }


def _carried(part: Part, parcel: Parcel) -> dict[str, Any]:
    return {
        "validity_period": _period(parcel.valid_minutes),
        "short_message": part.octets,
        "esm_class": part.esm_class,
        "data_coding": part.data_coding,
        "registered_delivery": consts.SMPP_SMSC_DELIVERY_RECEIPT_BOTH,
    }


def _period(minutes: int) -> str | None:
    """From now on, whatever the clocks of the centre show: YYMMDDhhmmss000R (SMPP 3.4, 7.1.1)."""
    if not minutes:
        return None
    days, rest = divmod(minutes, 24 * 60)
    return f"0000{days:02}{rest // 60:02}{rest % 60:02}00000R"


def _refusal(status: int, *, begun: bool) -> Outcome:
    """`begun`: earlier parts have been taken, so that the whole is not offered again."""
    told = f"SMPP 0x{status:08x} {consts.DESCRIPTIONS.get(status, '')}".strip()[:300]
    if status in (*NOT_SO_FAST, *NOT_LET_IN):
        return Outcome(Fate.UNKNOWN if begun else Fate.AWAY, told)
    if status in FOR_NOW:
        return Outcome(Fate.UNKNOWN if begun else Fate.LATER, told)
    return Outcome(Fate.REFUSED, told)


def _written(octets: Any) -> str:
    """The library leaves strings as they came."""
    text = octets.decode("latin-1") if isinstance(octets, bytes) else octets or ""
    return str(text).split("\0")[0].strip()
