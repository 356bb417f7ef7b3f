"""Handing a text message over: one request, after which it may arrive.

Until the request is sent nothing can have arrived. From then until the answer it may have: an interruption there is
UNKNOWN, and only the receipt, which names our delivery, makes it known again.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import urlencode

from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.requests import Requests
from kalends.delivery.rules import Fate, Outcome
from kalends.delivery.segments import Alphabet, alphabet_of
from kalends.foundation.phone import country_of
from kalends.foundation.text import clean_line

# Delivered, not delivered, taken by the network, refused by it; not "waits in the gateway" (4).
RECEIPTS_WANTED = 1 + 2 + 8 + 16
CODING = {Alphabet.GSM: "0", Alphabet.UCS2: "2"}
PATH = "/cgi-bin/sendsms"
LONGEST_ANSWER = 1000
# What it says when it does not know us; the same number also means that one message cannot be routed.
NOT_LET_IN = "authorization"


class KannelCarrier(Requests):
    name = "kannel"
    centre = ""

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        connection = self._opened()  # for each message: nobody can tell whether a kept one still listens
        try:
            if not last_call():
                return None
            connection.request("GET", f"{self.address.asked.get('path', PATH)}?{urlencode(self._query(parcel))}")
            with connection.getresponse() as answer:
                return _understood(answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as fault:
            return Outcome(Fate.UNKNOWN, clean_line(f"{type(fault).__name__}: {fault}".replace("\0", ""))[:300])
        finally:
            self.close()

    def _query(self, parcel: Parcel) -> dict[str, str]:
        text = parcel.content.decode()
        sender = self.address.senders.for_country(country_of(parcel.recipient))
        query = {
            "username": self.address.user,
            "password": self.address.password,
            "to": parcel.recipient,
            "text": text,
            "charset": "UTF-8",
            "coding": CODING[alphabet_of(text)],
            "dlr-mask": str(RECEIPTS_WANTED),
            # The gateway puts the kind of receipt and the network's words in place of %d and %A. Of a long message it
            # asks the network for one receipt, of the last part, and so gives one for the whole.
            "dlr-url": f"{parcel.answers_to}?type=%d&words=%A",
        }
        if parcel.valid_minutes:
            query["validity"] = str(parcel.valid_minutes)
        return query | ({"from": sender} if sender else {})


def _understood(status: int, answer: str) -> Outcome:
    told = clean_line(f"{status} {answer}".replace("\0", ""))[:300]
    if 200 <= status < 300:
        return Outcome(Fate.SENT)
    if status >= 500 or status == 429 or NOT_LET_IN in answer.lower():
        return Outcome(Fate.AWAY, told)
    return Outcome(Fate.REFUSED, told)
