"""The shape of a noun phrase, read by word lists: its core, head, class, label, roles, the name that heads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name
from onrecord.voices.scan import Scan, Token

LEAD = closed("lead")
DEFINITE = closed("definite")
POSSESSIVE = closed("possessive")
_INDEFINITE = closed("indefinite")
_NO_APPOSITION = closed("no_apposition")
_WHEN = re.compile(r" (?:in|on|since) (?:[12]\d{3}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$")
_CLAUSE = closed("clause")
_RUNS_ON = closed("runs_on")
_FINITE = closed("finite_verb") - {"and", "who", "also"}
_FILLER = closed("filler")
_FRESH = closed("recency")
_ISSUED = closed("issued")
_BREAK = re.compile(r"[,;:()\[\]–—\n]|--| - ")
_ASIDE = re.compile(r" and, \w+, | [—–-] and ")
_LIST_END = re.compile(r"(?:,|(?<!\s))\s+and,?\s+[^,]+$")
_APPOSITION = re.compile(
    r",\s+(?:the|a|an|who|which|including|like|such|he|she|it|led|known)\b|[—–(]", re.IGNORECASE
)
_NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
} | {"both": 2, "dozen": 12, "couple": 2, "pair": 2}


def core_of(scan: Scan, lex: Lexicon, tokens: Sequence[Token], names: Sequence[Name]) -> list[Token]:
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


def head_name(
    scan: Scan, lex: Lexicon, core: Sequence[Token], names: Sequence[Name], end: int
) -> Name | None:
    """The name that heads the phrase: the one that ends its core, or that stands in apposition to it."""
    if not core:
        return names[0] if names else None
    last = core[-1]
    if names and _is_subject(scan, core, names[0]):
        return names[0]
    for name in names:
        if name.start <= last.start < name.end:
            return name if _may_head(scan, lex, name, names, end) else None
    if last.low in lex.phrases["facet"] and len(core) > 1:
        owner = next((name for name in names if name.possessive and name.end <= last.start), None)
        if owner is not None:
            return owner
    behind = [name for name in names if name.start > last.end]
    return next((name for name in behind if _names_the_noun(scan, lex, core, name, end)), None)


def _is_subject(scan: Scan, core: Sequence[Token], name: Name) -> bool:
    """ "Smith met with ...": a source that ran on over the verb after its name."""
    i = scan.token_at(name.end)
    if name.possessive or name.kind == "people" or name.run_start > core[0].start or i >= len(scan.tokens):
        return False
    after = scan.tokens[i]
    inside = after.start <= core[-1].start and scan.text[name.end : after.start] == " "
    return inside and not after.capital and (after.low in _FINITE or after.low.endswith("ed"))


def _may_head(scan: Scan, lex: Lexicon, name: Name, names: Sequence[Name], end: int) -> bool:
    """Whether a name at the end of the core heads it: no adjective, no bare people ("Democrats"), no "Holt's Son"."""
    if name.words[0].casefold() in lex.nouns and any(n.possessive and n.end < name.start for n in names):
        return False
    if name.kind == "people":
        return name.article and not re.match(r"\s+(?:of|in|who|from)\b", scan.text[name.end : end])
    return name.article or len(name.words) > 1 or name.words[0].casefold() not in lex.adjectives


def _names_the_noun(scan: Scan, lex: Lexicon, core: Sequence[Token], name: Name, end: int) -> bool:
    """Whether a name behind the core says who the core's noun is."""
    last = core[-1]
    noun = lex.nouns.get(last.low)
    singular = noun in ("person", "organisation") or last.low in lex.phrases["partitive"]
    called = re.match(r"\s*(,|named|called)\s", scan.text[last.end : end]) is not None
    if (
        (singular or called)
        and name.kind in ("person", "organisation", "unknown")
        and _in_apposition(scan, lex, last, name)
    ):
        return True
    return (
        noun == "person"
        and name.kind == "person"
        and len(name.words) > 1
        and _follows_role(scan, lex, core, name)
    )


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


def _in_apposition(scan: Scan, lex: Lexicon, last: Token, name: Name) -> bool:
    """ "his campaign manager, Dale Quist" · "a group called Fair Winds" · "The head of X, Ann Smith,"."""
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


