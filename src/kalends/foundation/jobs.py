"""Jobs in PostgreSQL (procrastinate). A job's function loads, opens the tenant, and calls one operation."""

from __future__ import annotations

from typing import Any

from procrastinate import App
from procrastinate.contrib.django import app as app


def on_app_ready(ready: App) -> None:
    """Called by procrastinate when its app exists; tasks register themselves where they are defined."""


def wake(task: Any) -> None:
    """Best effort: one wake-up per commit, in the transaction; nothing is lost if the worker hears it late."""
    task.configure(lock=task.name, queueing_lock=task.name).defer()
