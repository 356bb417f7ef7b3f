"""How often one may ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.test import override_settings

from kalends.foundation import limits
from kalends.foundation.database.models import new_id
from kalends.foundation.errors import TooManyRequests
from kalends.foundation.limits import Limit, spend_public_act


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def passes(limit: Limit, key: object) -> bool:
    try:
        limit.spend(key)
    except TooManyRequests:
        return False
    return True


def test_so_many_in_a_span_and_each_key_by_itself() -> None:
    clock = Clock()
    limit = Limit(2, seconds=60, clock=clock)
    assert [passes(limit, "a") for _ in range(3)] == [True, True, False]
    assert passes(limit, "b")
    with pytest.raises(TooManyRequests) as refused:
        limit.spend("a")
    assert refused.value.details["retry_after"] == 21  # 1000 s are 16 spans and 40 s
    clock.now += 20
    assert passes(limit, "a")


def test_lim_09_of_parallel_tries_exactly_as_many_as_allowed_pass() -> None:
    limit, start = Limit(5, seconds=3600), Barrier(16)

    def one(_number: int) -> list[bool]:
        start.wait(30)
        return [passes(limit, "a") for _ in range(50)]

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(one, range(16)))
    assert sum(map(sum, results)) == 5


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 3)
    limit = Limit(1, seconds=60, clock=Clock())
    assert [passes(limit, key) for key in "abcd"] == [True] * 4
    assert [passes(limit, key) for key in "abcd"] == [False, False, False, True]


def test_addresses_of_one_household_count_together_and_others_do_not() -> None:
    clinic = new_id()
    for number in range(limits.PUBLIC_ACTS.most):
        spend_public_act(clinic, f"2001:db8:0:1::{number:x}")
    with pytest.raises(TooManyRequests):
        spend_public_act(clinic, "2001:db8:0:1:ffff::1")
    for other in ("2001:db8:0:2::1", "203.0.113.7", ""):
        spend_public_act(clinic, other)
    spend_public_act(new_id(), "2001:db8:0:1::1")
    with override_settings(LIMITS=False):
        spend_public_act(clinic, "2001:db8:0:1::1")