def roles_around(scan: Scan, lex: Lexicon, name: Name, start: int, end: int) -> tuple[str, ...]:
    """Role phrases around the name: what stands before it, and the apposition after it."""
    roles = []
    before = scan.text[start : name.start].strip().strip(",;").strip()
    words = before.split()
    while words and words[0].casefold() in DEFINITE | POSSESSIVE | _INDEFINITE | LEAD:
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
        phrase = re.split(r"(?<!\s)\s+(?:who|which|that)\s+", phrase)[0].strip()
        if any(
            lex.nouns.get(w.strip(".,").casefold()) == "person" or w.casefold() in lex.titles
            for w in phrase.split()
        ):
            roles.append(phrase)
    return tuple(dict.fromkeys(role for role in roles if 2 < len(role) <= 120))


def content_words(lex: Lexicon, tokens: Sequence[Token]) -> frozenset[str]:
    """Lower-case words that carry meaning; "former" does, though it may open a sentence like a function word."""
    kept = lex.phrases["role_modifier"]
    return frozenset(
        t.low for t in tokens if len(t.low) > 2 and (t.low not in lex.function_words or t.low in kept)
    )


def head_of(lex: Lexicon, core: Sequence[Token]) -> str:
    """The head noun: the core's last word; behind "of" for "dozens of members"; a known noun if the last is none."""
    last = core[-1].low
    if last not in lex.nouns and lex.nouns.get(last.removesuffix("s")) != "person":
        for token in reversed(core):
            if token.low in lex.nouns and not token.possessive:
                return token.low
    return last


def noun_class_of(lex: Lexicon, head: str, core: Sequence[Token]) -> str:
    """person, unnamed, group, organisation, document, or empty for a head that no list has."""
    found = lex.nouns.get(head, "")
    if found == "group" and core[0].low in _INDEFINITE and head in ("team", "coalition"):
        return "organisation"
    singular = lex.nouns.get(head[:-1]) if head.endswith("s") and not head.endswith("ss") else None
    plural = head in lex.peoples or singular in ("person", "organisation")
    if not found and (plural or any(t.low in lex.phrases["partitive"] for t in core)):
        return "group"
    return found


def _label_start(core: Sequence[Token], noun_class: str) -> int:
    skipped = DEFINITE | {"a", "an", "only", "just", "all", "no"}
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
    listed = _ASIDE.search(rest) is not None or (
        "," in rest and _LIST_END.search(rest) is not None and not _APPOSITION.search(rest)
    )
    plural = noun_class in ("group", "unnamed")
    clause = False
    for token in tokens[len(core) :]:
        gap = scan.text[last.end : token.start]
        if _BREAK.search(gap) and not (listed and gap.strip() == ","):
            break
        clause = clause or (plural and token.low in ("who", "that"))
        if not clause and token.low in _CLAUSE and last.low not in ("those", "anyone", "people"):
            break
        if (noun_class == "document" and token.low in _ISSUED) or token.low == "being":
            break
        if token.low in _RUNS_ON and not clause:
            break
        end, last = token.end, token
    return last.start + len(last.text) if last.possessive else end


def count_of(tokens: Sequence[Token]) -> int | None:
    """The number a phrase opens with ("two officials"), None if it has none."""
    for token in tokens[:4]:
        if token.low in _NUMBER_WORDS:
            return _NUMBER_WORDS[token.low]
        if token.low.isdecimal() and len(token.low) < 7:
            return int(token.low)
        if token.low not in DEFINITE | POSSESSIVE | _FILLER:
            return None
    return None


def label_of(
    scan: Scan, lex: Lexicon, tokens: Sequence[Token], core: Sequence[Token], noun_class: str
) -> str:
    """What to call a description: without article, on over prepositions up to a comma or a relative clause."""
    start, end = _label_start(core, noun_class), _label_end(scan, lex, tokens, core, noun_class)
    label = _ASIDE.sub(" and ", " ".join(scan.text[start:end].split()).strip(" ,;:'’\"“”"))
    return _WHEN.sub("", label).removesuffix(" and")
