"""Every regular expression of the program, how it is used, and texts made to attack it.

Expressions are collected where they are made: `re.compile` and its like are watched while all modules are imported and
all models loaded (`collect`, run as a program of its own), and literal calls such as `re.sub("…", …)` are read off the
source. The attacks are generated from the parsed expression: for each repetition without a small bound, a text
that leads there, the repeated part many times, and an end on which the match fails.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

SOURCE = Path(__file__).parents[2] / "src" / "onrecord"
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split")
UNBOUNDED = 500
"""A repetition that may go on for longer than this can make time grow with the text."""
PLAIN_PUMPS = (
    *"aA1.,'\"“”()-:/<&é\u200b\u0301 \n\t\xa0", "\r\n", "a ", "A ", "1 ", "a.", "A. ", "1,", "1-", "a-", "a, ",
    "a\n", "“ ", '" ', "Aa ", "and ", "the ", "said ", "of the ", "A, and ", "Jan 1 ", "1 Jan ", "two ", "Mr ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """One expression: where it is made, and with which of its methods it is used."""

    place: str
    pattern: str
    flags: int
    is_bytes: bool
    methods: tuple[str, ...]


def collect() -> list[tuple[str, int, str, int, bool]]:
    """Import everything and load every model, watching what is compiled; to be run in a fresh process."""
    import pkgutil
    import sys

    made: set[tuple[str, int, str, int, bool]] = set()
    compiled: Callable[..., Any] = re._compile  # type: ignore[attr-defined]

    def watch(pattern: Any, flags: Any) -> Any:
        frame = sys._getframe(2)
        if str(SOURCE) in frame.f_code.co_filename and isinstance(pattern, str | bytes):
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            place = str(Path(frame.f_code.co_filename).relative_to(SOURCE))
            made.add((place, frame.f_lineno, text, int(flags), isinstance(pattern, bytes)))
        return compiled(pattern, flags)

    re._compile = watch  # type: ignore[attr-defined]
    import onrecord

    for module in pkgutil.walk_packages(onrecord.__path__, "onrecord."):
        if not module.name.endswith("__main__"):
            try:
                __import__(module.name)
            except ImportError:  # a part that is not installed
                continue
    read = onrecord.read(
        "Dam holds\n\nBy Ada Finch\n\n"
        "The ministry said on Monday the media reported that “it is likely”, officials said.\n\n"
        "Captain Lindqvist of the Port Authority denied it two weeks ago. Mr Broman called the claim a lie.\n"
    )
    onrecord.compare([read, read])
    return sorted(made)


def literal_calls() -> Iterator[tuple[str, int, str, int, bool, str]]:
    """Calls such as `re.match("…", text)` whose expression stands there in full, with the method."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            method = _re_call(node)
            if method is None or not isinstance(node, ast.Call) or not node.args:
                continue
            given = node.args[0]
            if isinstance(given, ast.Constant) and isinstance(given.value, str | bytes):
                text = given.value if isinstance(given.value, str) else given.value.decode("latin-1")
                place = str(path.relative_to(SOURCE))
                flags = sum(_flag(word) for word in re.findall(r"re\.([A-Z]+)\b", ast.unparse(node)))
                yield place, node.lineno, text, flags, isinstance(given.value, bytes), method


def _re_call(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called, owner = node.func.attr, node.func.value
        if isinstance(owner, ast.Name) and owner.id == "re" and called in (*METHODS, "compile"):
            return called
    return None


def _flag(word: str) -> int:
    return int(getattr(re, word))


@cache
def _sources() -> dict[str, str]:
    return {str(path.relative_to(SOURCE)): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}


def methods_of(place: str, line: int) -> tuple[str, ...]:
    """The methods with which the expression assigned around a line is used; `search` where that cannot be told."""
    tree = ast.parse(_sources()[place])
    names = [
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or 0)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]
    used: set[str] = set()
    for name in names:
        for source in [_sources()[place]] if name.startswith("_") else _sources().values():
            used |= set(re.findall(rf"\b{name}\s*\.\s*({'|'.join(METHODS)})\b", source))
    return tuple(sorted(used)) or ("search",)


