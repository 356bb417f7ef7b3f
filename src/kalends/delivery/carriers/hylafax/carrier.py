"""Handing a fax over: a job written down, the last call, the job submitted.

HylaFAX dials once and tries once, then the job is over: when it is tried again is decided here, by the rules that hold
for everything that leaves, and never at night behind our back. The server keeps a job for a while after it is over
(faxqclean, a quarter of an hour unless told otherwise), under the tag that is our reference: so it can be asked what
became of it, and after a crash whether it ever came.
"""

from __future__ import annotations

import contextlib
import ftplib
import re
import socket
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_noop

from kalends.delivery.carriers import NO_LONGER_KNOWN, Course, Followed, Parcel
from kalends.delivery.carriers.hylafax.talk import DONE, FAILED, Job, Refused, Talk, quoted, told
from kalends.delivery.fax_url import FaxServer
from kalends.delivery.rules import Fate, Outcome

# Without a free line for so long (days, hours, minutes) a job is given up: then it counts as busy.
WAITS_FOR_A_LINE = "000030"
# A job that is over is kept for a quarter of an hour at least: what is missing after that may have been sent.
REMEMBERS = timedelta(minutes=10)
# Millimetres and lines per inch: A4, fine.
A4 = {"PAGEWIDTH": "209", "PAGELENGTH": "296", "VRES": "196"}

BROKEN_OFF = gettext_noop("The line broke off before all pages were confirmed.")
TAKEN_OUT = gettext_noop("Somebody took it out of the queue of the fax server.")
# What the server says, by its beginning, and how we say it; anything else is passed on as it is.
SAYINGS = {
    "Busy": gettext_noop("The line was busy."),
    "No answer": gettext_noop("Nobody answered."),
    "No carrier": gettext_noop("No fax machine answered."),
    "Kill time expired": gettext_noop("The fax server had no free line."),
}
_ABORTED = "Job aborted"
_OVER = re.compile(r"; too many attempts.*$")


class HylafaxCarrier:
    name = "hylafax"

    def __init__(self, server: FaxServer) -> None:
        self.server = server
        self.centre = f"hylafax:{server.user}@{server.host}:{server.port}"
        self._talk: Talk | None = None

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        talk = self._talk = Talk(self.server)
        try:
            try:
                talk.begin(parcel.content, self._parameters(parcel))
                return self._submit(talk) if last_call() else None
            except Refused as fault:
                return Outcome(Fate.REFUSED, str(fault))
        finally:
            self.close()

    def ask(self, reference: str, *, begun: datetime) -> Outcome | None:
        with contextlib.closing(Talk(self.server)) as talk:
            if any(job.tag == reference for job in talk.jobs()):
                return Outcome(Fate.SENT)
        if datetime.now(UTC) - begun > REMEMBERS:
            return Outcome(Fate.UNKNOWN, NO_LONGER_KNOWN)
        return None

    def follow(self, references: Collection[str]) -> Mapping[str, Followed]:
        with contextlib.closing(Talk(self.server)) as talk:
            # Sent again by a person, one may have two jobs of the same tag: the later one counts.
            jobs = {job.tag: job for job in sorted(talk.jobs(), key=lambda job: job.number) if job.tag in references}
            return {tag: _followed(job, talk) for tag, job in jobs.items()}

    def close(self) -> None:
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.close()

    def interrupt(self) -> None:
        talk = self._talk
        if talk is not None and talk.socket is not None:
            with contextlib.suppress(OSError):
                talk.socket.shutdown(socket.SHUT_RDWR)

    def _submit(self, talk: Talk) -> Outcome:
        try:
            talk.submit()
        except (OSError, EOFError, ftplib.Error) as fault:
            return Outcome(Fate.LATER, told(fault), may_have_arrived=True)
        return Outcome(Fate.SENT)

    def _parameters(self, parcel: Parcel) -> Mapping[str, str]:
        number = self.server.dialled(parcel.recipient)
        return {
            "FROMUSER": quoted(parcel.sender),
            "DIALSTRING": quoted(number),
            "EXTERNAL": quoted(number),
            "JOBINFO": quoted(parcel.reference),
            "MODEM": quoted(self.server.modem),
            "MAXDIALS": "1",
            "MAXTRIES": "1",
            "LASTTIME": WAITS_FOR_A_LINE,
            "NOTIFY": "none",
            **A4,
        }


def _followed(job: Job, talk: Talk) -> Followed:
    if job.state == DONE:
        return Followed(Course.ARRIVED, parts=job.pages, machine=talk.answering_machine(job.number))
    if job.state != FAILED:
        return Followed(Course.UNDER_WAY)
    if job.said.startswith(_ABORTED):
        return Followed(Course.TAKEN_OUT, TAKEN_OUT)
    if job.tries:
        return Followed(Course.BROKEN_OFF, BROKEN_OFF, parts=job.pages)
    said = next((ours for theirs, ours in SAYINGS.items() if job.said.startswith(theirs)), _OVER.sub("", job.said))
    return Followed(Course.NOBODY, said)
