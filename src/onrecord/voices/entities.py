"""The entities of one report: its proper names put together by name matching, and what is known of each.

A working table that lives while one report is resolved; nothing of it leaves the stage but voices.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from onrecord.model import Span
from onrecord.voices.bodies import short_form
from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name, initials, person_core, same_person
from onrecord.voices.scan import Scan


@dataclass(slots=True, eq=False)
class Entity:
    """Somebody or something a source may mean."""

    number: int
    kind: str
    """person, organisation, place, group, unnamed, document, author or unknown."""
    gender: str = "-"
    forms: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Names as written (words) and how often; empty for a description."""
    trusted: set[tuple[str, ...]] = field(default_factory=set)
    """Forms that begin with a known first name; the others may have caught a word too many."""
    full: list[int] = field(default_factory=list)
    """Where it is named by more than one word."""
    label: str = ""
    """What to call it where it has no name."""
    mentions: list[Span] = field(default_factory=list)
    subjects: list[bool] = field(default_factory=list)
    """For each mention, whether it looks like the subject of its sentence."""
    roles: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """Lower-case words of its name, its roles and the descriptions that were found to mean it."""
    heads: set[str] = field(default_factory=set)
    """Head nouns it was called by."""
    plural: bool = False
    thing: bool = False
    """Described by a noun that no list knows as people's: nobody whom "she" may mean."""
    speaks_for: Entity | None = None
    count: int | None = None
    named_by_source: bool = False
    headline: bool = False
    spoken: int = 0
    """Attributions resolved to it so far."""

    @property
    def name(self) -> str:
        """The fullest name the report gives: most words, then most frequent; else the label."""
        if not self.forms:
            return self.label
        forms = [form for form in self.forms if form in self.trusted] or list(self.forms)
        best = max(forms, key=lambda words: (_fullness(words), self.forms[words], sum(map(len, words))))
        return " ".join(_normal_case(best))

    def before(self, position: int) -> int:
        """Index of its last mention that starts before the position, -1 if there is none."""
        return bisect_left(self.mentions, (position, 0)) - 1

    def add(self, span: Span, subject: bool = False) -> None:
        """Note one more mention; they stay sorted, each place once."""
        i = bisect_left(self.mentions, span)
        if i < len(self.mentions) and self.mentions[i] == span:
            return
        self.mentions.insert(i, span)
        self.subjects.insert(i, subject)


def _fullness(words: Sequence[str]) -> int:
    """Words that are no suffix and no lone initial: a middle initial alone makes no name fuller."""
    core = person_core([word.casefold().replace(".", "") for word in words])
    return sum(len(word) > 1 or i == 0 for i, word in enumerate(core))


def _normal_case(words: Sequence[str]) -> list[str]:
    """ALL-CAPS names of transcripts and headlines in normal case; short ones may be acronyms."""
    if len(words) > 1 and all(word.isupper() for word in words) and any(len(word) > 4 for word in words):
        return [word.title() for word in words]
    return list(words)


