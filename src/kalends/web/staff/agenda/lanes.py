"""Which things of a column stand side by side. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LANES = 6


def lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each span (in order of its begin): its lane, from 1, and how many lanes its neighbourhood has.

    Spans that do not overlap with any other have one lane. Beyond the most lanes that can be read, they share
    the last one.
    """
    found: list[tuple[int, int]] = []
    cluster: list[int] = []  # lanes of the spans that hang together
    ends: list[int] = []  # until when each lane is taken
    for begin, end in spans:
        if ends and begin >= max(ends):
            found += _closed(cluster)
            cluster, ends = [], []
        lane = next((number for number, taken in enumerate(ends) if taken <= begin), len(ends))
        if lane >= MOST_LANES:
            lane = MOST_LANES - 1
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = max(ends[lane], end)
        cluster.append(lane + 1)
    return found + _closed(cluster)


def _closed(cluster: list[int]) -> list[tuple[int, int]]:
    of = max(cluster, default=1)
    return [(lane, of) for lane in cluster]
