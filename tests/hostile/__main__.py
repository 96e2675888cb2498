"""All attacks on all regular expressions: `python -m tests.hostile [FOLDER ...]`. Exit code 1: some are not linear."""

from __future__ import annotations

import sys

from tests.hostile.patterns import attacks
from tests.hostile.test_patterns import everything, worst


def main() -> int:
    """Try every attack; the tests try a part of them."""
    folders = tuple(sys.argv[1:])
    patterns = [pattern for pattern in everything() if pattern.place.startswith(folders or ("",))]
    tried = slow = 0
    for pattern in patterns:
        tried += len(set(attacks(pattern))) * len(pattern.methods)
        grown, method, attack = worst(pattern, None)
        if grown:
            slow += 1
            print(
                f"{pattern.place}: {method} grows {grown:.0f}-fold on {attack!r}: {pattern.pattern[:120]!r}"
            )
    print(f"{len(patterns)} expressions, {tried} attacks, {slow} expressions worse than linear")
    return int(slow > 0)


sys.exit(main())
