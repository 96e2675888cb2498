"""From the attributions of one report to who speaks in each: names first, then in text order all that points back."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import replace

from onrecord.model import Attribution, Reading, Span
from onrecord.voices import features as f
from onrecord.voices.candidates import anaphor_of, candidates_for, contents_around
from onrecord.voices.described import (
    apposed_before,
    clause,
    holder_of,
    joined_before,
    maker_of,
    pair_of,
    party_of,
    possessor_of,
    shared_heads,
    spelt_out,
)
from onrecord.voices.entities import Entities, Entity
from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import find_names, with_shared_surnames
from onrecord.voices.phrases import noun_phrase_before, thing_before
from onrecord.voices.roles import (
    SPOKES,
    body_of,
    mark_headline,
    mark_outlet,
    meet_sources,
    read_genders,
    read_places,
    read_roles,
)
from onrecord.voices.scan import scan
from onrecord.voices.sources import FIRST, Source, read_source
from onrecord.voices.state import NOBODY, Answer, Chooser, State, position_of
from onrecord.voices.titles import outside_titles, read_titles, title_in, work_called

_OWNED = closed("owned")
_NO_ONE = closed("no_one")
_KIND_OF_CLASS = {
    "person": "unnamed",
    "unnamed": "unnamed",
    "group": "group",
    "organisation": "organisation",
    "document": "document",
}


def resolve(reading: Reading, lex: Lexicon, choose: Chooser) -> dict[str, Answer]:
    """The answer for every attribution of a reading, by its id.

    `choose` picks among the candidates wherever no rule settles whose voice it is: the trained ranker, or in
    training the gold answer.
    """
    attributions = sorted(reading.attributions or (), key=position_of)
    state, sources = _prepare(reading, lex, choose, attributions)
    inner = {a.id for a in attributions if _speaks_inside(state, a, sources[a.id])}
    for attribution in sorted(attributions, key=lambda a: a.id in inner):
        found = answer(state, attribution, sources[attribution.id])
        state.answers[attribution.id] = found
        if attribution.id not in inner:
            _remember(state, attribution, sources[attribution.id], found)
    return state.answers


def _prepare(
    reading: Reading, lex: Lexicon, choose: Chooser, attributions: Sequence[Attribution]
) -> tuple[State, dict[str, Source]]:
    """Names put together, roles read, mentions in order: all that does not depend on the order of attributions."""
    text = scan(reading.report)
    names = with_shared_surnames(find_names(text, lex), text, lex)
    entities = Entities(text, lex)
    works = read_titles(text, entities)
    names = outside_titles(names, works)
    entities.read_names(names)
    for span in text.display:
        entities.read_display(find_names(text, lex, *span, trust=True))
    entities.read_parts(names)
    state = State(text, lex, entities, choose, works=works)
    sources = {a.id: read_source(text, lex, a.source) for a in attributions}
    meet_sources(state, attributions, sources)
    read_roles(state, names)
    mark_headline(state)
    state.outlets = {
        e.number for e in entities.all if any(form[-1].casefold() in lex.news_words for form in e.forms)
    }
    state.stream = sorted((span.start_char, e.number) for e in entities.all for span in e.mentions)
    mark_outlet(state, (reading.report.site, reading.report.outlet))
    read_genders(state)
    read_places(state)
    state.frequent = sorted(entities.all, key=lambda e: (-len(e.mentions), e.number))[:6]
    state.contents = sorted((s.start_char, s.end_char, a.id) for a in attributions for s in a.content)
    return state, sources


def answer(state: State, attribution: Attribution, source: Source) -> Answer:
    """Whose voice a source is: what a rule settles, else what the chooser picks."""
    work = title_in(state.works, state.scan.text[source.start : source.end])
    if work is not None:
        return Answer(work, False, f"named here by the title “{work.label}”", 0.9)
    if source.shape == "name":
        return _by_name(state, source)
    if source.shape == "joint":
        return _together(state, attribution, source)
    settled: Answer | None = None
    if source.shape == "pronoun":
        settled = _pronoun(state, attribution, source)
    elif source.shape == "description":
        source = _with_clause(state, attribution, source)
        settled = _described(state, attribution, source)
    elif not attribution.cue:
        settled = _carried(state, attribution)
    return settled or _choose(state, attribution, source)


def _pronoun(state: State, attribution: Attribution, source: Source) -> Answer | None:
    kind = f.anaphor_kind(source)
    if kind == "first":
        return _speaker_around(state, attribution, source)
    if kind == "you":
        reader = state.entities.described("group", "you", "you", ("you",), plural=True)
        return Answer(reader, False, "whoever is addressed", 0.6)
    return _relative(state, attribution, source) if kind in ("who", "that") else None


def _described(state: State, attribution: Attribution, source: Source) -> Answer | None:
    if source.possessor in ("his", "her") and source.head in state.lex.phrases["facet"]:
        return _choose(state, attribution, possessor_of(source))
    settled = _known(state, source)
    if settled is None and source.noun_class == "organisation":
        settled = _part(state, attribution, source)
    settled = settled or pair_of(state, source)
    if settled is not None:
        return settled
    maker = maker_of(state, source)
    return Answer(maker, False, f"{source.head} of {maker.name}", 0.8) if maker is not None else None


def _known(state: State, source: Source) -> Answer | None:
    """What is as good as a name: "no one", "my father" of whom the report tells who he is, "the film", "Democrats"."""
    if source.label.casefold().replace(" ", "-") in _NO_ONE:
        return replace(NOBODY, confidence=1.0)
    own = not state.scan.in_quotation(source.start)
    kin = state.kin.get((source.possessor, source.head)) if own else None
    if kin is not None:
        return Answer(kin, False, f"“{source.possessor} {source.head}” is {kin.name}", 0.9)
    work = work_called(state.works, source)
    if work is not None:
        return Answer(work, False, f"the one {source.head} that the report names", 0.85)
    holder = holder_of(state, source)
    if holder is not None:
        return Answer(holder, False, f"{holder.name} is the one who held that office", 0.7)
    return _people(state, source) if source.label.casefold() == source.head in state.lex.peoples else None


def _people(state: State, source: Source) -> Answer:
    """ "Democrats", "the French": what a people or a party's members are called is as good as a name."""
    named = next((name for name in source.names if name.kind == "people"), None)
    entity = state.entities.find(named) if named is not None else None
    if entity is None or entity.kind != "group":
        entity = state.entities.described("group", source.label, source.head, source.words, plural=True)
    return Answer(entity, False, "named here", 0.9)


