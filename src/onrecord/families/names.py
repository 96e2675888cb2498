"""One name for a voice across reports: `Mr Peskov` here is `Dmitry Peskov` there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from onrecord.families.words import Word, any_of, lexicon, stem, words
from onrecord.model import Reading, Voice

_TITLE = re.compile(
    r"^(?:(?:the|a|an|mr|mrs|ms|miss|dr|prof|professor|sir|dame|lord|lady|col|colonel|gen|general|lt|sgt|pc|rev|fr|"
    r"father|president|minister|councillor|cllr|sen|senator|judge|justice|assistant|deputy|chief|constable|inspector|"
    r"superintendent|sergeant|detective|captain|major|brigadier|admiral|ambassador)\b\.?\s+)+",
    re.IGNORECASE,
)

_RELATIVE = re.compile(r"(?<!\s)\s+(?:who|which|that)\s")
_PLACED = re.compile(r"^([a-z-]+(?:\s+[a-z-]+){0,3}?)\s+(?:at|in|on|from|with|near)\s.*$", re.DOTALL)
_NAME = r"(?<!\w)[^\W\d_a-z][\w’'-]*(?:\s+[^\W\d_a-z][\w’'-]*){0,3}"
_POSSESSIVES = frozenset(("its", "his", "her", "their", "our", "my", "that", "which", "who", "there"))


@dataclass(frozen=True, slots=True)
class Names:
    """The common names of the voices of several readings."""

    of: dict[tuple[int, str], str] = field(default_factory=dict)
    """(report, voice id) -> name."""
    organisation: dict[str, str] = field(default_factory=dict)
    """Person -> the body that the person speaks for, both by common name."""
    kinds: dict[str, str] = field(default_factory=dict)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    """The nouns of a person's roles, as stems: `coroner`, `spokesman`."""
    known: frozenset[str] = frozenset()
    """Persons and bodies that more than one report names."""
    papers: frozenset[str] = frozenset()
    """Names that a report gives to a newspaper, a site or a broadcaster."""

    def is_paper(self, name: str) -> bool:
        """Whether a name is that of a paper that a report names as such."""
        return name in self.papers


def bare(name: str) -> str:
    """A name without articles, titles and possessive."""
    return _TITLE.sub("", re.sub(r"[’']s?$", "", name.strip())).strip()


def common_names(readings: Sequence[Reading]) -> Names:
    """Give every voice the fullest name under which any of the reports knows it."""
    voices = [(r, v) for r, reading in enumerate(readings) for v in reading.voices or ()]
    full = sorted(
        {bare(v.name) for _, v in voices if v.kind != "author"}, key=lambda n: (-len(n.split()), -len(n), n)
    )
    seen: dict[str, set[int]] = {}
    names = Names()
    for report, voice in voices:
        name = _fullest(voice, full)
        names.of[report, voice.id] = name
        names.kinds.setdefault(name, voice.kind)
        seen.setdefault(name, set()).add(report)
        nouns = {stem(w.form) for role in voice.roles for w in words(role)[-1:]}
        names.roles[name] = names.roles.get(name, frozenset()) | nouns
    for report, voice in voices:
        if voice.speaks_for and (report, voice.speaks_for) in names.of:
            names.organisation.setdefault(names.of[report, voice.id], names.of[report, voice.speaks_for])
    often = {n for n, reports in seen.items() if len(reports) > 1 and n[:1].isupper()}
    known = frozenset(n for n in often if names.kinds[n] in ("person", "organisation"))
    named = {name for reading in readings for name, _ in papers(reading.report.text)}
    return replace(names, known=known, papers=frozenset(named))


@cache
def _papers() -> re.Pattern[str]:
    """A paper by its name: `the regional newspaper Otočni Glasnik`, `Reka, an independent news site`."""
    nouns = any_of("press.txt")
    kind = rf"(?:[a-z-]+\s+){{0,3}}(?:{nouns}|news\s+(?:site|agency|service|channel))"
    return re.compile(
        rf"\b(?P<told>(?:told|tells|with)\s+)?(?:the|an?)\s+{kind}\s+(?P<after>{_NAME})|(?P<before>{_NAME}),\s+an?\s+{kind}\b"
    )


def papers(text: str) -> list[tuple[str, bool]]:
    """Papers that a text names as such, and whether somebody is said to have told them something."""
    return [(m["after"] or m["before"], bool(m["told"])) for m in _papers().finditer(text)]


def is_press(name: str) -> bool:
    """Whether a source is some paper by its noun: `a national tabloid`."""
    return bool({w.form for w in words(name)} & lexicon("press.txt"))


def _fullest(voice: Voice, full: Sequence[str]) -> str:
    own = tidy(bare(voice.name))
    if voice.kind == "unnamed":
        return own
    for name in full:
        if same_name(own, name):
            return name
    return own


def tidy(name: str) -> str:
    """An unnamed source without what a reading swept up before it: its last run of words without verb or pronoun."""
    run: list[Word] = []
    name = _PLACED.sub(r"\1", _RELATIVE.split(name, maxsplit=1)[0])
    for word in words(name):
        if (
            word.form in lexicon("pronouns.txt")
            or word.form in lexicon("saying.txt")
            or word.form in _POSSESSIVES
        ):
            run = []
        else:
            run.append(word)
    return name[run[0].start_char : run[-1].end_char] if run else name


def same_name(short: str, full: str) -> bool:
    """Whether a name may be another one shortened: the last words of a person's, or initials of a body's."""
    a, b = _forms(short), _forms(full)
    if not a or not b:
        return False
    if a == b:
        return True
    if not short[:1].isupper() or not full[:1].isupper():
        return False
    if len(a) < len(b) and (a == b[-len(a) :] or (a == b[: len(a)] and len(a) > 1)):
        return True
    initials = "".join(w[0] for w in b if w not in lexicon("stopwords.txt"))
    return len(a) == 1 and len(b) > 2 and short.isupper() and a[0] == initials


def alludes(text: str, name: str) -> bool:
    """Whether a text mentions a layer by its name or by the noun it ends in: `the centre`, `two officers`."""
    there = {stem(w.form) for w in words(text)}
    own = [w for w in _forms(name) if w not in lexicon("stopwords.txt") and not w[:1].isdigit()]
    if not own:
        return False
    return stem(own[-1]) in there or (name[:1].isupper() and stem(own[0]) in there and len(own[0]) > 4)


def _forms(name: str) -> list[str]:
    return [w.form for w in words(bare(name))]
