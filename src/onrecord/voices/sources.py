"""What kind of source a stretch of text is: a name, a pronoun, a description, several joined, or nothing.

Reads the noun phrase by word lists and its shape: the core up to the first comma, relative clause or preposition,
its head, its determiner, what stands in apposition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from onrecord.model import Span, Spans
from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name, find_names
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

_LEAD = closed("lead")
_DEFINITE = closed("definite")
_POSSESSIVE = closed("possessive")
_INDEFINITE = closed("indefinite")
_NO_APPOSITION = closed("no_apposition")
_ANEW = closed("anew")
_FILLER = closed("filler")
_FRESH = closed("recency")
_ISSUED = closed("issued")
_BREAK = re.compile(r"[,;:()\[\]–—\n]|--| - ")
_ASIDE = re.compile(r" and, \w+, | [—–-] and ")
_LIST_END = re.compile(r",?\s+and,?\s+[^,]+$")
_APPOSITION = re.compile(
    r",\s+(?:the|a|an|who|which|including|like|such|he|she|it|led|known)\b|[—–(]", re.IGNORECASE
)
_NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"]
    )
} | {"both": 2, "dozen": 12, "couple": 2, "pair": 2}


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
    """Names inside a description ("the Clinton campaign")."""
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
    if i >= 0 and span.start_char < scan.tokens[i].end and span.start_char < span.end_char:
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
    while len(tokens) > 1 and tokens[0].low in _LEAD and tokens[1].low != "least":
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
    tokens = _subject(scan, lex, tokens)
    start = tokens[0].start
    if len(tokens) == 1 and tokens[0].low in SUBJECTS:
        return Source("pronoun", start, end, pronoun=tokens[0].low, gender=_pronoun_gender(tokens[0].low))
    joint = _joint(scan, lex, tokens, start, end)
    if joint is not None:
        return joint
    return _phrase(scan, lex, tokens, start, end)


def _subject(scan: Scan, lex: Lexicon, tokens: list[Token]) -> list[Token]:
    """The subject of a source that caught more: "even now she", "On Monday night, Smith"."""
    if tokens[-1].low in SUBJECTS and all(token.low != "and" for token in tokens):
        return tokens[-1:]
    if tokens[0].low in lex.phrases["preposition"]:
        for i in range(1, min(len(tokens), 15)):
            if scan.text[tokens[i - 1].end : tokens[i].start].startswith(","):
                return tokens[i:]
    return tokens


def _pronoun_gender(word: str) -> str:
    if word in ("he", "him", "his", "himself"):
        return "m"
    return "f" if word in ("she", "her", "hers", "herself") else "-"


# -- several sources joined ------------------------------------------------------------------------------


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


# -- one source ------------------------------------------------------------------------------------------


def _apposed_joint(
    scan: Scan, lex: Lexicon, tokens: Sequence[Token], core: Sequence[Token], end: int
) -> Source | None:
    """ "Two analysts, Ann Smith and Bob Jones,": those named after the plural."""
    if lex.nouns.get(core[-1].low) not in ("group", "unnamed") and not core[-1].low.endswith("s"):
        return None
    after = scan.text[core[-1].end : end]
    rest = tokens[len(core) :]
    if not after.startswith(",") or not rest or (not rest[0].capital and rest[0].low not in ("the", "former")):
        return None
    joint = _joint(scan, lex, rest, rest[0].start, end)
    if joint is None or any(part.shape != "name" for part in joint.parts):
        return None
    return joint


def _phrase(scan: Scan, lex: Lexicon, tokens: Sequence[Token], start: int, end: int) -> Source:
    """A name with its roles, or a description."""
    names = find_names(scan, lex, start, end, trust=True)
    core = _core(scan, lex, tokens, names)
    joint = _apposed_joint(scan, lex, tokens, core, end) if core else None
    if joint is not None:
        return joint
    named = _head_name(scan, lex, core, names, end)
    if named is not None:
        roles = _roles(scan, lex, tokens, named, start, end)
        return Source(
            "name",
            start,
            end,
            name=named,
            gender=named.gender,
            roles=roles,
            names=tuple(names),
            count=None,
            words=_content(lex, tokens),
        )
    return _description(scan, lex, tokens, core, names, start, end)


def _core(scan: Scan, lex: Lexicon, tokens: Sequence[Token], names: Sequence[Name]) -> list[Token]:
    """The noun phrase up to its head: before the first comma, preposition, relative clause."""
    inside = {token.start for name in names for token in scan.between(name.run_start, name.end)}
    core: list[Token] = []
    for i, token in enumerate(tokens):
        if core and _BREAK.search(scan.text[core[-1].end : token.start]):
            break
        ends = token.low in lex.phrases["stop"] or token.low in lex.phrases["preposition"]
        if (
            ends
            and core
            and token.low.endswith(("ing", "ed"))
            and core[-1].low not in lex.nouns
            and core[-1].low not in lex.peoples
        ):
            ends = False
        ends = ends or (bool(core) and token.low in _ISSUED and lex.nouns.get(core[-1].low) == "document")
        if core and ends and token.start not in inside:
            partitive = core[-1].low in lex.phrases["partitive"] and token.low == "of"
            if not (
                partitive
                or (token.low == "than" and core[-1].low == "more")
                or (token.low == "about" and len(core) < 2)
            ):
                break
        if (
            core
            and token.low.endswith("ing")
            and not token.capital
            and i + 1 < len(tokens)
            and lex.nouns.get(core[-1].low)
        ):
            break
        core.append(token)
    return core


def _head_name(
    scan: Scan, lex: Lexicon, core: Sequence[Token], names: Sequence[Name], end: int
) -> Name | None:
    """The name that heads the phrase: the one that ends its core, or that stands in apposition to it."""
    if not core:
        return names[0] if names else None
    last = core[-1]
    for name in names:
        if name.start <= last.start < name.end:
            qualified = re.match(r"\s+(?:of|in|who|from)\b", scan.text[last.end : end]) is not None
            if (name.kind == "people" and (not name.article or qualified)) or _is_noun_of_possessor(
                lex, name, names
            ):
                return None
            adjective = (
                len(name.words) == 1 and name.words[0].casefold() in lex.adjectives and name.kind != "people"
            )
            return None if adjective and not name.article else name
    if last.low in lex.phrases["facet"] and len(core) > 1:
        for name in names:
            if name.possessive and name.end <= last.start:
                return name
    rest = scan.text[last.end : end]
    singular = lex.nouns.get(last.low) in ("person", "organisation") or lex.phrases["partitive"] & {last.low}
    if singular or re.match(r"\s*(,|named|called)\s", rest):
        for name in names:
            if (
                name.start > last.end
                and name.kind in ("person", "organisation", "unknown")
                and _in_apposition(scan, lex, last, name)
            ):
                return name
    if lex.nouns.get(last.low) == "person":
        for name in names:
            if name.kind == "person" and len(name.words) > 1 and _follows_role(scan, lex, core, name):
                return name
    return None


def _follows_role(scan: Scan, lex: Lexicon, core: Sequence[Token], name: Name) -> bool:
    """ "master of ceremonies Ann Smith": a noun right before the name, no comma between."""
    lead = scan.text[core[-1].end : name.run_start]
    i = scan.token_at(name.run_start) - 1
    before = scan.tokens[i]
    if (
        "," in lead
        or len(lead) > 60
        or i < 0
        or before.start <= core[-1].start
        or scan.text[before.end : name.run_start] != " "
    ):
        return False
    words = lex.function_words | lex.phrases["preposition"] | lex.phrases["stop"]
    return (
        not before.possessive
        and not before.capital
        and before.low not in words
        and not before.low.endswith(("ed", "ing"))
    )


def _is_noun_of_possessor(lex: Lexicon, name: Name, names: Sequence[Name]) -> bool:
    """ "Trump's Son" in a headline."""
    return name.words[0].casefold() in lex.nouns and any(n.possessive and n.end < name.start for n in names)


def _in_apposition(scan: Scan, lex: Lexicon, last: Token, name: Name) -> bool:
    """ "his campaign manager, Jeff Weaver" · "a group called Color of Change" · "The head of X, Ann Smith,"."""
    lead = scan.text[last.end : name.run_start]
    if re.fullmatch(r"\s*(?:called|named)\s+(?:[“\"'‘’]+)?(?:the\s+)?", lead, re.IGNORECASE):
        return True
    comma = lead.rfind(",")
    if comma < 0 or len(lead) > 120 or (name.kind == "organisation" and "," in lead[:-2].strip()):
        return False
    before = lead[comma + 1 :].strip().casefold()
    words = before.split()
    if (words and words[0] in _NO_APPOSITION) or " including " in lead or "such as" in lead:
        return False
    if name.kind != "person" or (len(name.words) < 2 and not name.prefix):
        return name.kind == "organisation" and not words and lex.nouns.get(last.low) == "organisation"
    return not words or lex.nouns.get(words[-1]) == "person" or words[-1] in lex.titles


def _roles(
    scan: Scan, lex: Lexicon, tokens: Sequence[Token], name: Name, start: int, end: int
) -> tuple[str, ...]:
    """Role phrases around the name: what stands before it, and the apposition after it."""
    roles = []
    before = scan.text[start : name.start].strip().strip(",;").strip()
    words = before.split()
    while words and words[0].casefold() in _DEFINITE | _POSSESSIVE | _INDEFINITE | _LEAD:
        words.pop(0)
    if words and (not all(w.casefold() in lex.titles and len(w) < 7 for w in words)):
        roles.append(" ".join(words))
    after = re.match(r"[^,(;]{0,40}?,\s+((?:[^,;()“\"\n]|,(?=\s*(?:Inc|Jr)))+)", scan.text[name.end : end])
    if after and after.start() == 0 and scan.text[name.end : name.end + 1] in (",", " ", ""):
        phrase = re.sub(
            r"^(?:the|a|an|its|his|her|their|now|then|who is|who was)\s+",
            "",
            after.group(1).strip(),
            flags=re.I,
        )
        phrase = re.split(r"\s+(?:who|which|that)\s+", phrase)[0].strip()
        if any(
            lex.nouns.get(w.strip(".,").casefold()) == "person" or w.casefold() in lex.titles
            for w in phrase.split()
        ):
            roles.append(phrase)
    return tuple(dict.fromkeys(role for role in roles if 2 < len(role) <= 120))


def _content(lex: Lexicon, tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(t.low for t in tokens if len(t.low) > 2 and t.low not in lex.function_words)


def _description(
    scan: Scan,
    lex: Lexicon,
    tokens: Sequence[Token],
    core: Sequence[Token],
    names: Sequence[Name],
    start: int,
    end: int,
) -> Source:
    kept = list(core) or list(tokens)
    determiner = kept[0].low
    possessor = determiner if determiner in _POSSESSIVE else ""
    head = _head(lex, kept)
    noun_class = _noun_class(lex, head, kept)
    label_start = _label_start(kept, noun_class)
    stop = _label_end(scan, lex, tokens, kept, noun_class)
    label = _ASIDE.sub(" and ", " ".join(scan.text[label_start:stop].split()).strip(" ,;:'’\"“”"))
    return Source(
        "description",
        start,
        end,
        head=head,
        noun_class=noun_class,
        gender=lex.noun_gender.get(head, "-"),
        definite=determiner in _DEFINITE
        or bool(possessor)
        or any(n.possessive and n.end <= kept[-1].start for n in names),
        possessor=possessor,
        fresh=determiner in _ANEW or possessor in ("my", "our", "your"),
        label=label,
        words=_content(lex, kept) | _content(lex, tokens[:12]),
        names=tuple(names),
        count=_count(tokens),
    )


def _head(lex: Lexicon, core: Sequence[Token]) -> str:
    """The head noun: the core's last word; behind "of" for "dozens of members"; a known noun if the last is none."""
    last = core[-1].low
    if last not in lex.nouns:
        for token in reversed(core):
            if token.low in lex.nouns and not token.possessive:
                return token.low
    return last


