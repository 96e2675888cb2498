"""Descriptions that rules settle: pairs named right before, makers of articles, appositions, clauses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from onrecord.model import Attribution, Span
from onrecord.voices.entities import OUTLETS, Entity
from onrecord.voices.lexicon import closed
from onrecord.voices.sources import Source
from onrecord.voices.state import Answer, State

_PLURAL_VERBS = closed("plural_verb")
_APPOSED_REACH = 60
"""Characters between the second of two names and "who" at most."""
_FAR = 400
"""Mentions looked back at for countries and holders of an office, at most."""
_PAIR_REACH = 2
"""Sentences before "the two senators" in which the two are looked for."""
_APPOSITION_OPENS = re.compile(r",\s+(?:a|an|the|one of|now|then|former|who)\s[^.;“”\"\n]*$")
_HOLDERS = closed("holder")
_MADE = closed("made")
_WRITTEN = closed("written")


def pair_of(state: State, source: Source) -> Answer | None:
    """ "The two senators", "both candidates": the two people (or countries) named in the sentences before."""
    first = source.label.split(" ", 1)[0].casefold()
    if first not in ("two", "both") or source.noun_class not in ("group", "unnamed"):
        return None
    if any(name.key[0] not in state.lex.adjectives for name in source.names):
        return None
    if first == "two" and not source.definite:
        return None
    if source.head in ("countries", "nations"):
        return _two_countries(state, source)
    kind = "place" if source.head in ("states", "cities") else "person"
    sentence = state.scan.sentence(source.start)
    i = bisect_left(state.stream, (source.start, -1))
    near: list[Entity] = []
    for start, number in reversed(state.stream[max(0, i - 12) : i]):
        entity = state.entities.all[number]
        if sentence - state.scan.sentence(start) > _PAIR_REACH:
            break
        if entity.kind == kind and entity not in near:
            near.append(entity)
    if len(near) != 2:
        return None
    near.sort(key=lambda e: e.mentions[0])
    numbers = frozenset(e.number + 1 for e in near)
    label = state.groups.setdefault(numbers, f"{near[0].name} and {near[1].name}")
    entity = state.entities.described(
        "group", label, source.head, {w.casefold() for w in label.split()}, True
    )
    entity.count = 2
    return Answer(entity, False, "the two named right before", 0.6)


def _two_countries(state: State, source: Source) -> Answer | None:
    """ "The two countries": of those named before, the two that are named most often by far."""
    i = bisect_left(state.stream, (source.start, -1))
    before = state.stream[max(0, i - _FAR) : i]
    counts = Counter(number for _, number in before if state.entities.all[number].kind == "place")
    named = [
        (count, state.entities.all[number])
        for number, count in counts.most_common()
        if state.lex.places.get(state.entities.all[number].name, ("",))[0] == "country"
    ]
    if len(named) < 2 or (len(named) > 2 and named[2][0] * 2 > named[1][0]):
        return None
    pair = sorted((entity for _, entity in named[:2]), key=lambda entity: entity.mentions[0])
    label = " and ".join(_with_article(state, entity) for entity in pair)
    label = state.groups.setdefault(frozenset(entity.number + 1 for entity in pair), label)
    words = {word.casefold() for word in label.split()}
    group = state.entities.described("group", label, source.head, words, plural=True)
    group.count = 2
    return Answer(group, False, "the two countries that the report is about", 0.6)


def _with_article(state: State, entity: Entity) -> str:
    """ "the United States", but "Mexico": as the text has it."""
    text = state.scan.text
    article = sum(text[max(0, span.start_char - 4) : span.start_char] == "the " for span in entity.mentions)
    return f"the {entity.name}" if article * 2 > len(entity.mentions) else entity.name


def party_of(state: State, source: Source, owner: Entity) -> Entity | None:
    """ "His party": the one whose member the report says he is."""
    parties = {word.casefold() for word in owner.words} & state.lex.adjectives.keys()
    named = {state.lex.adjectives[word] for word in parties if state.lex.adjectives[word].endswith("Party")}
    if len(named) != 1:
        return None
    name = named.pop()
    return state.entities.named(name) or state.entities.described(
        "organisation", name, source.head, name.casefold().split(), False
    )


def shared_heads(state: State, numbers: Sequence[int]) -> set[str]:
    """What several people (numbers as in `State.groups`) may be called together: "the senators"."""
    if not numbers or not all(numbers):
        return set()
    heads = set.intersection(*(state.entities.all[number - 1].heads for number in numbers))
    return {f"{head}s" for head in heads}


def holder_of(state: State, source: Source) -> Entity | None:
    """ "The former Downing Street incumbent": the one person who by the report holds or held that office."""
    role = next((state.lex.seats[n.text] for n in source.names if n.text in state.lex.seats), None)
    if role is None or source.head not in _HOLDERS or not source.definite:
        return None
    former = bool({"former", "ex"} & source.words)
    i = bisect_left(state.stream, (source.start, -1))
    numbers = dict.fromkeys(number for _, number in state.stream[max(0, i - _FAR) : i])
    holders = [
        e
        for e in map(state.entities.all.__getitem__, numbers)
        if e.kind == "person" and role <= e.words and former == bool({"former", "ex"} & e.words)
    ]
    return holders[0] if len(holders) == 1 else None


def maker_of(state: State, source: Source) -> Entity | None:
    """A report or article of a named body speaks as that body."""
    if source.head in OUTLETS and source.names and source.names[-1].kind == "organisation":
        name = source.names[-1]
        if state.scan.text[name.end : source.end].strip().casefold() == source.head:
            return state.entities.find(name)
    if source.head not in _MADE:
        return None
    tail = state.scan.text[source.start : source.end].replace("\u00a0", " ").lower()
    for name in source.names:
        if name.kind not in ("organisation", "unknown", "person"):
            continue
        lead = tail[: name.start - source.start].rstrip()
        if lead.endswith(" the"):
            lead = lead[:-4].rstrip()
        by = lead.endswith((" by", " from"))
        entity = state.entities.find(replace(name, article=True))
        if entity is None:
            continue
        of_maker = lead.endswith((" in", " from", " by", " of", " with")) and entity.kind == "organisation"
        if name.possessive or of_maker or (by and entity.kind == "person"):
            return entity
        outlet = name.key[-1] in state.lex.news_words or entity.number in state.outlets
        if (
            outlet
            and tail[name.end - source.start :].strip().startswith(source.head)
            and source.head in _WRITTEN
        ):
            return entity
    return None


def joined_before(state: State, attribution: Attribution, source: Source) -> Answer | None:
    """ "Ann Smith and Bob Jones, who have": both, where the verb is a plural."""
    verb = next((t.low for span in attribution.cue for t in state.scan.between(*span)), "")
    if source.pronoun != "who":
        return None
    i = bisect_left(state.stream, (source.start, -1))
    people = [state.entities.all[number] for _, number in state.stream[max(0, i - 2) : i]]
    if len(people) != 2 or any(entity.kind != "person" for entity in people) or people[0] is people[1]:
        return None
    first, second = (entity.mentions[entity.before(source.start)] for entity in people)
    between = state.scan.text[first.end_char : second.start_char].split()
    if between[:1] != ["and"] or len(between) > 3 or source.start - second.end_char > _APPOSED_REACH:
        return None
    if verb not in _PLURAL_VERBS and not _apposed_to_plural(state, first):
        return None
    numbers = frozenset(entity.number + 1 for entity in people)
    label = state.groups.setdefault(numbers, f"{people[0].name} and {people[1].name}")
    words = {word.casefold() for word in label.split()}
    group = state.entities.described("group", label, "", words, plural=True)
    return Answer(group, False, "the two joined by “and” right before", 0.8)


def _apposed_to_plural(state: State, first: Span) -> bool:
    """ "Two voters, | Ann Smith and Bob Jones": whether a plural stands before the first of two names."""
    i = state.scan.token_at(first.start_char) - 1
    if i < 0 or state.scan.text[state.scan.tokens[i].end : first.start_char] != ", ":
        return False
    noun = state.scan.tokens[i].low
    return noun.endswith("s") and (noun in state.lex.nouns or noun[:-1] in state.lex.nouns)


def apposed_before(state: State, source: Source) -> Entity | None:
    """ "Ann Smith, a swimmer at the club, who": the person whom the noun phrase before the pronoun describes."""
    i = bisect_left(state.stream, (source.start, -1))
    for start, number in reversed(state.stream[max(0, i - 6) : i]):
        entity = state.entities.all[number]
        span = entity.mentions[entity.before(start + 1)]
        gap = state.scan.text[span.end_char : source.start]
        if (
            entity.kind == "person"
            and len(gap) < 160
            and _APPOSITION_OPENS.match(gap)
            and gap.count(",") <= 2
        ):
            return entity
    return None


def clause(state: State, attribution: Attribution, source: Source) -> str:
    """ "those" with the clause that says who they are."""
    end = max((s.end_char for s in attribution.content), default=source.end)
    text = state.scan.text[source.start : min(max(end, source.end), source.start + 160)]
    return " ".join(text.split()).rstrip(' .,;”"')


def spelt_out(state: State, source: Source) -> str:
    """The label with an acronym in it spelt out, where the report gives its full form ("the NFB poll")."""
    for name in source.names:
        entity = state.entities.find(name)
        if len(name.words) == 1 and name.text.isupper() and entity is not None and entity.full:
            return source.label.replace(name.text, entity.name, 1)
    return source.label


def possessor_of(source: Source) -> Source:
    """The possessive pronoun that opens a phrase, as a source of its own."""
    gender = "m" if source.possessor == "his" else "f"
    return Source("pronoun", source.start, source.start + 3, pronoun=source.possessor, gender=gender)
