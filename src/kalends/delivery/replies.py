"""What people write back to a text message. Pure."""

from __future__ import annotations

from enum import StrEnum

from kalends.foundation import text

STOP = {"stop", "stopall", "arret", "arrets", "oprire", "opriti", "unsubscribe"}
START = {"start", "unstop", "reprendre", "reluare"}
# In place of it, as people say that a number is no longer whose it was (TEL-08).
NOT_ME = {
    *(("not", "me"), ("wrong", "number"), ("wrong", "person")),
    *(("pas", "moi"), ("ce", "n", "est", "pas", "moi"), ("c", "est", "pas", "moi")),
    *(("faux", "numero"), ("mauvais", "numero")),
    *(("nu", "eu"), ("nu", "sunt", "eu"), ("numar", "gresit"), ("persoana", "gresita")),
}
# May follow: "Arret svp" ends it, "Arret de travail jusqu a lundi" does not (SMS-11).
COURTESY = {"svp", "sms", "merci", "please", "thanks", "all", "tout", "va", "rog", "multumesc", "s", "il", "te"}
COURTESY |= {"vous", "plait"}


class Wish(StrEnum):
    STOP = "stop"
    START = "start"
    STRANGER = "stranger"


def wish(message: str) -> Wish | None:
    """Whether somebody asks for nothing more, or for more again, or is not whom we meant. Anything else is a message,
    not a wish."""
    bare = (word.strip('!?.,()"«»') for word in text.words(message))
    first, *rest = [word for word in bare if word] or [""]
    meant = [first, *rest]
    while meant and meant[-1] in COURTESY:
        meant.pop()
    if tuple(meant) in NOT_ME:
        return Wish.STRANGER
    if not COURTESY.issuperset(rest):
        return None
    if first in STOP:
        return Wish.STOP
    return Wish.START if first in START else None


def number(sender: str) -> str:
    """E.164 of a sender as gateways write it: +40…, 0040…, 40… Empty for a name."""
    digits = sender.strip().removeprefix("+").removeprefix("00")
    return f"+{digits}" if digits.isascii() and digits.isdecimal() else ""
