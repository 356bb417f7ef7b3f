"""Find Chromium for the browser tests, or install Debian's; or say in one sentence what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    if find():
        return 0
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*sudo, "apt-get", "update", "-qq"], env=environment, **quiet)
        subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "chromium"], env=environment, **quiet)
    if find():
        return 0
    print("The browser tests need Chromium: install the package `chromium` of your system, then run this again.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