def _with_clause(state: State, attribution: Attribution, source: Source) -> Source:
    """ "those" alone says nothing: its label takes in the clause that follows."""
    if source.head in ("those", "anyone") and source.words <= {"those", "anyone", "who"}:
        return replace(source, label=clause(state, attribution, source))
    return source


def _by_name(state: State, source: Source) -> Answer:
    name = source.name
    assert name is not None
    entity = state.entities.find(name)
    if entity is None:  # an adjective alone ("the German"): no name, no guess
        return NOBODY
    why = "named here" if name.text == entity.name else f"“{name.text}” is a shorter form of {entity.name}"
    return Answer(entity, False, why, 0.97 if name.text == entity.name else 0.93)


def _together(state: State, attribution: Attribution, source: Source) -> Answer:
    """Joint sources are a group of those named."""
    labels: list[str] = []
    numbers: list[int] = []
    confidence = 1.0
    for part in source.parts:
        if part.shape in ("name", "pronoun"):
            found = answer(state, attribution, part)
            label = found.entity.name if found.entity else state.scan.text[part.start : part.end]
            numbers.append(found.entity.number + 1 if found.entity else 0)
            article = bool(labels) and part.name is not None and part.name.article
            labels.append(f"the {label}" if article and not label.startswith("The ") else label)
            confidence = min(confidence, found.confidence)
        else:
            numbers.append(0)
            labels.append(_plain(state.scan.text[part.start : part.end]))
    label = ", ".join(labels[:-1]) + " and " + labels[-1]
    if all(numbers):
        label = state.groups.setdefault(frozenset(numbers), label)
    words = {word.casefold() for text in labels for word in text.split()}
    entity = state.entities.described("group", label, "", words, plural=True)
    entity.heads |= shared_heads(state, numbers)
    entity.count = source.count
    return Answer(entity, False, "named together", confidence)