class Entities:
    """All entities of a report, with the ways to find one by name."""

    def __init__(self, scan: Scan, lex: Lexicon) -> None:
        self.scan = scan
        self.lex = lex
        self.all: list[Entity] = []
        self._by_key: dict[tuple[str, ...], Entity] = {}
        self._by_last: dict[str, list[Entity]] = defaultdict(list)
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        self._by_first: dict[str, list[Entity]] = defaultdict(list)
        self._bodies: dict[str, list[tuple[tuple[str, ...], Entity]]] = defaultdict(list)
        self._parts: dict[tuple[int, str], Entity] = {}
        self._labels: dict[str, Entity] = {}
        self._acronyms: dict[str, Entity] = {}
        self._first_alone: dict[str, int] = {}
        """Where each name of one word stands first."""

    # -- building ------------------------------------------------------------------------------------------

    def read_names(self, names: Iterable[Name]) -> None:
        """Put the report's names together. Full names first, so that short forms find them."""
        known = self.lex.first_names
        names = list(names)
        for name in names:
            if len(name.words) == 1:
                self._first_alone.setdefault(name.key[0], name.start)
        for name in sorted(names, key=lambda n: (-_weight(n), n.key[0] not in known, n.start)):
            if name.kind == "unknown" and name.key[0] in self.lex.adjectives:
                continue
            self.note(name, self.find(name) or self._new_named(name))

    def note(self, name: Name, entity: Entity) -> None:
        """Add a mention by name."""
        by_capital = self.lex.places.get(name.text, ("", ""))[0] == "capital" and name.key not in self._by_key
        by_people = name.kind == "people" and entity.kind == "place"
        adjective = entity.trusted and name.words not in entity.forms and self._opens_with_adjective(name)
        if not by_people and not adjective and not (by_capital and entity.forms):
            entity.forms[name.words] += 1
        if len(name.words) > 1:
            entity.full.append(name.start)
            if (
                entity.kind not in ("person", "place")
                or name.text in self.lex.places
                or name.key[0] in self.lex.first_names
                or len(name.key[0]) == 1
            ):
                entity.trusted.add(name.words)
        entity.add(
            Span(name.start, name.end),
            subject_like(self.scan, self.lex, name.run_start, name.end, name.possessive),
        )
        entity.words.update(name.key)
        entity.words.update(_party(self.scan.text, name.end, self.lex.states))
        if name.gender != "-" and (entity.gender == "-" or name.prefix):
            entity.gender = name.gender
        if name.prefix:
            self.add_role(entity, name.prefix)
        if not by_people and not by_capital:
            self._index(name.key, entity)

    def add_role(self, entity: Entity, role: str) -> None:
        """Note a role, unless a fuller form of it is there; titles alone ("Mr.") are none."""
        words = role.casefold().replace(".", "").split()
        words = [_LONG_TITLES.get(word, word) for word in words]
        entity.words.update(words)
        lead = words[
            : next((i for i, w in enumerate(words) if w in self.lex.phrases["preposition"]), len(words))
        ]
        entity.heads.update(w for w in lead[-1:] if w in self.lex.nouns)
        if entity.gender == "-":
            genders = {self.lex.noun_gender.get(w) or self.lex.titles.get(w, "-") for w in words} & {"m", "f"}
            entity.gender = genders.pop() if len(genders) == 1 else "-"
        if len(words) == 1 and (words[0] in _MERE_TITLES or len(words[0]) < 3):
            return
        low = role.casefold()
        if any(low in known.casefold() for known in entity.roles):
            return
        entity.roles = [known for known in entity.roles if known.casefold() not in low][:_MOST_ROLES]
        entity.roles.append(role)

    def described(self, kind: str, label: str, head: str, words: Iterable[str], plural: bool) -> Entity:
        """The entity known by this description only; a new one if there is none yet."""
        known = self._labels.get(label.casefold())
        if known is not None:
            return known
        entity = Entity(
            len(self.all), kind, label=label, plural=plural, words=set(words), heads={head} if head else set()
        )
        self.all.append(entity)
        self._labels[label.casefold()] = entity
        return entity

    def named(self, name: str) -> Entity | None:
        """The entity that the report calls exactly so."""
        return self._by_key.get(tuple(name.casefold().split()))

    def part_of(self, owner: Entity, head: str) -> Entity | None:
        """The body known as "<owner> <head>" ("Feld campaign"), if the report names it so."""
        return self._parts.get((owner.number, head))

    def make_part(self, owner: Entity, head: str) -> Entity:
        """The same, made up from its owner's name where the report only says "his campaign"."""
        known = self.part_of(owner, head)
        if known is not None:
            return known
        label = f"{owner.name.split()[-1]} {head}"
        entity = self.described("organisation", label, head, (*label.casefold().split(),), plural=False)
        self._parts[owner.number, head] = entity
        return entity

    def read_display(self, names: Iterable[Name]) -> None:
        """Full names from lines set like headlines, for people whom the body calls by surname alone."""
        for name in names:
            for i, word in enumerate(name.key):
                for size in (2, 3):
                    tail = name.key[i + size - 1 : i + size]
                    known = self._by_key.get(tail) if tail else None
                    if (
                        word not in self.lex.first_names
                        or known is None
                        or known.kind not in ("person", "unknown")
                    ):
                        continue
                    if known.full or tail[0] in self.lex.organisation_words:
                        continue
                    words = tuple(_normal_case(name.words[i : i + size]))
                    known.forms[words] += 1
                    known.trusted.add(words)
                    known.kind = "person"
                    known.words.update(name.key[i : i + size])
                    if known.gender == "-":
                        known.gender = self.lex.first_names[word].replace("b", "-")

    def read_parts(self, names: Iterable[Name]) -> None:
        """Bodies called by a name and a noun: "the Feld campaign", "Mr. Brice's administration"."""
        for name in names:
            i = self.scan.token_at(name.end)
            following = self.scan.tokens[i : i + 2]
            if not following or self.scan.text[name.end : following[0].start] not in (
                " ",
                "’s ",
                "'s ",
                "’ ",
                "' ",
            ):
                continue
            for k, token in enumerate(following):
                if token.capital or (k == 1 and following[0].low not in self.lex.phrases["role_modifier"]):
                    break
                if self.lex.nouns.get(token.low) == "organisation":
                    self._note_part(name, token.end, token.low)
                    break

    def _note_part(self, name: Name, end: int, head: str) -> None:
        owner = self._by_key.get(name.key) if len(name.words) > 1 else self.find(name)
        if owner is None:
            return
        if owner.kind not in ("person", "unknown") and (head in _OFFICES or head in OUTLETS):
            return
        label = " ".join(self.scan.text[name.start : end].split())
        label = label.removesuffix("'s").removesuffix("’s")
        if name.possessive:
            label = f"{name.words[-1]} {head}"
        entity = self._parts.get((owner.number, head))
        if entity is None:
            entity = Entity(len(self.all), "organisation", label=label, words={*name.key, head}, heads={head})
            self.all.append(entity)
            self._parts[owner.number, head] = entity
        elif len(label) > len(entity.label) and not name.possessive:
            entity.label = label
        self._labels.setdefault(label.casefold(), entity)
        start = name.run_start if name.article or name.prefix else name.start
        entity.add(Span(name.start, end), subject_like(self.scan, self.lex, start, end, False))

    def _new_named(self, name: Name) -> Entity:
        kind = {"people": "group"}.get(name.kind, name.kind)
        entity = Entity(len(self.all), kind, gender=name.gender, plural=kind == "group")
        self.all.append(entity)
        return entity

    def _index(self, key: tuple[str, ...], entity: Entity) -> None:
        if key in self._by_key:
            return
        self._by_key[key] = entity
        if entity.kind in ("person", "unknown") and len(key) > 1:
            core = person_core(key)
            for tail in {core[-1:], core[-2:], core[-3:]} if core else ():
                last = " ".join(tail)
                alike = self._by_last[last]
                if not alike and len(self._by_initial[last[:1]]) < _MOST_ALIKE:
                    self._by_initial[last[:1]].append(last)
                if len(tail) < len(core) and len(alike) < _MOST_ALIKE and entity not in alike:
                    alike.append(entity)
            if core and len(self._by_first[core[0]]) < _MOST_ALIKE and entity not in self._by_first[core[0]]:
                self._by_first[core[0]].append(entity)
        elif entity.kind in ("organisation", "place", "unknown"):
            for word in set(key):
                if len(self._bodies[word]) < _MOST_ALIKE:
                    self._bodies[word].append((key, entity))
            if len(key) > 1:
                for words in (key, tuple(w for w in key if w not in _SMALL)):
                    self._acronyms.setdefault(
                        initials(words) if words is key else "".join(w[0] for w in words).upper(), entity
                    )

    # -- finding -------------------------------------------------------------------------------------------

    def find(self, name: Name) -> Entity | None:
        """The entity a name means, None if it is a new one."""
        key = name.key
        known = self._by_key.get(key)
        if known is not None and (len(key) > 1 or known.kind not in ("person", "unknown")):
            return known
        single = len(key) == 1 and name.text not in self.lex.known_organisations
        if name.kind in ("person", "unknown") or single:
            person = self._person(name)
            if person is not None and (name.kind != "place" or person.trusted):
                return person
        if known is not None:
            return known
        if name.kind in ("organisation", "place", "unknown", "people") and not name.prefix:
            return self._body(name)
        return None

    def _person(self, name: Name) -> Entity | None:
        core = person_core(name.key)
        full = self._by_full_name(name, core) if len(core) > 1 else None
        if full is not None or not core:
            return full
        found = self._by_last.get(" ".join(core), ())
        if found:
            return self.nearest_of(found, name)
        return self._misspelt(core) or self._by_first_name(name, core)

    def _by_full_name(self, name: Name, core: tuple[str, ...]) -> Entity | None:
        if len(core) == 2 and not name.prefix and self._opens_with_adjective(name):
            return self.nearest_of([e for e in self._by_last[core[-1]] if e.trusted], name)
        for entity in self._by_last.get(core[-1], ()):
            for form in entity.forms:
                if same_person(self.lex, core, [word.casefold().replace(".", "") for word in form]):
                    return entity
        return None

    def _by_first_name(self, name: Name, core: tuple[str, ...]) -> Entity | None:
        """ "Tamsin"; after a title only where the surname seems to come first ("Ms. Lin" for Lin Weiru)."""
        firsts = self._by_first.get(core[0], ()) if len(core) == 1 else ()
        if name.prefix:
            firsts = [
                e for e in firsts if not any(form[-1].casefold() in self.lex.surnames for form in e.forms)
            ]
        return self.nearest_of(firsts, name) if firsts and name.text not in self.lex.places else None

    def _opens_with_adjective(self, name: Name) -> bool:
        """ "Weary Holt" at the start of a line, where the report has Karen Holt."""
        if name.key[0] in self.lex.first_names or len(name.key[0]) < 3 or name.kind != "person":
            return False
        opens = self.scan.sentences[self.scan.sentence(name.start)] >= name.start - 1
        return opens and any(e.trusted for e in self._by_last.get(name.key[-1], ()))

    def _misspelt(self, core: tuple[str, ...]) -> Entity | None:
        """A surname one letter off that of a fully named person whose surname stands nowhere alone."""
        word = core[-1]
        if len(core) > 1 or len(word) < 5 or word in self.lex.surnames or word in self.lex.first_names:
            return None
        for last in self._by_initial.get(word[0], ()):
            alone = len(self._by_last[last]) == 1 and (last,) not in self._by_key
            if alone and Levenshtein.distance(last, word, score_cutoff=1) == 1:
                return self._by_last[last][0]
        return None

    def nearest_of(self, entities: Sequence[Entity], name: Name) -> Entity:
        """Of several people of one surname: the title's gender decides, then who was met, and how.

        Somebody called by full name again and again, or by first name alone, is so called because the bare
        surname belongs to another.
        """
        fitting = [
            e for e in entities if name.gender == "-" or not name.prefix or e.gender in ("-", name.gender)
        ] or list(entities)
        if len(fitting) == 1:
            return fitting[0]
        return max(fitting, key=lambda e: self._prominence(e, name))

    def _prominence(self, entity: Entity, name: Name) -> float:
        position = name.start
        sentence = self.scan.sentence(position)
        i = bisect_left(entity.full, position) - 1
        near = i >= 0 and sentence - self.scan.sentence(entity.full[i]) <= 1
        met = bool(entity.full) and min(entity.full) < position
        count = len(entity.full)
        score = 1.5 * min(count, 2) - (3.0 if count > 3 else 0.0)
        score += (1.0 if near else 0.0) + (2.0 if met else 0.0)
        introduced = bool(entity.full) and min(entity.full) < self._first_alone.get(name.key[-1], -1)
        score += 2.0 if introduced else 0.0
        firsts = {form[0] for form in entity.forms if len(form) > 1}
        by_first = sum(n for form, n in entity.forms.items() if len(form) == 1 and form[0] in firsts)
        return score - (min(by_first, 3) if by_first > 1 else 0) - entity.number * 1e-3

    def _body(self, name: Name) -> Entity | None:
        key = name.key
        if len(key) == 1:
            acronym = (
                self._acronyms.get(name.words[0].upper().replace(".", ""))
                if (len(key[0]) > 1 and name.words[0][:2].isupper()) or name.words[0][-1:].isupper()
                else None
            )
            if acronym is not None:
                return acronym
        fuller = self.lex.known_organisations.get(name.text, "")
        if fuller and tuple(fuller.casefold().split()) in self._by_key:
            return self._by_key[tuple(fuller.casefold().split())]
        country = self._nation(name) if name.kind == "people" else self._country(name)
        if country and tuple(country.casefold().split()) in self._by_key:
            return self._by_key[tuple(country.casefold().split())]
        alike = [pair for word in key for pair in self._bodies.get(word, ())]
        for other, entity in alike[: 4 * _MOST_ALIKE]:
            if short_form(self.lex, key, other, name):
                return entity
        return None

    def _nation(self, name: Name) -> str:
        """ "The Saudis" for Saudi Arabia; not a party's people, and not Americans, who are many."""
        country = self.lex.peoples.get(name.key[-1], "")
        return (
            country
            if self.lex.places.get(country, ("",))[0] == "country" and country != "United States"
            else ""
        )

    def _country(self, name: Name) -> str:
        kind, country = self.lex.places.get(name.text, ("", ""))
        return country if kind == "country" or (kind == "capital" and name.text in _SPEAKING_CAPITALS) else ""