def attacks(pattern: Pattern) -> Iterator[tuple[str, str, str]]:
    """Attacks as (head, what is repeated, tail): in turn one made for the expression and one that is tried on all."""
    plain: Iterator[tuple[str, str, str]] = (("", pump, "\x00") for pump in PLAIN_PUMPS)
    for pair in zip_longest(_made_for(pattern), plain):
        yield from (attack for attack in pair if attack is not None)


def _made_for(pattern: Pattern) -> Iterator[tuple[str, str, str]]:
    given = pattern.pattern.encode("latin-1") if pattern.is_bytes else pattern.pattern
    for head, pump in _pumps(_parser.parse(given, pattern.flags), ""):
        for choice in dict.fromkeys((pump, pump + " ", pump + "a")):
            if choice:
                yield head, choice, "\x00"
                yield "", choice, "\x00"
                yield head, choice, "!\n"
                yield "", head + choice, "\x00"
                yield head, choice, " \x00"


def _pumps(nodes: Any, head: str) -> Iterator[tuple[str, str]]:
    """Each repetition's head (a text that leads to it) and repeated part, anywhere in a parsed expression."""
    for node in nodes:
        kind, value = node
        for inner in _inner(kind, value):
            yield from _pumps(inner, head)
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT) and value[1] > UNBOUNDED:
            yield head, sample(value[2])
        head += sample([node])


def _inner(kind: Any, value: Any) -> list[Any]:
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is sre.SUBPATTERN:
        return [value[3]]
    if kind is sre.BRANCH:
        return list(value[1])
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    if kind is sre.ATOMIC_GROUP:
        return [value]
    return []


def sample(nodes: Any) -> str:
    """A text that the nodes match, as short as is easy to find."""
    return "".join(_sample_one(kind, value) for kind, value in nodes)


_CATEGORIES = {
    sre.CATEGORY_DIGIT: "1", sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_WORD: " ",
}  # fmt: skip


def _sample_one(kind: Any, value: Any) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is sre.ANY:
        return "a"
    if kind is sre.IN:
        return _sample_set(value)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return sample(value[2]) * min(max(value[0], 1), 3) if value[1] else ""
    inner = [] if kind in (sre.ASSERT, sre.ASSERT_NOT) else _inner(kind, value)
    return sample(inner[0]) if inner else ""


def _sample_set(items: Any) -> str:
    if items[0][0] is sre.NEGATE:
        matcher = re.compile("[" + "".join(_written(item) for item in items[1:]) + "]")
        return next((ch for ch in "a 1.\n-" if not matcher.match(ch)), "\u00e9")
    kind, value = items[0]
    return (
        chr(value[0])
        if kind is sre.RANGE
        else _CATEGORIES.get(value, "a")
        if kind is sre.CATEGORY
        else chr(value)
    )


def _written(item: tuple[Any, Any]) -> str:
    kind, value = item
    if kind is sre.CATEGORY:
        return {"1": r"\d", " ": r"\s", "a": r"\w"}.get(_CATEGORIES.get(value, ""), "")
    ends = value if kind is sre.RANGE else (value, value)
    return f"\\U{ends[0]:08x}-\\U{ends[1]:08x}"


def seconds(pattern: Pattern, method: str, text: str, times: int = 1) -> float:
    """The quickest of some runs of a method over all of a text, in seconds of processor time."""
    compiled = re.compile(
        pattern.pattern.encode("latin-1") if pattern.is_bytes else pattern.pattern, pattern.flags
    )
    given: Any = text.encode("utf-8") if pattern.is_bytes else text
    run: Callable[[], Any] = {
        "finditer": lambda: list(compiled.finditer(given)),
        "sub": lambda: compiled.sub(given[:0], given),
    }.get(method, lambda: getattr(compiled, method)(given))
    best = float("inf")
    for _ in range(times):
        began = time.thread_time()
        run()
        best = min(best, time.thread_time() - began)
    return best