def _speaker_around(state: State, attribution: Attribution, source: Source) -> Answer:
    """I and we: the speaker of the quotation around them, else the writer."""
    for other in [*contents_around(state, attribution, source.start), attribution.within]:
        if other is not None and other in state.answers:
            outer = state.answers[other]
            return Answer(
                outer.entity,
                outer.author,
                "speaks of themself inside the quotation",
                0.9 * outer.confidence,
            )
    if not state.scan.in_quotation(source.start):
        return Answer(None, True, "the writer's own “I” or “we”, outside quotation marks", 0.8)
    return _choose(state, attribution, source)


def _speaks_inside(state: State, attribution: Attribution, source: Source) -> bool:
    """Whether it stands inside the content of another, so that it is answered after all outer ones."""
    inside = bool(contents_around(state, attribution, source.start))
    return inside and (source.pronoun in FIRST or attribution.within is not None)


def _relative(state: State, attribution: Attribution, source: Source) -> Answer | None:
    """who, which: the phrase right before, if it is a noun phrase of its own and no name."""
    both = joined_before(state, attribution, source)
    if both is not None:
        return both
    apposed = apposed_before(state, source)
    if apposed is not None:
        return Answer(
            apposed, False, f"“{source.pronoun}” goes with {apposed.name}, described right before", 0.88
        )
    phrase = noun_phrase_before(state.scan, state.lex, source.start)
    if phrase is None:
        return _thing(state, attribution, source) if source.pronoun in ("which", "that") else None
    if phrase.kind == "unnamed" and not phrase.plural:
        described = read_source(state.scan, state.lex, (Span(phrase.wide_start, phrase.end),))
        if described.shape == "description" and described.definite:
            return _choose(state, attribution, described)
    if phrase.head == "those":
        phrase = replace(phrase, label=clause(state, attribution, replace(source, start=phrase.start)))
    entity = state.entities.described(phrase.kind, phrase.label, phrase.head, phrase.words, phrase.plural)
    entity.add(Span(phrase.start, phrase.end))
    return Answer(entity, False, "the noun right before the relative pronoun", 0.8)


def _thing(state: State, attribution: Attribution, source: Source) -> Answer | None:
    """which, that: the document or body that the noun right before says."""
    phrase = thing_before(state.scan, state.lex, source.start)
    if phrase is None:
        return None
    described = read_source(state.scan, state.lex, (Span(phrase.wide_start, phrase.end),))
    if described.shape == "name":
        return _by_name(state, described)
    return _described(state, attribution, described) or _choose(state, attribution, described)


def _part(state: State, attribution: Attribution, source: Source) -> Answer | None:
    """ "his campaign", "the Feld campaign", "Mr. Brice's administration": a body named after its owner."""
    if source.head not in _OWNED and source.head != "party":
        return None
    owner: Entity | None = None
    if source.possessor in ("his", "her"):
        owner = _choose(state, attribution, possessor_of(source)).entity
    elif source.names and source.names[0].kind in ("person", "unknown"):
        owner = state.entities.find(source.names[0])
    if owner is None or owner.kind not in ("person", "unknown"):
        return None
    if source.head == "party":
        party = party_of(state, source, owner)
        return None if party is None else Answer(party, False, f"the party of {owner.name}", 0.8)
    part = state.entities.make_part(owner, source.head)
    return Answer(part, False, f"the {source.head} of {owner.name}", 0.75)