def _noun_class(lex: Lexicon, head: str, core: Sequence[Token]) -> str:
    found = lex.nouns.get(head, "")
    if not found and head in lex.peoples:
        return "group"
    if not found and head.endswith("s") and lex.nouns.get(head[:-1]) == "person":
        return "group"
    if (
        not found
        and head.endswith("s")
        and not head.endswith("ss")
        and lex.nouns.get(head[:-1]) == "organisation"
    ):
        return "group"
    if not found and any(t.low in lex.phrases["partitive"] for t in core):
        return "group"
    if (
        found == "group"
        and core[0].low in _INDEFINITE
        and lex.nouns.get(head) == "group"
        and head in ("team", "coalition")
    ):
        return "organisation"
    return found


def _label_start(core: Sequence[Token], noun_class: str) -> int:
    skipped = _DEFINITE | {"a", "an", "only", "just", "all", "no"}
    if len(core) == 2 and core[0].low == "no" and core[1].low == "one":
        return core[0].start
    if noun_class == "document":
        skipped = skipped | _FRESH
    if noun_class in ("document", "group", "unnamed"):
        skipped = skipped | {"his", "her", "their"}
    i = 0
    while i < len(core) - 1 and (core[i].low in skipped or (core[i].possessive and core[i].low in _FRESH)):
        if core[i].low == "those":
            break
        i += 1
    return core[i].start


