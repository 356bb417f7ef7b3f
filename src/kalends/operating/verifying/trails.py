"""What was noted and what was sent: the chain of the audit, the fate of deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from kalends.audit.verifying import verify_chain
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.operating.verifying.findings import Fault, Looked, Owner, Slugs, count_of
from kalends.organizations.models import Organization

BY = system("verify")
IMPOSSIBLE: LiteralString = """
SELECT * FROM (SELECT organization_id, id, CASE
  WHEN state = 'sent' AND settled_at IS NULL THEN 'is sent, and nobody knows when'
  WHEN state = 'sent' AND handing_over_at IS NULL AND carrier <> 'outbox'
    THEN 'is sent, and was never handed over'
  WHEN state = 'sent' AND message_id = '' THEN 'is sent, and carries no message id'
  WHEN state = 'queued' AND claimed_by <> '' THEN 'is queued, and somebody works on it'
  WHEN state IN ('failed', 'aborted', 'unknown') AND settled_at IS NULL THEN 'has ended, and nobody knows when'
END AS why FROM delivery_delivery) looked
WHERE why IS NOT NULL
"""
UNKNOWN: LiteralString = """
SELECT organization_id, id, coalesce(settled_at, handing_over_at, queued_at)
FROM delivery_delivery WHERE state = 'unknown' ORDER BY 3, 2
"""


def check_audit(organizations: Iterable[Organization]) -> Looked:
    """Opens its own transactions."""
    faults: list[Fault] = []
    sealed = unsealed = 0
    for organization in organizations:
        with tenancy.acting(organization=organization, by=BY):
            report = verify_chain(organization)
        faults += [Fault(organization.slug, f"audit {found}", "breaks the chain") for found in report.breaks]
        sealed, unsealed = sealed + report.sealed, unsealed + report.unsealed
    notes = (f"{unsealed} entries wait for the sealer; the chain does not protect them yet",) if unsealed else ()
    return Looked("audit", sealed, "sealed entries", tuple(faults), notes)


def check_deliveries(owner: Owner, names: Slugs) -> Looked:
    faults = [Fault(names[row[0]], f"delivery {row[1]}", row[2]) for row in owner.execute(IMPOSSIBLE).fetchall()]
    notes = [
        f"{names[row[0]]}: delivery {row[1]}: may have arrived or not ({row[2]:%Y-%m-%d %H:%M} UTC); "
        "only a person sends it again"
        for row in owner.execute(UNKNOWN).fetchall()
    ]
    return Looked("deliveries", count_of(owner, "delivery_delivery"), "deliveries", tuple(sorted(faults)), tuple(notes))
