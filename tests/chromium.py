"""Chromium for the browser tests: found, or Debian's installed; or said in one sentence what to install."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.packages import install

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The shell is the same browser without what only a person at a screen needs: a third less work.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")
FLAGS = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage")


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{flag}" for flag in FLAGS)]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=arguments)
        yield chromium
        chromium.close()


def main() -> int:
    if shutil.which(SHELL):
        return 0
    install(SHELL)
    if find():
        return 0
    install("chromium")
    if find():
        return 0
    print("The browser tests need Chromium: install the package `chromium` of your system, then run this again.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
