"""The same call twice is one act: the first answer is kept for a day and given again.

A caller names the call with `Idempotency-Key`. Successes and conflicts are kept, in the transaction of the act;
other refusals are not, so that a mended call may use its key again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import errors as postgres

from kalends.api.access import Call, caller
from kalends.api.models import KeptAnswer
from kalends.api.problems import document
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid, Refusal
from kalends.organizations.models import Organization

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
WAIT_SECONDS = 10

Body = dict[str, Any]
_TURN = """
SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s, %s)
"""
_USUAL_WAIT = "SELECT set_config('lock_timeout', %s, true)"


class InProgress(Refusal):
    code = "in_progress"
    sentence = _("The first call with this key is still running. Ask again in a moment.")


class KeyReused(Invalid):
    code = "key_reused"
    sentence = _("This key was already used for another call.")


@dataclass(frozen=True, slots=True)
class Key:
    """One call of one caller: the key, and what came with it, as hashes."""

    caller: str
    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    body: Body


def key_of(request: Call) -> Key | None:
    """The key of a call; None where none was sent. Raises Invalid for one that is no key."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    if not 1 <= len(text) <= LONGEST_KEY or not (text.isascii() and text.isprintable()):
        raise Invalid([FieldError(HEADER, _("1 to 255 printable characters, please."))])
    said = b"%s %s\n%s" % ((request.method or "").encode(), request.path.encode(), request.body)
    return Key(caller(request), hashlib.sha256(text.encode()).digest(), hashlib.sha256(said).digest())


def once(
    key: Key,
    act: Callable[[datetime], Body],
    *,
    organization: Organization,
    by: Actor,
    explain: Callable[[Refusal, datetime], Refusal],
    unkept: str | None = None,
    reveal: Callable[[Body], str] | None = None,
) -> Outcome:
    """Do `act` for the first call with `key`; for every later one, give the first answer.

    A refusal with 409 is an answer too, in the words of `explain`. The field named `unkept` is never kept:
    `reveal` works it out again from the kept rest. Raises InProgress when the first call takes more than ten
    seconds, KeyReused when it said something else, and the refusals that are not kept.
    """

    def perform(now: datetime) -> Outcome:
        _wait_turn(organization, key)
        kept = organization.kept_answers.filter(caller=key.caller, key_hash=key.key).first()
        if kept is not None and kept.kept_at > now - KEPT_FOR:
            return _given_again(kept, key, unkept, reveal)
        if kept is not None:
            kept.delete()
        try:
            with transaction.atomic():
                outcome = Outcome(201, act(now))
        except Refusal as refusal:
            explained = explain(refusal, now)
            if explained.status != 409:
                raise explained from refusal
            outcome = Outcome(409, document(explained))
        _keep(organization, key, outcome, unkept, now)
        return outcome

    return tenancy.perform(perform, organization=organization, by=by)


def forget(organization: Organization, *, now: datetime) -> int:
    """Delete what was kept for a day. Runs inside `tenancy.acting`; returns how many."""
    count, _each = organization.kept_answers.filter(kept_at__lte=now - KEPT_FOR).delete()
    return count


def turn_of(organization: Organization, key: Key) -> tuple[int, int]:
    """The lock of a key: two numbers, a space of their own beside the locks of agendas."""
    digest = hashlib.sha256(organization.id.bytes + key.caller.encode() + key.key).digest()
    return int.from_bytes(digest[:4], signed=True), int.from_bytes(digest[4:8], signed=True)


def _wait_turn(organization: Organization, key: Key) -> None:
    """One at a time for each key, ten seconds at most. The lock ends with the transaction."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(_TURN, [f"{WAIT_SECONDS * 1000:.0f}ms", *turn_of(organization, key)])
        except OperationalError as fault:
            if isinstance(fault.__cause__, postgres.LockNotAvailable):
                raise InProgress from fault
            raise
        usual = cursor.fetchone()[0]
        cursor.execute(_USUAL_WAIT, [usual])


def _given_again(kept: KeptAnswer, key: Key, unkept: str | None, reveal: Callable[[Body], str] | None) -> Outcome:
    if bytes(kept.body_hash) != key.body:
        raise KeyReused([FieldError(HEADER, KeyReused.sentence)])
    body = orjson.loads(kept.answer)
    if unkept is not None and reveal is not None and unkept in body:
        body[unkept] = reveal(body)
    return Outcome(kept.status, body)


def _keep(organization: Organization, key: Key, outcome: Outcome, unkept: str | None, now: datetime) -> None:
    body = {**outcome.body, unkept: None} if unkept in outcome.body else outcome.body
    KeptAnswer(
        organization=organization,
        caller=key.caller,
        key_hash=key.key,
        body_hash=key.body,
        status=outcome.status,
        answer=orjson.dumps(body).decode(),  # as text, so that it is given again letter by letter
        kept_at=now,
    ).save(force_insert=True)
