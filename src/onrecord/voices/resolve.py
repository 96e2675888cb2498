"""From the attributions of one report to who speaks in each: names first, then in text order all that points back."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.model import Attribution, Reading, Span
from onrecord.voices import features as f
from onrecord.voices.entities import OUTLETS, Entities, Entity
from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name, find_names
from onrecord.voices.phrases import noun_phrase_before, plural_phrases
from onrecord.voices.scan import Scan, scan
from onrecord.voices.sources import FIRST, Source, read_source

WINDOW_MENTIONS = 80
"""Mentions looked back at from an anaphor, at most."""
CANDIDATES = 14
"""Entities weighed for one anaphor, at most."""
AHEAD = 1500
"""Up to this character a description may point forward: headlines and first paragraphs name people later."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer: an entity, or one of features.AUTHOR, NONE, NEW."""

    entity: Entity | None
    special: str
    features: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose voice an attribution is: an entity, or the author, or nobody (both None)."""

    entity: Entity | None
    author: bool
    why: str
    confidence: float


Chooser = Callable[[f.Anaphor, Sequence[Candidate]], tuple[int, float]]
"""Picks one of the candidates (never empty): its index and probability."""


@dataclass(slots=True)
class Resolver:
    """The state while one report is resolved."""

    reading: Reading
    lex: Lexicon
    choose: Chooser
    scan: Scan = field(init=False)
    entities: Entities = field(init=False)
    answers: dict[str, Answer] = field(default_factory=dict)
    _stream: list[tuple[int, int]] = field(default_factory=list)
    _history: list[Entity | None] = field(default_factory=list)
    _history_at: list[int] = field(default_factory=list)
    _frequent: list[Entity] = field(default_factory=list)
    _outlets: set[int] = field(default_factory=set)
    _groups: dict[frozenset[int], str] = field(default_factory=dict)
    _contents: list[tuple[int, int, str]] = field(default_factory=list)

    def run(self) -> dict[str, Answer]:
        """The answer for every attribution, by its id."""
        report = self.reading.report
        self.scan = scan(report)
        names = find_names(self.scan, self.lex)
        self.entities = Entities(self.scan, self.lex)
        self.entities.read_names(names)
        for span in self.scan.display:
            self.entities.read_display(find_names(self.scan, self.lex, *span, trust=True))
        self.entities.read_parts(names)
        attributions = sorted(self.reading.attributions or (), key=_position)
        sources = {a.id: read_source(self.scan, self.lex, a.source) for a in attributions}
        self._meet_sources(attributions, sources)
        self._read_roles(names)
        self._outlets = {
            e.number
            for e in self.entities.all
            if any(form[-1].casefold() in self.lex.news_words for form in e.forms)
        }
        self._mark_headline()
        self._stream = sorted((span.start_char, e.number) for e in self.entities.all for span in e.mentions)
        self._frequent = sorted(self.entities.all, key=lambda e: (-len(e.mentions), e.number))[:6]
        self._contents = sorted((s.start_char, s.end_char, a.id) for a in attributions for s in a.content)
        inner = [a for a in attributions if self._speaks_inside(a, sources[a.id])]
        for attribution in [*(a for a in attributions if a not in inner), *inner]:
            answer = self._answer(attribution, sources[attribution.id])
            self.answers[attribution.id] = answer
            if attribution not in inner:
                self._remember(attribution, sources[attribution.id], answer)
        return self.answers

    def _speaks_inside(self, attribution: Attribution, source: Source) -> bool:
        """Whether its source is "I" or "we" inside the content of another: answered after all others."""
        return source.pronoun in FIRST and bool(self._around(attribution, source))

    def _around(self, attribution: Attribution, source: Source) -> list[str]:
        """Ids of the attributions whose content holds the source, the innermost first."""
        before = self._contents[: bisect_left(self._contents, (source.start, 1 << 60, ""))][-_NESTED:]
        return [
            other for start, end, other in reversed(before) if source.start < end and other != attribution.id
        ]

    # -- names ---------------------------------------------------------------------------------------------

    def _meet_sources(self, attributions: Sequence[Attribution], sources: dict[str, Source]) -> None:
        """Names that stand only in sources (lines set like headlines) become entities too, and give roles."""
        for attribution in attributions:
            for source in _flat(sources[attribution.id]):
                if source.name is None:
                    continue
                entity = self.entities.find(source.name)
                if entity is None:
                    self.entities.read_names([source.name])
                    entity = self.entities.find(source.name)
                if entity is None:
                    continue
                entity.named_by_source = True
                for role in source.roles:
                    self.entities.add_role(entity, role)
                self._speaks_for(entity, source)

    def _speaks_for(self, entity: Entity, source: Source) -> None:
        if source.name is None or entity.speaks_for is not None:
            return
        for role in source.roles:
            if not _SPOKES.search(role):
                continue
            at = self.scan.text.find(role, source.start, source.end + len(role))
            for name in source.names:
                inside = at >= 0 and at <= name.start < at + len(role)
                if (
                    inside
                    and name.kind in ("organisation", "place", "unknown", "person")
                    and name.start != source.name.start
                ):
                    owner = self.entities.find(name)
                    if owner is not None and owner is not entity:
                        entity.speaks_for = self._body_of(owner, name)
                        return

    def _body_of(self, owner: Entity, name: Name) -> Entity:
        """ "Clinton campaign spokesman": the campaign, not Clinton."""
        i = self.scan.token_at(name.end)
        if i < len(self.scan.tokens):
            return self.entities.part_of(owner, self.scan.tokens[i].low) or owner
        return owner

    def _read_roles(self, names: Sequence[Name]) -> None:
        """Roles beside names anywhere in the text: "former Prime Minister | Boris Johnson", "Peskov, the spokesman,"."""
        for name in names:
            if name.kind != "person":
                continue
            entity = self.entities.find(name)
            if entity is None:
                continue
            self._read_relation(name, entity)
            before = self._role_before(name)
            if before:
                self.entities.add_role(entity, before)
            after = _APPOSED.match(self.scan.text, name.end)
            if after:
                words = after.group(1).split()
                if any(self.lex.nouns.get(w.casefold().strip(".")) == "person" for w in words):
                    self.entities.add_role(entity, " ".join(words))

    def _read_relation(self, name: Name, entity: Entity) -> None:
        """ "his campaign manager, Jeff Weaver,": what he may be called later."""
        i = self.scan.token_at(name.run_start) - 1
        if i < 0:
            return
        token = self.scan.tokens[i]
        if self.scan.text[token.end : name.run_start] == ", " and self.lex.nouns.get(token.low) == "person":
            entity.heads.add(token.low)
            entity.words.add(token.low)

    def _role_before(self, name: Name) -> str:
        i = self.scan.token_at(name.run_start) - 1
        start = name.run_start
        found = bool(name.prefix)
        for k in range(i, max(-1, i - 7), -1):
            token = self.scan.tokens[k]
            right = name.run_start if k == i else self.scan.tokens[k + 1].start
            if self.scan.text[token.end : right] not in (" ", "\u00a0"):
                break
            is_role = self.lex.nouns.get(token.low) == "person" or token.low in self.lex.titles
            if not found and not is_role:
                break
            if not (is_role or token.capital or token.low in self.lex.phrases["role_modifier"]):
                break
            if (
                token.capital
                and token.low in self.lex.function_words
                and token.low not in self.lex.phrases["role_modifier"]
            ):
                break
            found, start = True, token.start
        return self.scan.text[start : name.start].strip() if found else ""

    def _mark_headline(self) -> None:
        """Entities whose surname or first word stands in the report's first line, even set in capitals."""
        line_end = self.scan.text.find("\n")
        end = line_end if 0 <= line_end < 400 else min(len(self.scan.text), 200)
        shown = {token.low for token in self.scan.between(0, end)}
        for entity in self.entities.all:
            keys = (
                {form[-1].casefold() for form in entity.forms}
                if entity.kind in ("person", "unknown")
                else set()
            )
            keys |= {form[0].casefold() for form in entity.forms} if entity.kind not in ("person",) else set()
            entity.headline = bool(keys & shown)

    # -- answers -------------------------------------------------------------------------------------------

    def _answer(self, attribution: Attribution, source: Source) -> Answer:
        if source.shape == "name" and source.name is not None:
            return self._by_name(source)
        if source.shape == "joint":
            return self._together(attribution, source)
        if source.shape == "pronoun" and source.pronoun in FIRST:
            return self._speaker_around(attribution, source)
        if source.shape == "pronoun" and f.anaphor_kind(source) == "you":
            reader = self.entities.described("group", "you", "you", ("you",), plural=True)
            return Answer(reader, False, "whoever is addressed", 0.6)
        if source.shape == "pronoun" and f.anaphor_kind(source) in ("who", "that"):
            relative = self._relative(attribution, source)
            if relative is not None:
                return relative
        if source.possessor in ("his", "her") and source.head in self.lex.phrases["facet"]:
            return self._choose(attribution, self._possessor(source))
        part = self._part(attribution, source) if source.noun_class == "organisation" else None
        if part is not None:
            return part
        if (
            source.shape == "description"
            and source.head in ("those", "anyone")
            and source.words <= {"those", "anyone", "who"}
        ):
            source = replace(source, label=self._clause(attribution, source))
        if source.shape == "empty" and not attribution.cue:
            carried = self._carried(attribution)
            if carried is not None:
                return carried
        pair = self._pair(source) if source.shape == "description" else None
        if pair is not None:
            return pair
        maker = self._maker(source) if source.shape == "description" else None
        if maker is not None:
            return Answer(maker, False, f"{source.head} of {maker.name}", 0.8)
        return self._choose(attribution, source)

    def _by_name(self, source: Source) -> Answer:
        name = source.name
        assert name is not None
        entity = self.entities.find(name)
        if entity is None:  # an adjective alone ("the German"): no name, no guess
            return Answer(None, False, "", 0.0)
        why = (
            "named here" if name.text == entity.name else f"“{name.text}” is a shorter form of {entity.name}"
        )
        return Answer(entity, False, why, 0.97 if name.text == entity.name else 0.93)

    def _together(self, attribution: Attribution, source: Source) -> Answer:
        """Joint sources are a group of those named."""
        labels: list[str] = []
        numbers: list[int] = []
        confidence = 1.0
        for part in source.parts:
            if part.shape in ("name", "pronoun"):
                answer = self._answer(attribution, part)
                label = answer.entity.name if answer.entity else self.scan.text[part.start : part.end]
                numbers.append(answer.entity.number + 1 if answer.entity else 0)
                article = bool(labels) and part.name is not None and part.name.article
                labels.append(f"the {label}" if article and not label.startswith("The ") else label)
                confidence = min(confidence, answer.confidence)
            else:
                numbers.append(0)
                labels.append(_plain(self.scan.text[part.start : part.end]))
        label = ", ".join(labels[:-1]) + " and " + labels[-1]
        if all(numbers):
            label = self._groups.setdefault(frozenset(numbers), label)
        words = {word.casefold() for text in labels for word in text.split()}
        entity = self.entities.described("group", label, "", words, plural=True)
        entity.count = source.count
        return Answer(entity, False, "named together", confidence)

    def _speaker_around(self, attribution: Attribution, source: Source) -> Answer:
        """I and we: the speaker of the quotation around them, else the writer."""
        for other in self._around(attribution, source):
            if other in self.answers:
                outer = self.answers[other]
                return Answer(
                    outer.entity,
                    outer.author,
                    "speaks of themself inside the quotation",
                    0.9 * outer.confidence,
                )
        if attribution.within is not None and attribution.within in self.answers:
            outer = self.answers[attribution.within]
            return Answer(
                outer.entity, outer.author, "speaks of themself inside the quotation", 0.9 * outer.confidence
            )
        if not self.scan.in_quotation(source.start):
            return Answer(None, True, "the writer's own “I” or “we”, outside quotation marks", 0.8)
        return self._choose(attribution, source)

    def _relative(self, attribution: Attribution, source: Source) -> Answer | None:
        """who, which: the phrase right before, if it is a noun phrase of its own and no name."""
        apposed = self._apposed_before(source)
        if apposed is not None:
            return Answer(
                apposed, False, f"“{source.pronoun}” goes with {apposed.name}, described right before", 0.88
            )
        phrase = noun_phrase_before(self.scan, self.lex, source.start)
        if phrase is None:
            return None
        if phrase.kind == "unnamed" and not phrase.plural:
            described = read_source(self.scan, self.lex, (Span(phrase.wide_start, phrase.end),))
            if described.shape == "description" and described.definite:
                return self._choose(attribution, described)
        if phrase.head == "those":
            phrase = replace(phrase, label=self._clause(attribution, replace(source, start=phrase.start)))
        entity = self.entities.described(phrase.kind, phrase.label, phrase.head, phrase.words, phrase.plural)
        entity.add(Span(phrase.start, phrase.end))
        return Answer(entity, False, "the noun right before the relative pronoun", 0.8)

    def _apposed_before(self, source: Source) -> Entity | None:
        """ "Ann Smith, a swimmer at the club, who": the person whom the noun phrase before the pronoun describes."""
        i = bisect_left(self._stream, (source.start, -1))
        for start, number in reversed(self._stream[max(0, i - 6) : i]):
            entity = self.entities.all[number]
            span = entity.mentions[entity.before(start + 1)]
            gap = self.scan.text[span.end_char : source.start]
            if (
                entity.kind == "person"
                and len(gap) < 160
                and _APPOSITION_OPENS.match(gap)
                and gap.count(",") <= 2
            ):
                return entity
        return None

    def _clause(self, attribution: Attribution, source: Source) -> str:
        """ "those" with the clause that says who they are."""
        end = max((s.end_char for s in attribution.content), default=source.end)
        text = self.scan.text[source.start : min(max(end, source.end), source.start + 160)]
        return " ".join(text.split()).rstrip(' .,;”"')

    def _part(self, attribution: Attribution, source: Source) -> Answer | None:
        """ "his campaign", "the Clinton campaign", "Mr. Obama's administration": a body named after its owner."""
        if source.head not in _OWNED:
            return None
        owner: Entity | None = None
        if source.possessor in ("his", "her"):
            owner = self._choose(attribution, self._possessor(source)).entity
        elif source.names and source.names[0].kind in ("person", "unknown"):
            owner = self.entities.find(source.names[0])
        if owner is None or owner.kind not in ("person", "unknown"):
            return None
        part = self.entities.make_part(owner, source.head)
        return Answer(part, False, f"the {source.head} of {owner.name}", 0.75)

    def _carried(self, attribution: Attribution) -> Answer | None:
        """A quotation that goes on in a new paragraph, with neither source nor cue: whoever spoke last."""
        if not self._history or self._history[-1] is None:
            return None
        start = min(span.start_char for span in attribution.content) if attribution.content else -1
        quoted = start >= 0 and (self.scan.in_quotation(start) or self.scan.in_quotation(start + 1))
        apart = self.scan.paragraph(start) - self.scan.paragraph(self._history_at[-1]) if quoted else 99
        if apart > 3:
            return None
        return Answer(self._history[-1], False, "the quotation goes on", 0.85)

    def _pair(self, source: Source) -> Answer | None:
        """ "The two senators", "both candidates": the two people (or countries) named in the sentences before."""
        first = source.label.split(" ", 1)[0].casefold()
        if first not in ("two", "both") or source.noun_class not in ("group", "unnamed"):
            return None
        if any(name.key[0] not in self.lex.adjectives for name in source.names):
            return None
        if first == "two" and not source.definite:
            return None
        kind = "place" if source.head in ("countries", "nations", "states", "cities") else "person"
        sentence = self.scan.sentence(source.start)
        i = bisect_left(self._stream, (source.start, -1))
        near: list[Entity] = []
        for start, number in reversed(self._stream[max(0, i - 12) : i]):
            entity = self.entities.all[number]
            if sentence - self.scan.sentence(start) > _PAIR_REACH:
                break
            if entity.kind == kind and entity not in near:
                near.append(entity)
        if len(near) != 2:
            return None
        near.sort(key=lambda e: e.mentions[0])
        numbers = frozenset(e.number + 1 for e in near)
        label = self._groups.setdefault(numbers, f"{near[0].name} and {near[1].name}")
        entity = self.entities.described("group", label, source.head, {w.casefold() for w in label.split()}, True)
        entity.count = 2
        return Answer(entity, False, "the two named right before", 0.6)

    def _possessor(self, source: Source) -> Source:
        """The possessive pronoun that opens a phrase, as a source of its own."""
        gender = "m" if source.possessor == "his" else "f"
        return Source("pronoun", source.start, source.start + 3, pronoun=source.possessor, gender=gender)

    def _maker(self, source: Source) -> Entity | None:
        """A report or article of a named body speaks as that body."""
        if source.head in OUTLETS and source.names and source.names[-1].kind == "organisation":
            name = source.names[-1]
            if self.scan.text[name.end : source.end].strip().casefold() == source.head:
                return self.entities.find(name)
        if source.head not in _MADE:
            return None
        tail = self.scan.text[source.start : source.end].replace("\u00a0", " ").lower()
        for name in source.names:
            if name.kind not in ("organisation", "unknown", "person"):
                continue
            lead = tail[: name.start - source.start].rstrip()
            if lead.endswith(" the"):
                lead = lead[:-4].rstrip()
            by = lead.endswith((" by", " from"))
            entity = self.entities.find(replace(name, article=True))
            if entity is None:
                continue
            if name.possessive or lead.endswith((" in", " from", " by", " of", " with")):
                if entity.kind == "organisation" or name.possessive or (by and entity.kind == "person"):
                    return entity
            outlet = name.key[-1] in self.lex.news_words or entity.number in self._outlets
            if (
                outlet
                and tail[name.end - source.start :].strip().startswith(source.head)
                and source.head in _WRITTEN
            ):
                return entity
        return None

    def _choose(self, attribution: Attribution, source: Source) -> Answer:
        anaphor = self._anaphor(attribution, source)
        candidates = self._candidates(anaphor)
        if not candidates:
            return Answer(None, False, "", 0.0)
        index, chance = self.choose(anaphor, candidates)
        chosen = candidates[index]
        if chosen.special == f.AUTHOR:
            return Answer(None, True, "the writer's own judgement", chance)
        if chosen.special == f.NONE:
            return Answer(None, False, "", chance)
        if chosen.special == f.NEW:
            return self._new(source, chance)
        assert chosen.entity is not None
        entity = chosen.entity
        why = self._why(anaphor, entity)
        if source.shape == "description":
            if (
                source.names
                and not entity.forms
                and entity.label.islower()
                and entity.kind in ("document", "organisation")
            ):
                entity.label = self._spelt_out(source)
            entity.heads.add(source.head)
            entity.words.update(source.words)
        return Answer(entity, False, why, chance)

    def _new(self, source: Source, chance: float) -> Answer:
        kind = _KIND_OF_CLASS.get(source.noun_class, "group" if source.head.endswith("s") else "unnamed")
        plural = kind == "group" or (source.noun_class == "unnamed")
        label = self._spelt_out(source) if kind == "document" else source.label
        entity = self.entities.described(kind, label or source.head, source.head, source.words, plural)
        entity.count = entity.count or source.count
        if entity.gender == "-":
            entity.gender = source.gender
        if source.names and _SPOKES.search(source.label):
            owner = self.entities.find(source.names[-1])
            entity.speaks_for = entity.speaks_for or (
                self._body_of(owner, source.names[-1]) if owner else None
            )
        return Answer(entity, False, "described here, not named in the report", chance)

    def _spelt_out(self, source: Source) -> str:
        """The label with an acronym in it spelt out, where the report gives its full form ("PPIC poll")."""
        for name in source.names:
            entity = self.entities.find(name)
            if len(name.words) == 1 and name.text.isupper() and entity is not None and entity.full:
                return source.label.replace(name.text, entity.name, 1)
        return source.label

    def _why(self, anaphor: f.Anaphor, entity: Entity) -> str:
        said = " ".join(self.scan.text[anaphor.source.start : anaphor.source.end].split())
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

    # -- candidates ----------------------------------------------------------------------------------------

    def _anaphor(self, attribution: Attribution, source: Source) -> f.Anaphor:
        position = source.start if source.shape != "empty" else _position(attribution)[0]
        content = min(attribution.content, default=None)
        opening = self.scan.text[content.start_char : content.start_char + 2] if content else ""
        return f.Anaphor(
            source=source,
            attribution=attribution,
            position=position,
            kind=f.anaphor_kind(source),
            history=self._history,
            history_at=self._history_at,
            cue=frozenset(t.low for span in attribution.cue for t in self.scan.between(*span)),
            headline=self.scan.paragraph(position) == 0,
            cue_direct=opening[:1] in ("“", '"') or opening == "''",
        )

    def _candidates(self, anaphor: f.Anaphor) -> list[Candidate]:
        found: list[Entity] = []
        for entity in self._near(anaphor):
            if entity not in found and f.may_mean(anaphor, entity):
                found.append(entity)
                if len(found) == CANDIDATES:
                    break
        if anaphor.kind == "person" and anaphor.source.definite:
            called = [e for e in found if anaphor.source.head in e.heads]
            found = called or found
        out = [
            Candidate(e, "", f.entity_features(self.scan, self.lex, anaphor, e, rank))
            for rank, e in enumerate(found)
        ]
        if anaphor.kind in ("they", "who", "people"):
            out += self._phrases(anaphor, found)
        if anaphor.source.shape == "description":
            out.append(Candidate(None, f.NEW, f.new_features(anaphor)))
        if anaphor.kind in ("empty", "first", "you", "thing", "it"):
            out.append(Candidate(None, f.AUTHOR, f.author_features(self.lex, anaphor)))
        if anaphor.kind in ("empty", "thing", "it", "that", "you"):
            out.append(Candidate(None, f.NONE, f.none_features(self.lex, anaphor)))
        return out

    def _near(self, anaphor: f.Anaphor) -> list[Entity]:
        """Entities from the nearest mention backwards, then the most mentioned, then (early on) those ahead."""
        i = bisect_left(self._stream, (anaphor.position, -1))
        everyone = self.entities.all
        numbers = dict.fromkeys(
            number for _, number in reversed(self._stream[max(0, i - WINDOW_MENTIONS) : i])
        )
        near = [everyone[number] for number in numbers]
        near += [e for e in self._frequent if e.before(anaphor.position) >= 0]
        if anaphor.position < AHEAD and anaphor.kind not in ("it", "they"):
            near += [everyone[n] for n in dict.fromkeys(n for _, n in self._stream[i : i + 25])]
        return near

    def _phrases(self, anaphor: f.Anaphor, found: Sequence[Entity]) -> list[Candidate]:
        """Plural nouns before "they" that are no entity yet."""
        out = []
        for phrase in plural_phrases(self.scan, self.lex, anaphor.position):
            span = Span(phrase.start, phrase.end)
            if any(m.overlaps(span) for e in found if e.label != phrase.label for m in e.mentions[-8:]):
                continue
            entity = self.entities.described(
                phrase.kind, phrase.label, phrase.head, phrase.words, phrase.plural
            )
            entity.add(span, phrase.subject)
            if entity not in found and all(c.entity is not entity for c in out):
                features = f.entity_features(self.scan, self.lex, anaphor, entity, len(out))
                out.append(Candidate(entity, "", [*features, "phrase"]))
        return out

    def _remember(self, attribution: Attribution, source: Source, answer: Answer) -> None:
        """What later anaphors may point back to."""
        position = _position(attribution)[0]
        entity = answer.entity
        if attribution.within is None:
            self._history.append(entity)
            self._history_at.append(position)
        if entity is None:
            return
        entity.spoken += 1
        if source.shape != "empty":
            end = source.name.end if source.name else source.end
            start = source.name.start if source.name else source.start
            entity.add(Span(start, end), True)
            insort(self._stream, (source.start, entity.number))
        if source.shape == "pronoun" and entity.gender == "-" and answer.confidence > 0.7:
            entity.gender = source.gender


