"""Proper names in a text: where they stand, what they are without titles, and whether two name the same.

No model: runs of capitalised words, cut at titles and role nouns ("White House Press Secretary | Josh Earnest"),
told apart by word lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.scan import Scan, Token

NameKind = Literal["person", "organisation", "place", "people", "unknown"]
PARTICLES = closed("particles")
SUFFIXES = closed("suffixes")
_JOINED = re.compile(r"[ \u00a0\t]+\Z")
_LONGEST = 10
"""Words in a name at most."""


@lru_cache(maxsize=4096)
def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold().replace(".", "").replace("’", "'").strip("“”\"‘'") for word in words)


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name at a place of the text."""

    start: int
    end: int
    words: tuple[str, ...]
    """As written, without titles and possessive endings."""
    kind: NameKind
    gender: str
    """m, f or - ."""
    prefix: str
    """Role or title written with capitals before the name ("House Speaker"), or an empty string."""
    run_start: int
    """Where the run of capitals with that prefix starts."""
    possessive: bool
    article: bool
    """Whether "the" stands before it."""

    @property
    def text(self) -> str:
        """The words, joined."""
        return " ".join(self.words)

    @property
    def key(self) -> tuple[str, ...]:
        """Lower-case words without full stops, for comparison."""
        return _key(self.words)


def find_names(
    scan: Scan, lex: Lexicon, start: int = 0, end: int | None = None, trust: bool = False
) -> list[Name]:
    """The names in a stretch of the text, in order.

    `trust`: the stretch is a source, so that a lone capitalised word at its start is a name too, and lines set
    like headlines are read as well.
    """
    tokens = scan.between(start, len(scan.text) if end is None else end)
    names: list[Name] = []
    i = 0
    display = iter(scan.display)
    shown = next(display, None)
    while i < len(tokens):
        token = tokens[i]
        if not token.capital and not token.text[0].isdigit():
            i += 1
            continue
        while shown is not None and shown.end_char <= token.start:
            shown = next(display, None)
        ordinal = (
            token.text[0].isdigit() and token.low.endswith(("st", "nd", "rd", "th")) and len(token.text) < 6
        )
        ordinal = ordinal or (
            token.text.isdigit()
            and len(token.text) == 4
            and scan.text[max(0, token.start - 4) : token.start].casefold() == "the "
        )
        ahead = (
            ordinal and i + 1 < len(tokens) and tokens[i + 1].capital and _joined(scan, token, tokens[i + 1])
        )
        if not (token.capital or ahead) or (
            not trust and shown is not None and shown.start_char <= token.start
        ):
            i += 1
            continue
        run, i = _run(scan, lex, tokens, i)
        if not trust and len(run) > 4 and all(t.text.isupper() for t in run):
            continue
        alone = trust and len(run) == len(tokens) == 1
        names.extend(_names_of_run(scan, lex, run, trust, alone))
    return names


def _run(scan: Scan, lex: Lexicon, tokens: Sequence[Token], i: int) -> tuple[list[Token], int]:
    """The run of capitalised words that starts at token i, and the index after it."""
    run = [tokens[i]]
    i += 1
    while i < len(tokens) and len(run) < _LONGEST:
        last = run[-1]
        suffix = tokens[i].low in SUFFIXES and scan.text[last.end : tokens[i].start] == ", "
        if (last.possessive or not _joined(scan, last, tokens[i])) and not suffix:
            break
        if len(run) > 1 and scan.text[last.end] == "/":  # a photographer and the agency
            break
        if tokens[i].capital:
            run.append(tokens[i])
            i += 1
            continue
        linked = _link(scan, lex, run, tokens, i)
        if not linked:
            break
        run.extend(tokens[i : i + linked])
        i += linked
    return run, i


def _joined(scan: Scan, left: Token, right: Token) -> bool:
    gap = scan.text[left.end : right.start]
    if gap in (" ", "\u00a0", " & ", "/") or _JOINED.match(gap):
        return True
    return _nickname_opens(scan, left, right, gap) or (
        len(gap) == 2 and gap[0] in "”\"’'" and gap[1] == " " and _quoted_word(scan, left)
    )


