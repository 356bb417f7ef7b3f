"""Which deadlines are near, in sets. Each is handed out once: the row says for which deadline it was."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from kalends.organizations.models import Organization
from kalends.payments.models import Payment, State

SET = 1000
# Who comes second at the same time leaves what the first is taking (SKIP LOCKED).
_TAKE = """
UPDATE payments_payment p SET told_for = p.due_at
FROM (
  SELECT id FROM payments_payment
  WHERE organization_id = %(org)s AND state = 'unpaid' AND due_at > %(now)s AND due_at <= %(until)s
    AND told_for IS DISTINCT FROM due_at
  ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
) near
WHERE p.organization_id = %(org)s AND p.id = near.id
RETURNING p.id
"""


def take_near(organization: Organization, *, until: datetime, now: datetime) -> list[Payment]:
    """At most a set of what is unpaid and due until then, and was not told for this deadline yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"org": organization.id, "now": now, "until": until, "most": SET})
        ids = [row[0] for row in cursor.fetchall()]
    found = organization.payments.filter(id__in=ids).select_related("appointment__contact")
    return list(found.order_by("due_at", "id")) if ids else []


def near(organization: Organization, *, until: datetime, now: datetime) -> list[Payment]:
    """The same to be looked at: nothing is written."""
    unpaid = organization.payments.filter(state=State.UNPAID, due_at__gt=now, due_at__lte=until)
    return [one for one in unpaid.order_by("due_at", "id") if one.told_for != one.due_at]