_LONG_TITLES = {
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "prof": "professor",
    "gen": "general",
}
OUTLETS = closed("outlets")
"""What may stand behind an outlet's name and mean no more than the name."""
_OFFICES = closed("office")
_MOST_ROLES = 5
_MOST_ALIKE = 20
"""Entities looked at for one word at most, so that cost stays linear on lists of names."""
_MERE_TITLES = closed("mere_titles")
_SMALL = closed("acronym_skips")
_SPEAKING_CAPITALS = closed("speaking_capital")


_PARTY = re.compile(r"\s*\((R|D|I)(?:[-–,)])(?:\s?([A-Za-z. ]{2,16})\))?")
_PARTY_WORDS = {"R": ("republican", "gop"), "D": ("democrat", "democratic"), "I": ("independent",)}


def _party(text: str, end: int, states: Mapping[str, str]) -> tuple[str, ...]:
    """The words that "(R-Ky.)" after a name stands for: the party's and the state's."""
    found = _PARTY.match(text, end)
    if found is None:
        return ()
    place = (found.group(2) or "").replace(".", "")
    return (*_PARTY_WORDS[found.group(1)], *states.get(place, place).casefold().split())


def _weight(name: Name) -> int:
    """Order in which names are read: full ones first."""
    return len(name.words) * 2 + (name.kind == "person") if len(name.words) > 1 else 0


def subject_like(scan: Scan, lex: Lexicon, start: int, end: int, possessive: bool) -> bool:
    """Whether a mention looks like a subject: it opens its clause, no preposition before it, no possessive ending."""
    if possessive:
        return False
    i = scan.token_at(start)
    if i == 0:
        return True
    previous = scan.tokens[i - 1]
    gap = scan.text[previous.end : start]
    if any(mark in gap for mark in ".\n;:") or '"' in gap or "“" in gap:
        return True
    if previous.low in lex.phrases["preposition"] or previous.low in ("and", "or"):
        return False
    nxt = scan.token_at(end)
    after = scan.tokens[nxt].low if nxt < len(scan.tokens) else ""
    return (
        after in _VERBS
        or after.endswith("ed")
        or (after.endswith("s") and after not in lex.nouns and len(after) > 3)
        or "," in gap
    )


_VERBS = closed("finite_verb")
