"""No regular expression of the program takes more than linear time, whatever it is given."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.hostile.patterns import Pattern, attacks, collect, literal_calls, methods_of, seconds

ROOT = Path(__file__).parents[2]
SHORT, LONG = 600, 9600
LEAST_SECONDS = 0.008
"""What takes less on the long text is quick enough not to be measured again."""
MOST_GROWTH = 70.0
"""A text 16 times as long may take 16 times as long, and some more for a busy machine; 256 is quadratic."""
MOST_SECONDS = 0.6
MOST_ATTACKS = 60
"""So many attacks of one expression are tried here; `python -m tests.hostile` tries them all."""


OWN_DATA = ("times/firsts.py",)
"""Where expressions see nothing but the program's own rules, once, when it starts."""


class TooSlow(Exception):
    """One use of an expression took longer than any linear one does."""


@contextmanager
def bounded() -> Iterator[None]:
    """End what takes more than MOST_SECONDS of processor time."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def made(attack: tuple[str, str, str], length: int) -> str:
    """The text of an attack, about so long."""
    head, pump, tail = attack
    return head + pump * (length // len(pump)) + tail


def growth(pattern: Pattern, method: str, attack: tuple[str, str, str]) -> float:
    """How many times as long a text 16 times as long takes; 0 if both are quick."""
    long = made(attack, LONG)
    try:
        with bounded():
            if seconds(pattern, method, long) < LEAST_SECONDS:
                return 0.0
    except TooSlow:
        return float("inf")
    # Again, with no timer running, which makes the clock of the processor coarse.
    return seconds(pattern, method, long, 3) / max(seconds(pattern, method, made(attack, SHORT), 5), 1e-5)


def everything() -> list[Pattern]:
    """Every expression once, from a fresh process that watches what is compiled, and from the source."""
    code = "import json; from tests.hostile.patterns import collect; print(json.dumps(collect()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[tuple[str, int, bool], Pattern] = {}
    for place, line, text, flags, is_bytes in json.loads(done.stdout):
        methods = methods_of(place, line)
        _keep(found, Pattern(f"{place}:{line}", text, flags, is_bytes, methods))
    for place, line, text, flags, is_bytes, method in literal_calls():
        methods = methods_of(place, line) if method == "compile" else (method,)
        _keep(found, Pattern(f"{place}:{line}", text, flags, is_bytes, methods))
    return [pattern for pattern in found.values() if not pattern.place.startswith(OWN_DATA)]


def _keep(found: dict[tuple[str, int, bool], Pattern], pattern: Pattern) -> None:
    found.setdefault((pattern.pattern, pattern.flags, pattern.is_bytes), pattern)


def worst(pattern: Pattern, most: int | None = MOST_ATTACKS) -> tuple[float, str, tuple[str, str, str]]:
    """The attack that makes an expression's time grow most: the growth, the method, the attack."""
    found = (0.0, "", ("", "", ""))
    for attack in list(dict.fromkeys(attacks(pattern)))[:most]:
        for method in pattern.methods:
            grown = growth(pattern, method, attack)
            if grown > max(found[0], MOST_GROWTH):
                found = (grown, method, attack)
        if found[0]:
            break
    return found


@pytest.mark.parametrize("quadratic", [r"\s+$", r"a+b", r"(?:a+)+$", r"“.*”"])
def test_the_test_finds_slow_expressions(quadratic: str) -> None:
    assert worst(Pattern("here", quadratic, 0, False, ("search",)), None)[0] > MOST_GROWTH


def test_expressions_are_collected() -> None:
    assert {"compile", "match"} <= {method for *_, method in literal_calls()}
    assert callable(collect)


def test_no_expression_is_worse_than_linear() -> None:
    patterns = everything()
    assert len(patterns) > 200, "they were collected"
    slow = [(p.place, p.pattern[:80], *worst(p)) for p in patterns]
    assert [f"{place}: {row}" for place, *row in slow if row[1]] == []
