"""What a message that came back says. Pure: bytes in, `Returned` out.

flufl.bounce knows the many forms of such messages and tells which addresses they are about; how final it is, is read
here from the status codes of RFC 3463, which it does not look at.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from flufl.bounce import all_failures

from kalends.foundation.text import clean_line

# Of a fault in one of its readers it would log the message, which holds a patient's address.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

MOST_BYTES = 200_000  # what it says stands before the copy of the message
LONGEST_LINE, LONGEST_WORDS = 1000, 160
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "X-Envelope-To")
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?[:,;]?|https?://\S+")
_EXPIRED = (4, 7)
# Said of the address, and not of this one message, of its sender or of a mailbox that is full.
_ABOUT_THE_ADDRESS = {(0, 0), *((1, n) for n in (0, 1, 2, 3, 4, 5, 6, 10)), (2, 0), (2, 1), *((4, n) for n in range(5))}


# What a server says at once of an address; without such a code it may dislike the sender, or not relay.
_NO_SUCH_ADDRESS = {*((1, n) for n in (1, 2, 3, 6, 10)), (2, 1)}


class Finality(StrEnum):
    DELAYED = "delayed"  # it is still being tried
    LOST = "lost"  # this message will not arrive; another may
    DEAD = "dead"  # nothing arrives there


@dataclass(frozen=True, slots=True)
class Bounce:
    """`about`: the addresses it names, in lower case. `words` hold none, nor a link. `is_report`: it was written for
    programs to read, and not only for people.
    """

    finality: Finality
    about: frozenset[str]
    status: str
    words: str
    is_report: bool

    @property
    def reason(self) -> str:
        return f"{self.status} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Returned:
    """`addressed_to`: whatever its headers say of whom it was for; anybody can write them. `bounce` is None where it
    is none: a letter, or the answer of a mailbox that answers by itself.
    """

    addressed_to: str
    bounce: Bounce | None


class Unreadable(ValueError):
    """It was made so that no program reads it, or nobody has thought of it."""


def read(raw: bytes) -> Returned:
    """Raises Unreadable."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES])
        values = (_text(value) for name in ADDRESSED for value in message.get_all(name, ()))
        return Returned("\n".join(values), None if _answers_by_itself(message) else _bounce(message))
    except Exception as fault:  # of flufl.bounce, of email: neither says which
        raise Unreadable from fault


def no_such_address(answer: str) -> str:
    """What a server answered to the name of a recipient, if it says that there is none: 5.1.1 No such user."""
    status = _CODE.search(answer)
    if not (status and status[1] == "5" and (int(status[2]), int(status[3])) in _NO_SUCH_ADDRESS):
        return ""
    return f"{status.group()} {_words(_ADDRESS.sub(' ', answer[:LONGEST_LINE]))}".strip()


def told(answer: str, *, finality: Finality) -> Bounce:
    """What a provider says of a mail that it took: `finality` is its own word. Where it hands on what the other server
    answered, that tells whether it was said of the address, or of this one mail."""
    line = _ADDRESS.sub(" ", answer[:LONGEST_LINE].removeprefix("smtp;"))
    status = _status(line)
    if finality == Finality.DEAD and status:
        finality = _finality(status, failed=True)
    return Bounce(finality, frozenset(), status, _words(line), is_report=True)


def _bounce(message: Message) -> Bounce | None:
    delayed, failed = all_failures(message)
    about = frozenset(address.decode("ascii").lower() for address in failed or delayed)
    if not about:
        return None
    report = [_ADDRESS.sub(" ", line[:LONGEST_LINE]) for line in _report(message, about)]
    said = [status for status in map(_status, report) if status]
    status = next((one for one in said if not one.endswith(".0.0")), said[0] if said else "")
    words = next(filter(None, map(_words, report)), "")
    return Bounce(_finality(status, failed=bool(failed)), about, status, words, any(_statuses(message)))


def _finality(status: str, *, failed: bool) -> Finality:
    kind, *rest = (int(number) for number in status.split(".")) if status else (5 if failed else 4, 0, 0)
    code = (rest[0], rest[1])
    if not failed:  # OpenSMTPD 6.8 calls "delayed" what it has given up
        return Finality.LOST if code == _EXPIRED else Finality.DELAYED
    return Finality.DEAD if kind == 5 and code in _ABOUT_THE_ADDRESS else Finality.LOST


def _answers_by_itself(message: Message) -> bool:
    """RFC 3834. Bounces too say `auto-replied`, but they bring a report along, or name who failed."""
    said = _text(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    marked = said not in ("", "no") or "X-Autoreply" in message or "X-Autorespond" in message
    return marked and "X-Failed-Recipients" not in message and not any(_statuses(message))


def _statuses(message: Message) -> Iterator[Message]:
    """The blocks of fields of a machine-readable report (RFC 3464)."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _report(message: Message, about: frozenset[str]) -> Iterator[str]:
    """Lines that may say why, the most telling first.

    OpenSMTPD says 5.0.0 of everything in its report, and what the other server answered in its text.
    """
    blocks = [block for block in _statuses(message) if "Action" in block]
    yield from (_text(block.get("Diagnostic-Code", "")).partition(";")[2] for block in blocks)
    yield from (line for line in _first_text(message).splitlines() if any(one in line.lower() for one in about))
    yield from (_text(block.get("Status", "")) for block in blocks)


def _first_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            content = part.get_payload(decode=True)
            return content.decode("utf-8", "replace")[:20_000] if isinstance(content, bytes) else ""
    return ""


def _status(line: str) -> str:
    """5.1.1; of an answer without one, such as 550, its first digit: 5.0.0."""
    if code := _CODE.search(line):
        return code.group()
    reply = _REPLY.search(line)
    return f"{reply.group(1)}.0.0" if reply else ""


def _words(line: str) -> str:
    """What a server said, without the codes."""
    bare = _REPLY.sub("", _CODE.sub("", line), count=1)
    return clean_line(bare).strip(" :-;,.")[:LONGEST_WORDS]


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8", "replace").replace("\0", "")
