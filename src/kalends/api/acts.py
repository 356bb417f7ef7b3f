"""Writing calls: one act in one transaction, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from kalends.api import idempotency
from kalends.api.access import Call
from kalends.api.answers import answer
from kalends.api.problems import problem_of
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal

Body = dict[str, Any]
Act = Callable[[datetime], Body]
Explain = Callable[[Refusal, datetime], Refusal]


def as_it_is(refusal: Refusal, now: datetime) -> Refusal:
    return refusal


def made(
    call: Call,
    act: Act,
    *,
    explain: Explain = as_it_is,
    unkept: str | None = None,
    reveal: Callable[[Body], str] | None = None,
) -> HttpResponse:
    """Answer 201 with what `act` made; with an idempotency key, what it made the first time.

    `explain` adds to a refusal what the caller may want next, in a transaction that no longer waits for anybody.
    `unkept`, `reveal`: see `idempotency.once`.
    """
    key = idempotency.key_of(call)
    if key is None:
        return answer(_perform(call, act, explain), status=201)
    outcome = idempotency.once(
        key,
        act,
        organization=call.organization,
        by=call.actor,
        explain=explain,
        unkept=unkept,
        reveal=reveal,
    )
    return answer(outcome.body, status=201) if outcome.status == 201 else problem_of(outcome.body)


def done(call: Call, act: Act, *, explain: Explain = as_it_is) -> HttpResponse:
    """Answer 200 with what `act` says after it. Said twice, such acts change nothing the second time."""
    return answer(_perform(call, act, explain))


def _perform(call: Call, act: Act, explain: Explain) -> Body:
    try:
        return tenancy.perform(act, organization=call.organization, by=call.actor)
    except Refusal as refusal:
        if explain is as_it_is:
            raise
        with tenancy.acting(organization=call.organization, by=call.actor) as now:
            explained = explain(refusal, now)
        raise explained from refusal
