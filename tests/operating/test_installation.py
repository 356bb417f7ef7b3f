"""What an installation keeps for itself, and how it reaches its database."""

import stat
from dataclasses import replace
from pathlib import Path

import psycopg

from kalends.config.environment import Environment, database_settings
from kalends.operating.embedded import EmbeddedServer
from kalends.operating.installation import kept_secret_key


def test_the_secret_key_is_made_once_and_kept_closed(place: Path) -> None:
    environment = Environment.read({"KALENDS_DATA": str(place / "data")})
    first = kept_secret_key(environment)
    assert len(first) == 64
    assert kept_secret_key(environment) == first
    assert kept_secret_key(replace(environment, data=place / "other")) != first
    assert stat.S_IMODE((place / "data" / "secret-key").stat().st_mode) == 0o600


def test_the_embedded_servers_url_gives_settings_that_connect(server: EmbeddedServer) -> None:
    found = database_settings(server.urls.app_url)
    with psycopg.connect(
        dbname=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        host=found["HOST"],
        port=found["PORT"],
    ) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == ("kalends_app",)
