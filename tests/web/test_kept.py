"""`{% kept %}`: rendered once for each language and each of the values that it names."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, engines
from django.utils import translation

SOURCE = (
    "{% kept day choices %}{{ seen.again }} {{ day }} {% translate 'Yes' %} "
    "{% for key, word in choices %}{{ key }}{% endfor %}{% endkept %}"
)


@pytest.fixture(autouse=True)
def nothing_kept_is_old() -> None:
    """Here it is counted how often a thing is made."""


class Counter:
    def __init__(self) -> None:
        self.times = 0

    def again(self) -> int:
        self.times += 1
        return self.times


def test_it_is_rendered_once_for_each_language_and_these_values() -> None:
    template = engines["django"].from_string(SOURCE).template  # type: ignore[attr-defined]
    seen = Counter()

    def shown(day: object, choices: list[tuple[int, str]], language: str = "en") -> Any:
        with translation.override(language):
            return template.render(Context({"seen": seen, "day": day, "choices": choices}))

    assert shown(1, [(7, "a")]) == "1 1 Yes 7"
    assert shown(1, [(7, "a")]) == "1 1 Yes 7"
    assert shown(2, [(7, "a")]) == "2 2 Yes 7"
    assert shown(1, [(8, "a")]) == "3 1 Yes 8"
    assert shown(1, [(7, "a")], "fr") == "4 1 Oui 7"
    assert shown(2, [(7, "a")]) == "2 2 Yes 7"
    assert shown("<", []) == "5 &lt; Yes "
