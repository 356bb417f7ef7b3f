"""Print an API token, and nothing else: `kalends token --email E --organization SLUG`."""

from __future__ import annotations

import argparse

from kalends.operating.embedded import CannotRun
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="the member's sign-in")
    parser.add_argument("--organization", required=True, help="its slug")
    parser.add_argument("--name", default="command line", help="by which the token is listed")


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        installation.settle()
        from kalends.accounts.models import Person
        from kalends.foundation.actor import system
        from kalends.foundation.database import tenancy
        from kalends.organizations import operations, queries

        person = Person.objects.filter(email=options.email.strip().lower(), is_active=True).first()
        organization = queries.by_slug(options.organization)
        if person is None or organization is None:
            raise CannotRun("No such person, or no such organization.")
        by = system("command line")
        with tenancy.acting(organization=organization, by=by) as now:
            if not organization.memberships.filter(person=person, is_active=True).exists():
                raise CannotRun(f"{person.email} is no member of {organization.slug}.")
            _, secret = operations.make_token(organization, person=person, name=options.name, by=by, now=now)
    print(secret)
    return 0
