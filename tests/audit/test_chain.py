"""The sum of a link depends on every part of the entry, on nothing else, and on the link before."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.audit.chain import GENESIS, canonical, digest

ENTRY = {
    "id": UUID("01900000-0000-7000-8000-000000000001"),
    "at": datetime(2026, 12, 7, 7, 0, 0, 5, tzinfo=UTC),
    "act": "contact:edit",
    "before": {"last_name": "Aubrée", "n": 1},
    "why": "",
    "person_id": None,
}
# On a busy machine making the values takes its time; what is asked is not how long.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_the_canonical_form_is_written_in_one_way() -> None:
    written = canonical(ENTRY).decode()
    assert written == (
        '{"act":"contact:edit","at":"2026-12-07T07:00:00.000005+00:00","before":{"last_name":"Aubrée","n":1},'
        '"id":"01900000-0000-7000-8000-000000000001","person_id":null,"why":""}'
    )


def test_the_digest_is_plain_sha_256_over_the_one_before_and_the_entry() -> None:
    assert digest(GENESIS, ENTRY) == hashlib.sha256(bytes(32) + canonical(ENTRY)).digest()
    assert digest(b"\x01" * 32, ENTRY) == hashlib.sha256(b"\x01" * 32 + canonical(ENTRY)).digest()


def test_the_zone_in_which_an_instant_is_read_makes_no_difference() -> None:
    elsewhere = ENTRY["at"].astimezone(timezone(timedelta(hours=-5)))
    assert canonical({**ENTRY, "at": elsewhere}) == canonical(ENTRY)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"amount": 1j})


@unhurried
@given(st.dictionaries(st.text(), values, max_size=5))
def test_order_of_keys_makes_no_difference(entry: dict) -> None:
    assert canonical(dict(reversed(entry.items()))) == canonical(entry)


@unhurried
@given(st.dictionaries(st.text(min_size=1), values, min_size=1, max_size=5), st.data())
def test_any_other_value_gives_another_form(entry: dict, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(entry)))
    other = data.draw(values)
    if repr(other) != repr(entry[key]):
        assert canonical({**entry, key: other}) != canonical(entry)