_PAIR_REACH = 2
"""Sentences before "the two senators" in which the two are looked for."""
_NESTED = 12
"""Contents looked at around a place, at most."""
_SPOKES = re.compile(
    r"\b(?:spokes(?:man|woman|person|people)|press secretary|press officer|communications director)\b",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r",\s+(?:the|a|an|now|then|then-|his|her|its|their)?\s*((?:[\w’'.-]+ ){0,9}[\w’'-]+)(?=[,.;)])"
)
_APPOSITION_OPENS = re.compile(r",\s+(?:a|an|the|one of|now|then|former|who)\s[^.;“”\"\n]*$")
_MADE = closed("made")
_WRITTEN = closed("written")
_OWNED = closed("owned")
_KIND_OF_CLASS = {
    "person": "unnamed",
    "unnamed": "unnamed",
    "group": "group",
    "organisation": "organisation",
    "document": "document",
}


def _position(attribution: Attribution) -> tuple[int, int]:
    """Where an attribution stands: its source, else its cue, else its content."""
    spans = attribution.source or attribution.cue or attribution.content
    first = min((span.start_char for span in spans), default=0)
    return first, -max((span.end_char for span in spans), default=0)


def _flat(source: Source) -> list[Source]:
    return [inner for part in source.parts for inner in _flat(part)] or [source]


def _plain(text: str) -> str:
    """A part of a joint source as given, without a leading article and what follows a comma."""
    words = text.split(",", maxsplit=1)[0].split()
    while len(words) > 1 and words[0].casefold() in ("the", "a", "an"):
        words.pop(0)
    return " ".join(words).strip(" -–—")
