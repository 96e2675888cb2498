"""What people are called besides their names: roles, relations, for whom they speak, whether the headline has them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from onrecord.model import Attribution
from onrecord.voices.entities import Entity
from onrecord.voices.lexicon import closed
from onrecord.voices.names import Name
from onrecord.voices.sources import Source
from onrecord.voices.state import State

SPOKES = re.compile(
    r"\b(?:spokes(?:man|woman|person|people)|press secretary|press officer|communications director)\b",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r",\s+(?:(?:the|a|an|now|then|then-|his|her|its|their)\s*)?((?:[\w’'.-]+ ){0,9}[\w’'-]+)(?=[,.;)])"
)


def meet_sources(state: State, attributions: Sequence[Attribution], sources: dict[str, Source]) -> None:
    """Names that stand only in sources (lines set like headlines) become entities too, and give roles."""
    for attribution in attributions:
        for source in _flat(sources[attribution.id]):
            if source.name is None:
                continue
            entity = state.entities.find(source.name)
            if entity is None:
                state.entities.read_names([source.name])
                entity = state.entities.find(source.name)
            if entity is None:
                continue
            entity.named_by_source = True
            for role in source.roles:
                state.entities.add_role(entity, role)
            _speaks_for(state, entity, source)


def _speaks_for(state: State, entity: Entity, source: Source) -> None:
    if source.name is None or entity.speaks_for is not None:
        return
    for role in source.roles:
        if not SPOKES.search(role):
            continue
        at = state.scan.text.find(role, source.start, source.end + len(role))
        for name in source.names:
            inside = at >= 0 and at <= name.start < at + len(role)
            if (
                inside
                and name.kind in ("organisation", "place", "unknown", "person")
                and name.start != source.name.start
            ):
                owner = state.entities.find(name)
                if owner is not None and owner is not entity:
                    entity.speaks_for = body_of(state, owner, name)
                    return


def body_of(state: State, owner: Entity, name: Name) -> Entity:
    """ "Feld campaign spokesman": the campaign, not Feld."""
    i = state.scan.token_at(name.end)
    if i < len(state.scan.tokens):
        return state.entities.part_of(owner, state.scan.tokens[i].low) or owner
    return owner


def read_roles(state: State, names: Sequence[Name]) -> None:
    """Roles beside names anywhere in the text: "former Prime Minister | Edwin Sark", "Tierney, the spokesman,"."""
    for k, name in enumerate(names):
        if name.kind != "person":
            continue
        entity = state.entities.find(name)
        if entity is None:
            continue
        _read_relation(state, name, entity, names[k + 1 : k + 2])
        before = _role_before(state, name)
        if before:
            state.entities.add_role(entity, before)
        after = _APPOSED.match(state.scan.text, name.end)
        if after:
            words = after.group(1).split()
            if any(state.lex.nouns.get(w.casefold().strip(".")) == "person" for w in words):
                state.entities.add_role(entity, " ".join(words))


def _read_relation(state: State, name: Name, entity: Entity, following: Sequence[Name]) -> None:
    """ "his campaign manager, Dale Quist,": what he may be called later."""
    i = state.scan.token_at(name.run_start) - 1
    if i < 0:
        return
    token = state.scan.tokens[i]
    if state.scan.text[token.end : name.run_start] == ", " and state.lex.nouns.get(token.low) == "person":
        entity.heads.add(token.low)
        entity.words.add(token.low)
        _read_kin(state, i, entity, token.low)
    elif token.low == "parents" and state.scan.text[token.end : name.run_start] == ", ":
        joined = [n for n in following if state.scan.text[name.end : n.start] == " and "]
        _read_parents(state, i, [name, *joined])


def _read_kin(state: State, i: int, entity: Entity, noun: str) -> None:
    """ "My father, Orrin Holt": the writer's, unless it is said in a quotation."""
    owner = state.scan.tokens[i - 1].low if i else ""
    if owner in ("my", "our") and not state.scan.in_quotation(state.scan.tokens[i].start):
        state.kin.setdefault((owner, noun), entity)