def _label_end(
    scan: Scan, lex: Lexicon, tokens: Sequence[Token], core: Sequence[Token], noun_class: str
) -> int:
    """The label goes on over prepositions and participles, up to a comma, a dash or a relative clause."""
    end = core[-1].end
    last = core[-1]
    rest = scan.text[end : tokens[-1].end]
    listed = _ASIDE.match(rest) is not None or "," in rest and _LIST_END.search(rest) is not None and not _APPOSITION.search(rest)
    plural = noun_class in ("group", "unnamed")
    for token in tokens[len(core) :]:
        gap = scan.text[last.end : token.start]
        if _BREAK.search(gap) and not (listed and gap.strip() == ","):
            break
        if plural and token.low in ("who", "that"):
            plural, end, last = True, token.end, token
            continue
        if token.low in ("who", "which", "that", "whose", "whom", "where", "including") and last.low not in (
            "those",
            "anyone",
            "people",
        ):
            break
        if (noun_class == "document" and token.low in _ISSUED) or token.low == "being":
            break
        end, last = token.end, token
    return last.start + len(last.text) if last.possessive else end


def _count(tokens: Sequence[Token]) -> int | None:
    """The number a phrase opens with ("two officials"), None if it has none."""
    for token in tokens[:4]:
        if token.low in _NUMBER_WORDS:
            return _NUMBER_WORDS[token.low]
        if token.low.isdigit() and len(token.low) < 7:
            return int(token.low)
        if token.low not in _DEFINITE | _POSSESSIVE | _FILLER:
            return None
    return None


def with_name(source: Source, name: Name) -> Source:
    """The same source as that of a name found elsewhere."""
    return replace(source, shape="name", name=name)
