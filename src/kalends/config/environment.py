"""Placeholder until replaced."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True)
class Environment:
    database_url: str
    secret_key: str
    base_url: str
    data: Path
    demo: bool
    limits: bool
    licensing: bool
    email_url: str

    @classmethod
    def read(cls) -> Environment:
        e = os.environ
        return cls(
            database_url=e.get("DATABASE_URL", ""),
            secret_key=e.get("KALENDS_SECRET_KEY", "x" * 50),
            base_url=e.get("KALENDS_BASE_URL", "http://127.0.0.1:8000"),
            data=Path(e.get("KALENDS_DATA", "/tmp/kalends-data")),
            demo=e.get("KALENDS_DEMO") == "1",
            limits=e.get("KALENDS_LIMITS") != "off",
            licensing=e.get("KALENDS_LICENSING") == "on",
            email_url=e.get("EMAIL_URL", ""),
        )


def database_settings(url: str) -> dict:
    if not url:
        return {"NAME": ""}
    parts = conninfo_to_dict(url)
    return {
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": {},
    }