def _nickname_opens(scan: Scan, left: Token, right: Token, gap: str) -> bool:
    """John “Red” Marlow: one capitalised word in quotation marks between two."""
    opens = len(gap) == 2 and gap[0] == " " and gap[1] in "“\"‘'" and left.capital and right.capital
    return (
        opens
        and scan.text[right.end : right.end + 1] in "”\"’'"
        and scan.text[right.end + 1 : right.end + 2] == " "
    )


def _quoted_word(scan: Scan, token: Token) -> bool:
    return token.start > 1 and scan.text[token.start - 1] in "“\"‘'" and token.capital


def _link(scan: Scan, lex: Lexicon, run: Sequence[Token], tokens: Sequence[Token], i: int) -> int:
    """How many tokens from i on (a particle, "of the" ... and the capital after it) go on with the run."""
    low = tokens[i].low
    ahead = i + 1
    if low in ("of", "for", "and", "on") and ahead < len(tokens) and tokens[ahead].low == "the":
        ahead += 1
    if ahead >= len(tokens) or not all(_joined(scan, tokens[k], tokens[k + 1]) for k in range(i, ahead)):
        return 0
    if not tokens[ahead].capital:
        double = low in PARTICLES and tokens[ahead].low in PARTICLES and ahead + 1 < len(tokens)
        return (
            3
            if double and tokens[ahead + 1].capital and _joined(scan, tokens[ahead], tokens[ahead + 1])
            else 0
        )
    if low in PARTICLES and ahead == i + 1:
        return 2
    near = run[-6:] if any(t.low in ("of", "for") for t in run[-3:]) else run[-3:]
    is_head = any(
        t.low in lex.organisation_heads or t.low.rstrip("s") in lex.organisation_heads for t in near
    )
    wanted = low in ("of", "for") or (low == "and" and any(t.low in ("of", "for") for t in run))
    wanted = wanted or (low == "on" and run[-1].low in _ON and tokens[ahead].low not in lex.function_words)
    topics = low == "and" and run[-1].low in lex.topic_words
    if topics and (tokens[ahead].low in lex.topic_words or tokens[ahead].low in lex.organisation_heads):
        return ahead - i + 1
    person = low == "and" and (tokens[ahead].low in lex.titles or tokens[ahead].low in lex.first_names)
    is_role = low == "of" and (run[-1].low in lex.titles or lex.nouns.get(run[-1].low) == "person")
    return ahead - i + 1 if (is_head and wanted and not person) or is_role else 0


_ON = closed("joined_by_on")
_NAMES_TOO = closed("names_too")


def _names_of_run(scan: Scan, lex: Lexicon, run: list[Token], trust: bool, alone: bool = False) -> list[Name]:
    """The names of one run. `alone`: the run is a whole source, so that "Will" and "May" are names."""
    article = False
    while run and _function_word(lex, run[0]) and not _keeps_function_word(lex, run, alone):
        if article and run[0].low == "new" and len(run) > 1:
            break
        article = run[0].low == "the"
        run = run[1:]
    run = run[_opening_word(scan, lex, run) :]
    if not run:
        return []
    before = scan.text[max(0, run[0].start - 5) : run[0].start].casefold()
    article = article or before.endswith("the ")
    outlet = _outlet_length(lex, run)
    if outlet:
        return _names_of_run(scan, lex, run[:outlet], trust) + _names_of_run(scan, lex, run[outlet:], trust)
    cut = _prefix_length(lex, run)
    prefix, rest = run[:cut], run[cut:]
    if not rest or (len(rest) == 1 and not prefix and _common_noun(scan, lex, rest[0], article, trust)):
        return []
    if (
        trust
        and len(rest) > 1
        and not article
        and rest[-1].low in scan.lower_words
        and _head_in_headline(lex, rest)
    ):
        return []
    kind, gender = classify(lex, rest, prefix, article)
    return [
        Name(
            start=rest[0].start,
            end=rest[-1].end - (2 if rest[-1].possessive and scan.text[rest[-1].end - 2] in "'’" else 0),
            words=tuple(_in_marks(scan, token) for token in rest),
            kind=kind,
            gender=gender,
            prefix=" ".join(token.text for token in prefix),
            run_start=run[0].start,
            possessive=rest[-1].possessive,
            article=article,
        )
    ]


