"""docs/seeds/ says of every rule which test shows it: those tests are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/seeds").glob("*.md"))
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_each_rule_names_tests_that_are_there(page: Path) -> None:
    rules = [line for line in page.read_text(encoding="utf-8").splitlines() if re.match(r"\| [A-Z]+-\d", line)]
    assert rules
    named = {rule.split("|")[1].strip(): NAMED.findall(rule) for rule in rules}
    assert [rule for rule, tests in named.items() if not tests] == []
    missing = [
        f"{rule}: {path}::{test}"
        for rule, tests in named.items()
        for path, test in tests
        if not re.search(rf"^ *def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
