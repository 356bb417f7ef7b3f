"""A real server and a real browser: `site` is the address of one, `page` a window of the other.

The server is the `office`, on this worker's test database and with the application's role: what a test prepares is
committed, so the server sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.chromium import launched

GUARD_MS = 20_000  # speed is measured in bench/; this only ends what would never come
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Each width and each language once, each way once: what goes wrong in one only is seen, in half the time of all pairs.
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize(
    ("viewport", "scripts"),
    [(NARROW, True), (WIDE, True), (NARROW, False)],
    ids=["360-scripts", "1280-scripts", "360-no-scripts"],
)
IN_FRENCH_AND_ROMANIAN = pytest.mark.parametrize(
    ("language", "viewport"), [("fr", WIDE), ("ro", NARROW)], ids=["fr-1280", "ro-360"]
)
LIGHT_AND_DARK = ("light", "dark")
# What a test provokes on purpose: the browser notes every answer that is no success.
EXPECTED = (
    "Failed to load resource: the server responded with a status of ",
    # axe asks each frame for itself; a letter in its sandbox runs no script that could answer.
    "Failed to execute 'postMessage' on 'DOMWindow': The target origin provided",
)


@pytest.fixture
def site(office: str, db: None) -> str:
    """The running application, on tables that are empty at first and emptied afterwards."""
    return office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. It ends with its module: while it runs, Django takes this thread for an asynchronous one."""
    expect.set_options(timeout=GUARD_MS)
    with pytest.MonkeyPatch.context() as patch, launched() as chromium:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield chromium


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes windows of visitors that know nothing of each other; takes the options of a Playwright context.

    When the test ends, none of them has said anything on its console: no error, no breach of the policy.
    """
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(GUARD_MS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert [words for words in said if not words.startswith(EXPECTED)] == []


@pytest.fixture
def page(open_window: Callable[..., Page]) -> Page:
    """One window, 1280 wide, in English."""
    return open_window()


@pytest.fixture
def axe() -> Callable[[Page], list[tuple[str, str]]]:
    """What axe finds on the page as it is shown now: rule and element. Nothing is the only good answer."""
    tool = Axe()

    def run(page: Page) -> list[tuple[str, str]]:
        found = tool.run(page).response["violations"]
        return [(rule["id"], str(node["target"])) for rule in found for node in rule["nodes"]]

    return run


def in_each_scheme(
    page: Page, axe: Callable[[Page], list[tuple[str, str]]], schemes: Sequence[Any] = LIGHT_AND_DARK
) -> list[tuple[str, ...]]:
    """What axe finds on the page in each of `schemes`, without loading it again.

    The window has to be one with `reduced_motion`: otherwise colours would still be on their way.
    """
    found: list[tuple[str, ...]] = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        found += [(scheme, *fault) for fault in axe(page)]
    return found
