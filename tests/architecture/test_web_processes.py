"""What the web processes load before they are forked (operating/serving.py), each in a Python of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

# Large, and asked for by one page or by the worker: imported in the function that needs it.
LATER = [
    "anymail",
    "cryptography",
    "dateutil.rrule",
    "fido2",
    "holidays",
    "icalendar",
    "recurring_ical_events",
    "requests",
    "smpplib",
    "typst",
]
LOADED = """
import json, sys, threading
from kalends.operating import serving
serving.load()
from django.db import connections
print(json.dumps({
  "modules": sorted(sys.modules),
  "threads": threading.active_count(),
  "connected": [one.alias for one in connections.all(initialized_only=True) if one.connection is not None],
}))
"""
FORKED = """
import os, sys
from kalends.operating import serving
serving.load()
from kalends.foundation.database.models import new_id
from kalends.foundation import secrets
new_id()
for _ in range(2):
    if os.fork() == 0:
        made = [f"{new_id().hex[-12:]} {secrets.new_seed().hex()}" for _ in range(500)]
        sys.stdout.write("\\n".join(made) + "\\n")
        sys.stdout.flush()
        os._exit(0)
    os.wait()
"""


def _run(program: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_run(LOADED))
    return loaded


def test_a_web_process_loads_nothing_large_that_few_need(found: dict[str, Any]) -> None:
    loaded = {name for name in found["modules"] for late in LATER if name == late or name.startswith(f"{late}.")}
    jobs = {name for name in found["modules"] if name.startswith("kalends.") and name.endswith(".jobs")}
    assert (loaded, jobs) == (set(), {"kalends.foundation.jobs"})


def test_nothing_is_begun_that_a_fork_would_share(found: dict[str, Any]) -> None:
    assert (found["threads"], found["connected"]) == (1, [])


def test_forked_processes_make_ids_and_secrets_of_their_own() -> None:
    parts = [line.split() for line in _run(FORKED).splitlines()]
    assert [len({part[number] for part in parts}) for number in (0, 1)] == [1000, 1000]
