"""Find Chromium for the browser tests, or install Debian's; or say in one sentence what to install."""

from __future__ import annotations

import shutil
import sys

from tests.packages import install

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    if find():
        return 0
    install("chromium")
    if find():
        return 0
    print("The browser tests need Chromium: install the package `chromium` of your system, then run this again.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
