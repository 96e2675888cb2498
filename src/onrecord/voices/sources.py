"""What kind of source a stretch of text is: a name, a pronoun, a description, several joined, or nothing.

Reads the noun phrase by word lists and its shape: the core up to the first comma, relative clause or preposition,
its head, its determiner, what stands in apposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from onrecord.model import Span, Spans
from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name, find_names
from onrecord.voices.noun_phrases import (
    DEFINITE,
    LEAD,
    POSSESSIVE,
    content_words,
    core_of,
    count_of,
    head_name,
    head_of,
    label_of,
    noun_class_of,
    roles_around,
)
from onrecord.voices.scan import Scan, Token

Shape = Literal["empty", "pronoun", "name", "joint", "description"]
SINGULAR = closed("singular")
PLURAL = closed("plural")
NEUTER = closed("neuter")
FIRST = closed("first")
SECOND = closed("second")
RELATIVE = closed("relative")
SUBJECTS = frozenset(["he", "she", "they", "it", "i", "we"])
PRONOUNS = SINGULAR | PLURAL | NEUTER | FIRST | SECOND | RELATIVE
_LONG_WORD = 40
_ANEW = closed("anew")


@dataclass(frozen=True, slots=True)
class Source:
    """A source taken apart. What does not apply is empty."""

    shape: Shape
    start: int
    end: int
    pronoun: str = ""
    name: Name | None = None
    head: str = ""
    """Head noun of a description, lower case."""
    noun_class: str = ""
    """person, unnamed, group, organisation, document, or empty."""
    gender: str = "-"
    definite: bool = False
    fresh: bool = False
    """Whether its determiner says that this is a new one: a, another, some, other."""
    possessor: str = ""
    """Possessive pronoun that opens the phrase."""
    label: str = ""
    """The description as the guidelines want it: without article, up to the first comma."""
    words: frozenset[str] = frozenset()
    """Lower-case content words of the description."""
    names: tuple[Name, ...] = ()
    """Names inside a description ("the Feld campaign")."""
    roles: tuple[str, ...] = ()
    count: int | None = None
    parts: tuple[Source, ...] = ()


def read_source(scan: Scan, lex: Lexicon, spans: Spans) -> Source:
    """Take a source apart. Spans that are empty or hold no word give the shape "empty"."""
    parts = [whole for whole in (_whole_words(scan, span) for span in spans) if scan.between(*whole)]
    if not parts:
        at = spans[0].start_char if spans else 0
        return Source("empty", at, at)
    whole = Span(min(s.start_char for s in parts), max(s.end_char for s in parts))
    if len(parts) > 1 and whole.end_char - whole.start_char > 300:
        whole = parts[0]
    return _read(scan, lex, *whole)


def _whole_words(scan: Scan, span: Span) -> Span:
    """The span from the start of the word that it starts in."""
    i = scan.token_at(span.start_char) - 1
    cut = i >= 0 and span.start_char < min(scan.tokens[i].end, span.end_char)
    if cut and span.start_char - scan.tokens[i].start < _LONG_WORD:
        return Span(scan.tokens[i].start, span.end_char)
    return span


def _read(scan: Scan, lex: Lexicon, start: int, end: int) -> Source:
    tokens = list(scan.between(start, end))
    while len(tokens) > 1 and tokens[-1].low in (
        "both",
        "all",
        "each",
        "himself",
        "herself",
        "itself",
        "themselves",
    ):
        tokens.pop()
        end = tokens[-1].end
    while len(tokens) > 1 and tokens[0].low in LEAD and tokens[1].low != "least":
        if tokens[0].capital and tokens[1].capital:
            break
        tokens.pop(0)
    if not tokens:
        return Source("empty", start, start)
    start = tokens[0].start
    first = tokens[0].low.replace("’", "'")
    pronoun = first if first in PRONOUNS else first.split("'")[0]
    if pronoun in PRONOUNS and (
        len(tokens) == 1 or tokens[1].low in ("himself", "herself", "both", "all", "themselves")
    ):
        return Source("pronoun", start, end, pronoun=pronoun, gender=_pronoun_gender(pronoun))
    last = tokens[-1]
    tokens = _subject(scan, lex, tokens)
    start, end = tokens[0].start, end if tokens[-1] is last else tokens[-1].end
    if len(tokens) == 1 and tokens[0].low in SUBJECTS:
        return Source(
            "pronoun", start, tokens[0].end, pronoun=tokens[0].low, gender=_pronoun_gender(tokens[0].low)
        )
    joint = _joint(scan, lex, tokens, start, end)
    if joint is not None:
        return joint
    return _phrase(scan, lex, tokens, start, end)


def _subject(scan: Scan, lex: Lexicon, tokens: list[Token]) -> list[Token]:
    """The subject of a source that caught more: "even now she", "she met with", "On Monday night, Smith".

    Also "the Feld Institute turned on Smith", but not "Democrats opposed to Smith".
    """
    if len(tokens) < 2:
        return tokens
    joined = any(token.low in ("and", "or", "along") for token in tokens[1:2]) or tokens[-2].low == "and"
    if tokens[-1].low in SUBJECTS and not joined:
        return tokens[-1:]
    if tokens[0].low in SUBJECTS and not joined and scan.text[tokens[0].end : tokens[1].start] == " ":
        return tokens[:1]
    if tokens[0].low in lex.phrases["preposition"]:
        for i in range(1, min(len(tokens), 15)):
            if scan.text[tokens[i - 1].end : tokens[i].start].startswith(","):
                return tokens[i:]
    for i in range(1, min(len(tokens) - 2, 8)):
        if not tokens[i].capital:
            acts = tokens[i].low.endswith("ed") and tokens[i + 1].low in lex.phrases["preposition"]
            names = find_names(scan, lex, tokens[0].start, tokens[i].start, trust=True) if acts else []
            return tokens[:i] if names and names[-1].kind in ("person", "organisation") else tokens
    return tokens


def _pronoun_gender(word: str) -> str:
    if word in ("he", "him", "his", "himself"):
        return "m"
    return "f" if word in ("she", "her", "hers", "herself") else "-"


def _joint(scan: Scan, lex: Lexicon, tokens: Sequence[Token], start: int, end: int) -> Source | None:
    """A source of two or more joined names ("Smith and Jones", "he and his staff"), or None."""
    inside = {
        token.start
        for name in find_names(scan, lex, start, end, trust=True)
        for token in scan.between(name.run_start, name.end)
    }
    for i, token in enumerate(tokens):
        along = token.low == "along" and tokens[min(i + 1, len(tokens) - 1)].low == "with"
        if (
            (token.low not in ("and", "&") and not along)
            or i == 0
            or i == len(tokens) - 1
            or token.start in inside
        ):
            continue
        left = _side(scan, lex, scan_start=start, scan_end=token.start)
        right = _side(
            scan, lex, scan_start=tokens[i + (2 if along and i + 2 < len(tokens) else 1)].start, scan_end=end
        )
        if left is None or right is None:
            continue
        if not _stands_alone(scan, lex, left, token, right):
            continue
        parts = (*_listed(scan, lex, start, left), right)
        return Source("joint", start, end, parts=parts, count=len(parts))
    return None


def _side(scan: Scan, lex: Lexicon, scan_start: int, scan_end: int) -> Source | None:
    tokens = list(scan.between(scan_start, scan_end))
    while tokens and tokens[0].low in ("both", "in", "particular", "also", "with"):
        tokens.pop(0)
    if not tokens or len(tokens) > 25:
        return None
    first = tokens[0].low
    if first in PRONOUNS and len(tokens) == 1:
        return Source("pronoun", tokens[0].start, tokens[0].end, pronoun=first, gender=_pronoun_gender(first))
    side = _phrase(scan, lex, tokens, tokens[0].start, scan_end)
    if side.shape == "name" and side.name is not None and side.name.kind in ("place",) and side.name.prefix:
        return None
    return side


def _stands_alone(scan: Scan, lex: Lexicon, left: Source, link: Token, right: Source) -> bool:
    """Whether "X and Y" joins two sources, and does not go on with an apposition or a place inside X."""
    between = scan.text[left.name.end if left.name else left.start : link.start]
    if (
        left.name is not None
        and left.name.words[-1].casefold() in lex.adjectives
        and left.name.kind != "people"
    ):
        return False
    if "," in between and not between.rstrip().endswith(",") and not _is_list(scan, lex, left, link):
        return False
    if left.shape == "description":
        near = right.name is not None and right.name.run_start <= link.end + 5
        return near and left.noun_class in ("group", "unnamed", "organisation") and " like " not in between
    if right.shape == "description":
        return bool(
            right.noun_class in ("group", "unnamed") or right.possessor or right.label.startswith("other")
        )
    return (
        right.name is None
        or right.name.kind != "place"
        or (left.name is not None and left.name.kind == "place")
    )


def _is_list(scan: Scan, lex: Lexicon, left: Source, link: Token) -> bool:
    """Whether what stands before "and" is names with commas between and nothing else of weight."""
    text = scan.text[left.start : link.start]
    pieces = [piece.strip().removeprefix("the ").strip() for piece in text.split(",") if piece.strip()]
    pieces = [piece for piece in pieces if piece]
    return len(pieces) > 1 and all(piece[0].isupper() and len(piece.split()) <= 6 for piece in pieces)


def _listed(scan: Scan, lex: Lexicon, start: int, left: Source) -> tuple[Source, ...]:
    """The members of "A, B, C" on the left of the last "and"."""
    pieces: list[Source] = []
    position = start
    text = scan.text[start : left.end]
    for piece in text.split(","):
        names = find_names(scan, lex, position, position + len(piece), trust=True)
        stripped = piece.strip().casefold()
        if stripped.startswith("the ") and any(word[0].islower() for word in piece.split()[1:] if word):
            break
        if names and not stripped.startswith(("a ", "an ", "who ", "his ", "her ")):
            pieces.append(
                _phrase(
                    scan,
                    lex,
                    list(scan.between(position, position + len(piece))),
                    position,
                    position + len(piece),
                )
            )
        elif not pieces:
            return (left,)
        position += len(piece) + 1
    return tuple(pieces) if len(pieces) > 1 else (left,)


def _apposed_joint(
    scan: Scan, lex: Lexicon, tokens: Sequence[Token], core: Sequence[Token], end: int
) -> Source | None:
    """ "Two analysts, Ann Smith and Bob Jones,": those named after the plural."""
    if lex.nouns.get(core[-1].low) not in ("group", "unnamed") and not core[-1].low.endswith("s"):
        return None
    after = scan.text[core[-1].end : end]
    rest = tokens[len(core) :]
    if (
        not after.startswith(",")
        or not rest
        or (not rest[0].capital and rest[0].low not in ("the", "former"))
    ):
        return None
    joint = _joint(scan, lex, rest, rest[0].start, end)
    if joint is None or any(part.shape != "name" for part in joint.parts):
        return None
    return joint


def _phrase(scan: Scan, lex: Lexicon, tokens: Sequence[Token], start: int, end: int) -> Source:
    """A name with its roles, or a description."""
    names = find_names(scan, lex, start, end, trust=True)
    core = core_of(scan, lex, tokens, names)
    joint = _apposed_joint(scan, lex, tokens, core, end) if core else None
    if joint is not None:
        return joint
    named = head_name(scan, lex, core, names, end)
    if named is not None:
        roles = roles_around(scan, lex, named, start, end)
        return Source(
            "name",
            start,
            end,
            name=named,
            gender=named.gender,
            roles=roles,
            names=tuple(names),
            count=None,
            words=content_words(lex, tokens),
        )
    return replace(_description(scan, lex, tokens, core or tokens, names), start=start, end=end)


def _description(
    scan: Scan,
    lex: Lexicon,
    tokens: Sequence[Token],
    kept: Sequence[Token],
    names: Sequence[Name],
) -> Source:
    determiner = kept[0].low
    possessor = determiner if determiner in POSSESSIVE else ""
    head = head_of(lex, kept)
    noun_class = noun_class_of(lex, head, kept)
    label = label_of(scan, lex, tokens, kept, noun_class)
    return Source(
        "description",
        tokens[0].start,
        tokens[-1].end,
        head=head,
        noun_class=noun_class,
        gender=lex.noun_gender.get(head, "-"),
        definite=determiner in DEFINITE
        or bool(possessor)
        or any(n.possessive and n.end <= kept[-1].start for n in names),
        possessor=possessor,
        fresh=determiner in _ANEW or possessor in ("my", "our", "your"),
        label=label,
        words=content_words(lex, kept) | content_words(lex, tokens[:12]),
        names=tuple(names),
        count=count_of(tokens),
    )