def _outlet_length(lex: Lexicon, run: Sequence[Token]) -> int:
    """Words of an outlet's name that runs into a person's ("Washington Post | Ann Smith"), else 0."""
    for i in range(1, len(run) - 1):
        person = run[i + 1].low in lex.first_names or (
            len(run) == i + 2 and run[i + 1].low not in lex.organisation_words
        )
        if (
            run[i].low in lex.news_words
            and run[0].text in lex.places
            and person
            and run[i + 1].low not in lex.nouns
        ):
            return i + 1
    return 0


def _in_marks(scan: Scan, token: Token) -> str:
    """The word, with its quotation marks where it stands in them inside a name."""
    around = scan.text[token.start - 1 : token.start] + scan.text[token.end : token.end + 1]
    return around[0] + token.text + around[1] if around in ("“”", '""', "‘’", "''") else token.text


def _opening_word(scan: Scan, lex: Lexicon, run: Sequence[Token]) -> int:
    """1 if the run opens with a word that is no part of the name after it ("Conservative Icon | Ann Smith")."""
    if len(run) < 2 or run[0].low in lex.first_names or len(run[0].text) < 3 or run[0].low in lex.titles:
        return 0
    opens = scan.sentences[scan.sentence(run[0].start)] >= run[0].start - 1
    if opens and run[0].low.endswith(("ing", "ed")) and run[0].low not in lex.surnames:
        return int(not _is_organisation(lex, run))
    if opens and " ".join(t.text for t in run[1:]) in lex.places and run[0].low not in lex.adjectives:
        return int(" ".join(t.text for t in run) not in lex.places and run[0].text not in lex.places)
    if len(run) < 3:
        return 0
    known = (
        run[1].low in lex.first_names and run[1].low not in lex.surnames and run[0].low not in lex.surnames
    )
    return int(
        known and run[1].text.isalpha() and run[0].low in scan.lower_words and not _is_organisation(lex, run)
    )


def _function_word(lex: Lexicon, token: Token) -> bool:
    word = token.low.rstrip(".")
    if word in lex.function_words:
        return True
    return ("’" in word or "'" in word) and re.split("['’]", word, maxsplit=1)[0] in lex.function_words


def _keeps_function_word(lex: Lexicon, run: Sequence[Token], alone: bool) -> bool:
    """ "No 10", "May" (the minister) and the like: the whole run is a known name."""
    if alone and run[0].low in _NAMES_TOO:
        return True
    if " ".join(t.text for t in run) in lex.known_organisations:
        return True
    if any(" ".join(t.text for t in run[:n]).title() in lex.places for n in (2, 3)):
        return True
    return run[0].low in _NAMES_TOO and len(run) > 1 and run[1].low in lex.surnames


def _head_in_headline(lex: Lexicon, run: Sequence[Token]) -> bool:
    """A description in a headline's capitals ("Newly Released Document"): its last word is a common noun."""
    noun = run[-1].low in lex.nouns and run[-1].low not in lex.organisation_words
    return noun and run[0].low not in lex.first_names and run[0].text not in lex.places


def _common_noun(scan: Scan, lex: Lexicon, token: Token, article: bool, trust: bool) -> bool:
    """Whether a lone capitalised word is a noun in a title or at the start of a sentence rather than a name."""
    noun_class = lex.nouns.get(token.low)
    if token.low == "pac" or (noun_class in ("person", "unnamed", "group") and token.low not in lex.peoples):
        return True
    opens = scan.sentences[scan.sentence(token.start)] >= token.start - 1
    if not opens or article:
        return False
    if token.low in scan.lower_words and token.low not in lex.news_words and not token.possessive:
        return token.low not in lex.first_names and token.text not in lex.known_organisations
    return (
        noun_class == "document"
        if trust
        else noun_class is not None or token.low.endswith(("ing", "ly", "ed"))
    )


