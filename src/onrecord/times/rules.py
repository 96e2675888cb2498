"""The rules: patterns over token classes, read from rules.toml and compiled into one regular expression.

A pattern is written with class names, set names and macro names between the marks of regular expressions
(`|`, `?`, `*`, `+`, brackets, look-around); `{label: pattern}` captures tokens for the resolver. Where several
rules match at one place the first in the file wins, so longer expressions stand before shorter ones.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from onrecord.errors import BrokenModel
from onrecord.times.firsts import first_classes
from onrecord.times.words import Lexicon

_PART = re.compile(r"\(\?[=!]|\(\?<[=!]|\{(\w+):|[a-z][a-z0-9]*|[{}()|?*+]|\s+|.")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of expression: its name, the resolver that values it, and what the resolver is told.

    `labels` holds each label of the pattern with the name of its group in the compiled expression.
    """

    name: str
    resolve: str
    value: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's match: token indices, half-open; labels map to (start, end) token indices."""

    rule: Rule
    start: int
    end: int
    labels: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, compiled.

    `starts` finds the tokens that a rule can begin with; `expressions` holds for each class character the rules
    that can begin with it, as one expression; `groups` maps the groups that close the rules to the rules.
    """

    starts: re.Pattern[str]
    expressions: Mapping[str, re.Pattern[str]]
    groups: Mapping[str, Rule]

    def find(self, classes: str) -> Iterator[Hit]:
        """Every hit in a string of classes, from left to right, none overlapping another."""
        place = 0
        while start := self.starts.search(classes, place):
            match = self.expressions[start.group()].match(classes, start.start())
            place = start.end()
            if match and match.lastgroup and match.end() >= place:
                yield self._hit(match, match.lastgroup)
                place = match.end()

    def _hit(self, match: re.Match[str], group: str) -> Hit:
        rule = self.groups[group]
        labels = {label: span for label, name in rule.labels if (span := match.span(name))[0] >= 0}
        return Hit(rule, match.start(), match.end(), labels)


def load_rules(lexicon: Lexicon) -> RuleBook:
    """Read and compile rules.toml. Raises BrokenModel where a pattern names what does not exist."""
    data = tomllib.loads((files("onrecord.times") / "data" / "rules.toml").read_text(encoding="utf-8"))
    grammar = _Grammar(_atoms(lexicon, data["sets"]), data["macros"])
    groups: dict[str, Rule] = {}
    starting: dict[str, list[str]] = {}
    for number, row in enumerate(data["rule"]):
        group = f"r{number}"
        pattern = grammar.compile(row["match"], group)
        labels = tuple((name, f"{group}_{name}") for name in re.findall(rf"\(\?P<{group}_(\w+)>", pattern))
        groups[group] = Rule(row["name"], row["resolve"], row.get("value", ""), labels)
        for letter in sorted(first_classes(pattern)):
            # The rule's own group stands empty at its end: alternatives that begin with a class fail fast.
            starting.setdefault(letter, []).append(f"(?:{pattern})(?P<{group}>)")
    expressions = {letter: re.compile("|".join(patterns)) for letter, patterns in starting.items()}
    return RuleBook(re.compile("[" + "".join(expressions) + "]"), expressions, groups)


def _atoms(lexicon: Lexicon, sets: Mapping[str, str]) -> dict[str, str]:
    """What each class name and set name stands for in a regular expression."""
    atoms = dict(lexicon.letters)
    for name, members in sets.items():
        unknown = [member for member in members.split() if member not in atoms]
        if unknown:
            raise BrokenModel(
                f"times/data/rules.toml: the set '{name}' names '{unknown[0]}', which is no class."
            )
        atoms[name] = "[" + "".join(atoms[member].strip("[]") for member in members.split()) + "]"
    return atoms


@dataclass(frozen=True, slots=True)
class _Grammar:
    atoms: Mapping[str, str]
    macros: Mapping[str, str]

    def compile(self, pattern: str, group: str) -> str:
        """A pattern over names as a regular expression over class characters."""
        return "".join(self._part(match, group, pattern) for match in _PART.finditer(pattern))

    def _part(self, match: re.Match[str], group: str, pattern: str) -> str:
        part, label = match.group(), match.group(1)
        if label:
            return f"(?P<{group}_{label}>"
        if part[0].isalpha():
            return self._name(part, group, pattern)
        return {"}": ")", "(": "(?:"}.get(part, part.strip())

    def _name(self, name: str, group: str, pattern: str) -> str:
        if name in self.macros:
            return f"(?:{self.compile(self.macros[name], group)})"
        if name not in self.atoms:
            raise BrokenModel(f"times/data/rules.toml: '{name}' in '{pattern}' is no class, set or macro.")
        return self.atoms[name]