def _read_parents(state: State, i: int, parents: Sequence[Name]) -> None:
    """ "My parents, Orrin and Tamsin Holt": which is the father and which the mother, by their gender."""
    for name in parents:
        entity = state.entities.find(name)
        if entity is not None and entity.gender in ("m", "f"):
            _read_kin(state, i, entity, "father" if entity.gender == "m" else "mother")


def _role_before(state: State, name: Name) -> str:
    i = state.scan.token_at(name.run_start) - 1
    start = name.run_start
    found = bool(name.prefix)
    for k in range(i, max(-1, i - 7), -1):
        token = state.scan.tokens[k]
        right = name.run_start if k == i else state.scan.tokens[k + 1].start
        if state.scan.text[token.end : right] not in (" ", "\u00a0"):
            break
        is_role = state.lex.nouns.get(token.low) == "person" or token.low in state.lex.titles
        if not found and not is_role:
            break
        if not (is_role or token.capital or token.low in state.lex.phrases["role_modifier"]):
            break
        if (
            token.capital
            and token.low in state.lex.function_words
            and token.low not in state.lex.phrases["role_modifier"]
        ):
            break
        found, start = True, token.start
    return state.scan.text[start : name.start].strip() if found else ""


def read_genders(state: State) -> None:
    """The gender of people whose name and titles tell none: that of the pronoun that follows the name.

    Counted is the first pronoun after a mention, in its sentence and with no other name between ("Holt said she ...").
    """
    starts = [start for start, _ in state.stream]
    for entity in state.entities.all:
        if entity.kind not in ("person", "unknown") or entity.gender != "-" or not entity.forms:
            continue
        found = [_pronoun_behind(state, span.end_char, starts) for span in entity.mentions[:_LOOKED_AT]]
        he, she = found.count("m"), found.count("f")
        if he + she > 1 and not (he and she):
            entity.gender = "m" if he else "f"


def _pronoun_behind(state: State, position: int, starts: Sequence[int]) -> str:
    i = state.scan.token_at(position)
    following = bisect_left(starts, position)
    limit = starts[following] if following < len(starts) else len(state.scan.text)
    sentence = state.scan.sentence(position)
    for token in state.scan.tokens[i : i + _PRONOUN_REACH]:
        if token.start >= limit or state.scan.sentence(token.start) != sentence:
            return "-"
        if token.low in _GENDERED:
            return _GENDERED[token.low]
    return "-"


_LOOKED_AT = 12
"""Mentions looked at for a pronoun, at most."""
_PRONOUN_REACH = 15
"""Words behind a mention in which the pronoun stands."""
_GENDERED = {"he": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "herself": "f"}


def read_places(state: State) -> None:
    """Names of one word that no list knows and that somebody is "in" or "across": places, and as sources bodies."""
    for entity in state.entities.all:
        if entity.kind != "unknown" or entity.gender != "-" or entity.roles or entity.heads:
            continue
        if any(_is_inside(state, span.start_char) for span in entity.mentions[:_LOOKED_AT]):
            entity.kind = "place"


def _is_inside(state: State, position: int) -> bool:
    i = state.scan.token_at(position) - 1
    if i < 0 or state.scan.text[state.scan.tokens[i].end : position] != " ":
        return False
    return state.scan.tokens[i].low in _INSIDE


_INSIDE = closed("inside")


def mark_outlet(state: State, outlets: Iterable[str | None]) -> None:
    """The site and the outlet of the report are bodies, whatever their names look like."""
    names = {name.casefold().removeprefix("the ") for name in outlets if name}
    for entity in state.entities.all:
        if entity.kind in ("person", "unknown") and entity.name.casefold() in names:
            entity.kind = "organisation"


def mark_headline(state: State) -> None:
    """Entities whose surname or first word stands in the report's first line, even set in capitals."""
    line_end = state.scan.text.find("\n")
    end = line_end if 0 <= line_end < 400 else min(len(state.scan.text), 200)
    shown = {token.low for token in state.scan.between(0, end)}
    for entity in state.entities.all:
        keys = (
            {form[-1].casefold() for form in entity.forms} if entity.kind in ("person", "unknown") else set()
        )
        keys |= {form[0].casefold() for form in entity.forms} if entity.kind not in ("person",) else set()
        entity.headline = bool(keys & shown)


def _flat(source: Source) -> list[Source]:
    return [inner for part in source.parts for inner in _flat(part)] or [source]