def _prefix_length(lex: Lexicon, run: Sequence[Token]) -> int:
    """How many words of the run are a role or title before a person's name; all of them if nothing follows."""
    if " ".join(t.text for t in run) in lex.known_organisations:
        return 0
    before_name = len(run) > 2 and run[1].low in lex.first_names and run[1].low not in PARTICLES
    roles = [i + 1 for i, token in enumerate(run) if _is_role(lex, token, i == 0, before_name)]
    cut = roles[-1] if roles else 0
    if not cut:
        party = len(run) > 2 and run[0].low in lex.adjectives and run[1].low in lex.first_names
        return int(party)
    rest = run[cut:]
    if not rest:
        return _all_roles(lex, run)
    if rest[0].low == "of":
        named = next((k for k in range(2, len(rest) - 1) if rest[k].low in lex.first_names), None)
        if named is not None and not _is_organisation(lex, rest[named:]):
            return cut + named
    if rest[0].low in ("of", "for", "on", "and") or _is_organisation(lex, rest):
        return 0 if _is_organisation(lex, run) else len(run)
    return cut


def _is_role(lex: Lexicon, token: Token, first: bool, before_name: bool) -> bool:
    """A title or role noun, also behind a hyphen ("Secretary-Treasurer").

    What is a first name too ("Dean", "Marine") is none in first place, unless a first and a last name follow.
    """
    bare = token.low.rstrip(".").rsplit("-", 1)[-1]
    titled = token.low in lex.titles or bare in lex.titles
    noun = lex.nouns.get(bare) == "person" or lex.nouns.get(token.low) == "unnamed"
    return titled or (noun and not (first and token.low in lex.first_names and not before_name))


def _all_roles(lex: Lexicon, run: Sequence[Token]) -> int:
    """The prefix of a run that ends in a role noun: "Ann Judge" and "Paul King" are names all the same."""
    if len(run) > 2 and run[-2].low in lex.first_names and run[-2].low not in lex.titles | lex.nouns:
        return len(run) - 2
    first = run[0].low
    named = (
        len(run) > 1 and first in lex.first_names and first not in lex.titles and first not in lex.adjectives
    )
    return 0 if named or _is_organisation(lex, run) else len(run)


def _is_organisation(lex: Lexicon, run: Sequence[Token]) -> bool:
    text = " ".join(t.text for t in run)
    if (
        run[0].text in lex.places
        and run[0].low not in lex.first_names
        and any(t.low in lex.news_words for t in run[1:-1])
    ):
        return True
    return text in lex.known_organisations or any(
        t.low.rstrip(".") in lex.organisation_words and (t is run[-1] or t.low in lex.organisation_heads)
        for t in run
    )


def classify(
    lex: Lexicon, run: Sequence[Token], prefix: Sequence[Token], article: bool
) -> tuple[NameKind, str]:
    """What a name is, and the gender of a person (m, f or -)."""
    gender = _gender_of(lex, run, prefix)
    if prefix and prefix[-1].low not in lex.adjectives:
        return "person", gender
    kind = _listed_kind(lex, run)
    if kind is not None:
        return kind, "-"
    last = run[-1].low
    body = _is_organisation(lex, run)
    named = run[0].low in lex.first_names and 2 <= len(run) <= 5
    if named and (not body or (last not in lex.organisation_heads and not article)):
        return "person", gender
    if body or any(t.low in ("of", "for", "and") for t in run):
        return "organisation", "-"
    return _by_shape(lex, run, article), gender


