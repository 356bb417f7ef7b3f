"""Asks a carrier now and then what became of what it took: a fax is dialled, and dialled again, long after that.

Any number of workers may ask; whoever hears of it first writes it down.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from threading import Event
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection

from kalends.delivery import operations, queries
from kalends.delivery.carriers import Followed, Follows, Unreachable
from kalends.delivery.models import Delivery
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

log = logging.getLogger(__name__)
BY = system("delivery")
ASKS_EVERY = 10.0  # seconds


class Follower:
    def __init__(self, carrier: Follows, *, stopping: Event) -> None:
        self._carrier = carrier
        self._stopping = stopping

    def run(self) -> None:
        """Work until `stopping` is set, whatever fails."""
        while not self._stopping.wait(ASKS_EVERY):
            try:
                self.ask()
            except Unreachable as fault:
                log.warning("%s does not say what became of what it took (%s).", self._carrier.name, fault)
            except (OperationalError, InterfaceError, psycopg.Error) as fault:
                log.warning("The database does not answer (%s); what arrived is noted later.", type(fault).__name__)
                connection.close()
            except Exception as fault:
                log.error("Following deliveries broke off (%s). It goes on.", type(fault).__name__)
        connection.close()

    def ask(self) -> None:
        """About all that is under way. Raises Unreachable, and what the database raises."""
        waiting = queries.under_way(self._carrier.name, by=BY)
        if not waiting:
            return
        found = self._carrier.follow({one.reference for one in waiting})
        by_organization: dict[UUID, list[Delivery]] = defaultdict(list)
        for one in waiting:
            by_organization[one.organization_id].append(one)
        for organization_id, own in by_organization.items():
            self._write_down(queries.Tenant(organization_id), own, found)

    def _write_down(self, tenant: queries.Tenant, own: list[Delivery], found: Mapping[str, Followed]) -> None:
        with tenancy.acting(organization=tenant, by=BY) as now:
            organization = Organization(id=tenant.id)
            for one in own:
                operations.take_course(organization, one, found.get(one.reference), now=now)
