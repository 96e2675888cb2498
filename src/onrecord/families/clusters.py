"""Segments to utterances: average-link clustering of pair probabilities, under constraints."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence


def clusters(size: int, links: Mapping[tuple[int, int], float], threshold: float) -> list[list[int]]:
    """Group 0..size-1 by average link: a pair that is not in `links` counts as 0. Each group is sorted.

    Merges the two groups with the highest mean probability until none reaches `threshold`. Time is
    O(m log m) in the number of links m, times the groups' neighbours; the result does not depend on their order.
    """
    members: dict[int, list[int]] = {i: [i] for i in range(size)}
    near: dict[int, dict[int, float]] = {i: {} for i in range(size)}
    for (i, j), p in links.items():
        near[i][j] = near[j][i] = p
    heap = [(-p, i, j) for (i, j), p in sorted(links.items()) if p >= threshold]
    heapq.heapify(heap)
    fresh = size
    while heap:
        _, a, b = heapq.heappop(heap)
        if a not in members or b not in members:
            continue
        members[fresh] = members.pop(a) + members.pop(b)
        sums = _joined(near.pop(a), near.pop(b), a, b)
        near[fresh] = sums
        for other, total in sums.items():
            near[other].pop(a, None)
            near[other].pop(b, None)
            near[other][fresh] = total
            mean = total / (len(members[fresh]) * len(members[other]))
            if mean >= threshold:
                heapq.heappush(heap, (-mean, other, fresh))
        fresh += 1
    return sorted(sorted(group) for group in members.values())


def _joined(left: dict[int, float], right: dict[int, float], a: int, b: int) -> dict[int, float]:
    sums = dict(left)
    for other, total in right.items():
        sums[other] = sums.get(other, 0.0) + total
    sums.pop(a, None)
    sums.pop(b, None)
    return sums


def cohesion(group: Sequence[int], links: Mapping[tuple[int, int], float]) -> dict[int, float]:
    """For each member, the mean probability of its links to the others; 1 for a group of one."""
    if len(group) == 1:
        return {group[0]: 1.0}
    return {
        i: sum(links.get((min(i, j), max(i, j)), 0.0) for j in group if j != i) / (len(group) - 1)
        for i in group
    }
