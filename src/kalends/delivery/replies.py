"""What people write back to a text message. Pure."""

from __future__ import annotations

from enum import StrEnum

from kalends.foundation import text

STOP = {"stop", "stopall", "arret", "arrets", "oprire", "opriti", "unsubscribe"}
START = {"start", "unstop", "reprendre", "reluare"}
# May follow: "Arret svp" ends it, "Arret de travail jusqu a lundi" does not (SMS-11).
COURTESY = {"svp", "sms", "merci", "please", "thanks", "all", "tout", "va", "rog", "multumesc", "s", "il", "te"}
COURTESY |= {"vous", "plait"}


class Wish(StrEnum):
    STOP = "stop"
    START = "start"


def wish(message: str) -> Wish | None:
    """Whether somebody asks for nothing more, or for more again. Anything else is a message, not a wish."""
    bare = (word.strip('!?()"«»') for word in text.words(message))
    first, *rest = [word for word in bare if word] or [""]
    if not COURTESY.issuperset(rest):
        return None
    if first in STOP:
        return Wish.STOP
    return Wish.START if first in START else None


def number(sender: str) -> str:
    """E.164 of a sender as gateways write it: +40…, 0040…, 40… Empty for a name."""
    digits = sender.strip().removeprefix("+").removeprefix("00")
    return f"+{digits}" if digits.isascii() and digits.isdecimal() else ""
