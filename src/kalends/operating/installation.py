"""One installation: its settings, its database's two addresses, and how its processes are told of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from kalends.config.environment import Environment
from kalends.operating.embedded import (
    CannotRun,
    Urls,
    check_owner,
    check_roles,
    open_data_folder,
    running,
    serving,
)

SECRET_KEY = "secret-key"
SETTINGS = "kalends.config.settings"


@dataclass(frozen=True)
class Installation:
    environment: Environment
    urls: Urls
    """`owner_url` is empty where the installation does not know it (then it cannot migrate)."""
    secret_key: str
    demo: bool = False

    @classmethod
    def of(cls, environment: Environment, urls: Urls | None = None) -> Self:
        """From the environment alone when DATABASE_URL is set, else with the embedded server's `urls`."""
        urls = urls or Urls(environment.database_owner_url, environment.database_url)
        return cls(environment, urls, environment.given_secret_key or kept_secret_key(environment))

    def process_environment(self) -> dict[str, str]:
        """What web, worker and other processes are started with: the application's role, never the owner's."""
        variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": self.urls.app_url,
            "KALENDS_SECRET_KEY": self.secret_key,
            "KALENDS_DATA": str(self.environment.data),
            "KALENDS_BASE_URL": self.environment.base_url,
            "PORT": str(self.environment.port),
            "KALENDS_DEMO": "on" if self.demo else "off",
            # Threads share two heaps instead of one each: some 20 MB less for every process, none slower. What is large
            # goes back once it is no longer used, whatever was large before: 1 to 3 MB less, likewise.
            "MALLOC_ARENA_MAX": "2",
            "MALLOC_MMAP_THRESHOLD_": "65536",
            "MALLOC_TRIM_THRESHOLD_": "65536",
        }
        variables.pop("DATABASE_OWNER_URL", None)
        return variables

    def made_folder(self) -> Path:
        """The folder of data, which is there afterwards. Raises CannotRun."""
        folder = self.environment.data
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise CannotRun(
                f"The data folder {folder} cannot be made ({fault.strerror}): set KALENDS_DATA to a folder that can."
            ) from None
        return folder

    def settle(self, *, as_owner: bool = False) -> None:
        """Make this very process one of the installation: settings and models are ready afterwards."""
        os.environ.update(self.process_environment())
        os.environ.pop("DATABASE_OWNER_URL", None)
        if as_owner:
            os.environ["DATABASE_URL"] = self.owner_url
        import django

        django.setup()

    @property
    def owner_url(self) -> str:
        if not self.urls.owner_url:
            raise CannotRun(
                "This needs the owner of the database: set DATABASE_OWNER_URL to a role that owns it "
                "and may bypass row security."
            )
        return self.urls.owner_url

    def with_demo(self) -> Self:
        return replace(self, demo=True)


def kept_secret_key(environment: Environment) -> str:
    """The secret key of the data folder, made once."""
    import secrets

    return open_data_folder(environment.data).write_once(SECRET_KEY, secrets.token_urlsafe(48))


@contextmanager
def opened(environment: Environment | None = None) -> Iterator[Installation]:
    """The installation for the length of one command: its database is running, by somebody or by us."""
    environment = environment or Environment.read()
    if environment.database_url:
        yield checked(Installation.of(environment))
        return
    with serving(environment.data) as urls:
        yield Installation.of(environment, urls)


def joined(environment: Environment | None = None) -> Installation:
    """The installation that a lone web or worker process becomes part of: its database must run already."""
    environment = environment or Environment.read()
    if environment.database_url:
        return checked(Installation.of(environment))
    urls = running(environment.data)
    if urls is None:
        raise CannotRun("No database runs here: start everything with `kalends up`, or set DATABASE_URL.")
    return Installation.of(environment, urls)


def checked(installation: Installation) -> Installation:
    """Refuse roles that may too much or too little, in a sentence (TEN-09)."""
    check_roles(installation.urls.app_url)
    if installation.urls.owner_url:
        check_owner(installation.urls.owner_url)
    return installation
