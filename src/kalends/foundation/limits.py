"""How often one may ask.

Counted in the memory of each process and not in the database: what a limit guards, above all booking, then costs no
statement more, and a flood is turned away before it reaches the database. Several processes each count for
themselves, so that as a whole they let through as many times more; after a restart the count begins anew. That is
enough against a flood. What has to hold exactly (holds, appointments and entries of one person) is counted in the
database where it is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from ipaddress import ip_address, ip_network
from threading import Lock
from uuid import UUID

from django.conf import settings

from kalends.foundation.errors import TooManyRequests

MOST_KEYS = 50_000
_IPV6_HOUSEHOLD = 64


class Limit:
    """At most `most` times in each span of `seconds`, for each key. Safe between threads (LIM-09).

    Once there are MOST_KEYS in one span, further keys pass uncounted: memory stays bounded, and nobody honest is
    turned away because of others.
    """

    def __init__(self, most: int, *, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self._seconds, self._clock = most, seconds, clock
        self._span, self._counts = -1, dict[Hashable, int]()
        self._lock = Lock()

    def spend(self, key: Hashable) -> None:
        """Raises TooManyRequests, which says in `retry_after` in how many seconds the next span begins."""
        now = self._clock()
        span = int(now // self._seconds)
        with self._lock:
            if span != self._span:
                self._span, self._counts = span, {}
            count = self._counts.get(key, 0)
            if count < self.most and (count or len(self._counts) < MOST_KEYS):
                self._counts[key] = count + 1
        if count >= self.most:
            raise TooManyRequests(retry_after=int((span + 1) * self._seconds - now) + 1)


# Four acts a second from one address: a waiting room full of people, or a clinic's own site that books for all of its
# visitors, stays far below (LIM-05).
PUBLIC_ACTS = Limit(240, seconds=60)


def spend_public_act(organization_id: UUID | None, address: str) -> None:
    """Count what somebody without a sign-in sends to one organization. Raises TooManyRequests.

    `address` is that of the connection: what a header says of other addresses is not looked at (LIM-04).
    """
    if settings.LIMITS:
        PUBLIC_ACTS.spend((organization_id, _household(address)))


def _household(address: str) -> str:
    """An IPv6 address is one of very many that a single household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, _IPV6_HOUSEHOLD), strict=False)) if found.version == 6 else address