def _carried(state: State, attribution: Attribution) -> Answer | None:
    """A quotation that goes on in a new paragraph, with neither source nor cue: whoever spoke last."""
    if not state.history or state.history[-1] is None:
        return None
    start = min(span.start_char for span in attribution.content) if attribution.content else -1
    quoted = start >= 0 and (state.scan.in_quotation(start) or state.scan.in_quotation(start + 1))
    apart = state.scan.paragraph(start) - state.scan.paragraph(state.history_at[-1]) if quoted else 99
    if apart > 3:
        return None
    return Answer(state.history[-1], False, "the quotation goes on", 0.85)


def _choose(state: State, attribution: Attribution, source: Source) -> Answer:
    anaphor = anaphor_of(state, attribution, source)
    candidates = candidates_for(state, anaphor)
    if not candidates:
        return NOBODY
    index, chance = state.choose(anaphor, candidates)
    chosen = candidates[index]
    if chosen.special == f.AUTHOR:
        return Answer(None, True, "the writer's own judgement", chance)
    if chosen.special == f.NONE:
        return Answer(None, False, "", chance)
    if chosen.special == f.NEW:
        return _new(state, source, chance)
    assert chosen.entity is not None
    entity = chosen.entity
    why = _why(state, anaphor, entity)
    if source.shape == "description":
        if (
            source.names
            and not entity.forms
            and entity.label.islower()
            and entity.kind in ("document", "organisation")
        ):
            entity.label = spelt_out(state, source)
        entity.heads.add(source.head)
        entity.words.update(source.words)
    return Answer(entity, False, why, chance)


def _new(state: State, source: Source, chance: float) -> Answer:
    kind = _KIND_OF_CLASS.get(source.noun_class, "group" if source.head.endswith("s") else "unnamed")
    plural = kind == "group" or (source.noun_class == "unnamed")
    label = spelt_out(state, source) if kind == "document" else source.label
    entity = state.entities.described(kind, label or source.head, source.head, source.words, plural)
    entity.count = entity.count or source.count
    entity.thing = not source.noun_class
    if entity.gender == "-":
        entity.gender = source.gender
    if source.names and SPOKES.search(source.label):
        owner = state.entities.find(source.names[-1])
        entity.speaks_for = entity.speaks_for or (body_of(state, owner, source.names[-1]) if owner else None)
    return Answer(entity, False, "described here, not named in the report", chance)


def _why(state: State, anaphor: f.Anaphor, entity: Entity) -> str:
    said = " ".join(state.scan.text[anaphor.source.start : anaphor.source.end].split())
    if anaphor.kind == "empty":
        return "no source given here: the speaker goes on"
    if anaphor.source.shape == "pronoun":
        return f"“{said}”: the nearest compatible antecedent" + (
            ", who spoke last" if anaphor.history[-1:] == [entity] else ""
        )
    if anaphor.source.head in entity.heads or anaphor.source.words & entity.words:
        role = next((r for r in entity.roles if set(r.casefold().split()) & anaphor.source.words), "")
        return f"“{said[:60]}” fits " + (
            f"the role “{role}”" if role else "what the report calls it elsewhere"
        )
    return f"“{said[:60]}”: the nearest one that fits the description"


def _remember(state: State, attribution: Attribution, source: Source, answer: Answer) -> None:
    """What later anaphors may point back to."""
    position = position_of(attribution)[0]
    entity = answer.entity
    if attribution.within is None:
        state.history.append(entity)
        state.history_at.append(position)
    if entity is None:
        return
    entity.spoken += 1
    if source.shape != "empty":
        end = source.name.end if source.name else source.end
        start = source.name.start if source.name else source.start
        entity.add(Span(start, end), True)
        insort(state.stream, (source.start, entity.number))
    if source.shape == "pronoun" and entity.gender == "-" and answer.confidence > 0.7:
        entity.gender = source.gender


def _plain(text: str) -> str:
    """A part of a joint source as given, without a leading article and what follows a comma."""
    words = text.split(",", maxsplit=1)[0].split()
    while len(words) > 1 and words[0].casefold() in ("the", "a", "an"):
        words.pop(0)
    return " ".join(words).strip(" -–—")
