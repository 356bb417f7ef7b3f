"""A real server and a real browser: `site` is the address of one, `page` a window of the other.

The server is granian in a process of its own, on this worker's test database and with the application's role: what
a test prepares is committed, so the server sees it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.chromium import launched

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 60
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


@pytest.fixture(scope="session")
def server(database_urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base address of the application, served as in production but with static files under their own names."""
    port = _free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    environment = {
        **os.environ,
        "DATABASE_URL": database_urls[1],
        "KALENDS_BASE_URL": f"http://127.0.0.1:{port}",
        "KALENDS_SECRET_KEY": settings.SECRET_KEY,  # it makes the private links
        "DJANGO_SETTINGS_MODULE": "tests.journeys.server_settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    environment.pop("DATABASE_OWNER_URL", None)
    program = [Path(sys.executable).with_name("granian"), "--interface", "rsgi", "--host", "127.0.0.1"]
    program += ["--port", str(port), "--workers", "1", "kalends.config.rsgi:application"]
    with log.open("wb") as file:
        process = subprocess.Popen(program, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def site(server: str, db: None) -> str:
    """The running application, on tables that are empty at first and emptied afterwards."""
    return server


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


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()[-3000:]}")
