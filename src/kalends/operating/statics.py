"""Static files, collected and compressed once per state of the sources."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from kalends.operating.installation import Installation

SOURCES = Path(__file__).resolve().parents[1] / "web" / "static"

COLLECT = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0", "--clear"]
# No page of ours loads them: extensions of htmx, some of which import what is not there, and eight megabytes of
# readers for the description of the API, whose compression took a minute.
COLLECT += ["--ignore", "ext", "--ignore", "ninja"]


def collect_if_needed(installation: Installation) -> None:
    target = installation.made_folder() / "static"
    marker = target / ".state"
    state = _state()
    if marker.exists() and marker.read_text() == state:
        return
    subprocess.run(COLLECT, env=installation.process_environment(), check=True)
    target.mkdir(parents=True, exist_ok=True)
    marker.write_text(state)


def _state() -> str:
    digest = hashlib.sha256(version("django-htmx").encode() + " ".join(COLLECT[3:]).encode())
    for path in sorted(SOURCES.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