def _gender_of(lex: Lexicon, run: Sequence[Token], prefix: Sequence[Token]) -> str:
    """By title or role, else by first name; a lone surname has none."""
    first = run[0].low
    by_title = next((g for g in (_gender(lex, t.low) for t in reversed(prefix)) if g != "-"), "-")
    if by_title != "-":
        return by_title
    found = "-" if len(run) == 1 and run[-1].low in lex.surnames else lex.first_names.get(first, "-")
    if found in "-b" and first.isascii() and "-" in first:
        found = lex.first_names.get(first.split("-")[0], "-")
    return found.replace("b", "-")


def _listed_kind(lex: Lexicon, run: Sequence[Token]) -> NameKind | None:
    """The kind of a name that the lists have, None for others."""
    text = " ".join(t.text for t in run)
    first, last = run[0].low, run[-1].low
    if text in lex.known_organisations:
        return "organisation"
    if {text, text.removesuffix("."), text.title() if text.isupper() else text} & lex.places.keys():
        return "place"
    if last in lex.thing_words and len(run) > 1 and first not in lex.first_names:
        return "place"
    return "people" if last in lex.peoples and len(run) <= 3 else None


def _gender(lex: Lexicon, word: str) -> str:
    found = lex.titles.get(word, "-")
    return found if found != "-" else lex.noun_gender.get(word, "-")


def _by_shape(lex: Lexicon, run: Sequence[Token], article: bool) -> NameKind:
    if len(run) == 1:
        token = run[0]
        acronym = (
            token.text.isupper()
            and 2 <= len(token.text.replace(".", "")) <= 4
            and token.low not in lex.surnames
        )
        return "organisation" if acronym else "unknown"
    if run[0].text in lex.places and run[0].low not in lex.first_names:
        return "organisation"
    if article or any(t.text.isupper() and len(t.text) > 2 and "." not in t.text for t in run):
        return "organisation"
    if len(run) <= 4 and all(
        t.text.replace(".", "").replace("-", "").replace("'", "").replace("’", "").isalpha() for t in run
    ):
        return "person"
    return "organisation"


def first_names_agree(lex: Lexicon, one: str, other: str) -> bool:
    """Whether two first names may be one person's: equal, an initial, a nickname."""
    if one == other:
        return True
    if len(one) <= 2 or len(other) <= 2:
        return one[:1] == other[:1]
    return other in lex.nicknames.get(one, ())


def person_core(key: Sequence[str]) -> tuple[str, ...]:
    """A person's name without suffixes ("Jr."), empty words aside."""
    return tuple(word for word in key if word and word not in SUFFIXES)


def same_person(lex: Lexicon, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names (lower-case words) may be one person: same surname, first names that agree."""
    a, b = person_core(one), person_core(other)
    if len(a) < 2 or len(b) < 2:
        return False
    if a[-1] != b[-1] and a[-2:] != b[-2:]:
        return False
    if first_names_agree(lex, a[0], b[0]):
        return True
    return (len(a[0]) <= 2 and len(a) > 2 and a[1] == b[0]) or (
        len(b[0]) <= 2 and len(b) > 2 and b[1] == a[0]
    )


def initials(words: Sequence[str]) -> str:
    """The acronym a name would have: first letters of its longer or capitalised words."""
    return "".join(w[0] for w in words if w and (w[0].isupper() or len(w) > 3)).upper()


def with_shared_surnames(names: Iterable[Name], scan: Scan, lex: Lexicon) -> list[Name]:
    """The names, "Ann" in "Ann and Bob Marlow" as "Ann Marlow", unless "Ann" is somebody's surname in the text."""
    out = list(names)
    surnames = {name.key[-1] for name in out if len(name.words) > 1}
    for i, (first, second) in enumerate(pairwise(out)):
        joined = scan.text[first.end : second.start] in (" and ", " & ") and not first.possessive
        if not joined or len(first.words) > 1 or len(second.words) != 2 or first.prefix or second.prefix:
            continue
        word, other = first.key[0], second.key[0]
        if word in lex.first_names and other in lex.first_names and word not in surnames:
            gender = lex.first_names[word].replace("b", "-")
            words = (first.words[0], second.words[1])
            out[i] = replace(first, words=words, kind="person", gender=gender)
    return out
