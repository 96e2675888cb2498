"""What speaks for and against a candidate: named features of (anaphor, candidate) for the ranker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onrecord.model import Attribution
from onrecord.voices.entities import Entity
from onrecord.voices.lexicon import Lexicon, closed, word_sets
from onrecord.voices.scan import Scan
from onrecord.voices.sources import FIRST, NEUTER, PLURAL, SECOND, SINGULAR, Source

AUTHOR, NONE, NEW = "author", "none", "new"
"""The candidates that are no entity: the writer, nobody, one not met before."""


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A source that does not name its voice, where it stands, and what came before it."""

    source: Source
    attribution: Attribution
    position: int
    kind: str
    """Class for the ranker: he, who, that, they, it, first, you, empty, person, body, paper, people, thing."""
    history: Sequence[Entity | None]
    """Voices of the attributions before, in text order."""
    history_at: Sequence[int]
    """Where those stood."""
    cue: frozenset[str]
    headline: bool
    """Whether it stands in the report's first line."""
    cue_direct: bool
    """Whether the content opens with a quotation mark."""


def anaphor_kind(source: Source) -> str:
    """The class of a source that names nobody."""
    if source.shape == "empty":
        return "empty"
    if source.shape == "pronoun":
        word = source.pronoun
        for words, kind in (
            (SINGULAR, "he"),
            (PLURAL, "they"),
            (NEUTER, "it"),
            (FIRST, "first"),
            (SECOND, "you"),
        ):
            if word in words:
                return kind
        return "that" if word in ("that", "which") else "who"
    return {
        "person": "person",
        "organisation": "body",
        "document": "paper",
        "group": "people",
        "unnamed": "people",
    }.get(source.noun_class, "thing")


def may_mean(anaphor: Anaphor, entity: Entity) -> bool:
    """What is not out of the question: the right kind and gender, and for a description nothing that forbids it."""
    described = anaphor.source.shape == "description"
    if described and (_owns(anaphor, entity) or _is_anothers(anaphor, entity) or _is_new(anaphor, entity)):
        return False
    if anaphor.kind in _ONE_PERSON:
        return _may_be_person(anaphor, entity)
    if anaphor.kind == "body":
        return _may_be_body(anaphor.source, entity)
    if anaphor.kind == "paper":
        return _may_be_paper(anaphor.source.head, entity)
    if anaphor.kind == "people":
        return entity.plural or entity.kind in ("group", "unnamed")
    return entity.kind in _MAY_BE.get(anaphor.kind, (entity.kind,))


def _may_be_body(source: Source, entity: Entity) -> bool:
    if source.head in _STRICT:
        alike = {source.head, *_TYPES.get(source.head, ())}
        return entity.kind != "person" and bool(alike & (entity.words | entity.heads))
    people = entity.plural and not entity.forms
    return entity.kind in _MAY_BE["body"] and (not people or is_called(source, entity))


def _may_be_paper(head: str, entity: Entity) -> bool:
    """An article is no person; a letter or a tweet may be as good as its writer."""
    if entity.kind in ("person", "unknown") and head not in _PERSONAL:
        return False
    alone = head in _POLLS or head not in _SPOKEN_BY
    return entity.kind == "document" or (not alone and entity.kind not in ("place", "group"))


_ONE_PERSON = ("he", "person")
_MAY_BE = {
    "who": ("person", "unknown", "unnamed", "group"),
    "it": ("organisation", "place", "group", "unnamed", "document", "unknown"),
    "body": ("organisation", "place", "group", "unnamed", "document", "unknown"),
    "they": ("group", "unnamed", "organisation", "unknown", "place"),
}
"""Kinds of entity that a class of anaphor may mean, where not every kind."""


def _may_be_person(anaphor: Anaphor, entity: Entity) -> bool:
    source = anaphor.source
    if (
        anaphor.kind == "person"
        and (source.possessor or _of_another(source))
        and not is_called(source, entity)
    ):
        return False
    if entity.kind not in ("person", "unknown", "unnamed") or entity.plural or entity.thing:
        return False
    return "-" in (entity.gender, source.gender) or entity.gender == source.gender


def _of_another(source: Source) -> bool:
    """ "Pagle's lawyer": somebody told by whose he is."""
    return any(name.possessive and name.kind in ("person", "unknown") for name in source.names)


def is_called(source: Source, entity: Entity) -> bool:
    """Whether the entity is called by the source's head noun, or by one that means the same."""
    known = entity.words | entity.heads
    return source.head in known or any(source.head in group and known & group for group in _ALIKE)


def _owns(anaphor: Anaphor, entity: Entity) -> bool:
    """ "Paxton's lawyer" is not Paxton, "a House panel" not the House."""
    owners = {name.words[-1] for name in anaphor.source.names if name.possessive}
    if any(form[-1] in owners for form in entity.forms):
        return True
    inside = {name.words for name in anaphor.source.names}
    return anaphor.source.head not in entity.words and any(form in inside for form in entity.forms)


def _is_anothers(anaphor: Anaphor, entity: Entity) -> bool:
    """ "Brice's aides" are not what the report calls "Feld aides"."""
    named = [name for name in anaphor.source.names if name.kind in ("person", "unknown", "organisation")]
    if not named or entity.forms or any(set(name.key) & entity.words for name in named):
        return False
    return any(word[0].isupper() for word in entity.label.split())


def _is_new(anaphor: Anaphor, entity: Entity) -> bool:
    """ "A lifeguard" is nobody met before; at the report's start it may be somebody named later."""
    same = bool(entity.label) and entity.label.casefold() == anaphor.source.label.casefold()
    clause = anaphor.source.head == "those" and anaphor.source.label.casefold() != "those"
    if not same and (clause or _other_figure(anaphor.source, entity)):
        return True
    if not anaphor.source.fresh or same:
        return False
    return anaphor.position > EARLY or entity.before(anaphor.position) >= 0


def _other_figure(source: Source, entity: Entity) -> bool:
    """ "22 percent" are not the "74 percent" of before."""
    first, other = source.label[:1], entity.label[:1]
    return first.isdigit() and other.isdigit() and source.label.split()[0] != entity.label.split()[0]


EARLY = 700
"""Up to this character "a local doctor" may be somebody whom the report names only later."""
_SPOKEN_BY = closed("spoken_by")
_PERSONAL = closed("personal")
_STRICT = closed("evident_body")
_POLLS = closed("polls")
_COUNTRY = closed("country")


def entity_features(scan: Scan, lex: Lexicon, anaphor: Anaphor, entity: Entity, rank: int) -> list[str]:
    """The features of an entity as the one meant. `rank`: 0 for the most recently mentioned that fits."""
    out = [f"kind {entity.kind}", f"rank {min(rank, 4)}"]
    out += _distance(scan, anaphor, entity)
    out += _speaking(scan, anaphor, entity)
    out += _standing(lex, anaphor, entity)
    if anaphor.source.shape == "description":
        out += _description(lex, anaphor, entity)
    if anaphor.kind == "empty":
        out += [f"e {name}" for name in _cue_features(lex, anaphor)]
    return out


def _distance(scan: Scan, anaphor: Anaphor, entity: Entity) -> list[str]:
    p = anaphor.position
    last = entity.before(p)
    if last < 0:
        return ["after"]
    span = entity.mentions[last]
    sentences = scan.sentence(p) - scan.sentence(span.start_char)
    paragraphs = scan.paragraph(p) - scan.paragraph(span.start_char)
    out = [f"sentences {min(sentences, 4) if sentences < 6 else 6}", f"paragraphs {min(paragraphs, 4)}"]
    subject = entity.subjects[last]
    quoted = scan.in_quotation(span.start_char) and not scan.in_quotation(p)
    out.append(f"{'subject' if subject else 'object'} {min(sentences, 2)}")
    if quoted:
        out.append("mention in quotation")
    if subject and not quoted:
        out.append(f"subject outside quotation {min(sentences, 2)}")
    if scan.sentences[scan.sentence(span.start_char)] >= span.start_char - 12:
        out.append(f"opens sentence {min(sentences, 2)}")
    if sentences == 0:
        out.append("same sentence after quotation" if anaphor.cue_direct else "same sentence")
        if anaphor.kind in ("who", "that"):
            gap = scan.text[span.end_char : p]
            out.append("adjacent" if len(gap) <= 3 else "near" if len(gap) < 30 else "apart")
            if "," in gap[-3:]:
                out.append("comma before")
    for content in anaphor.attribution.content:
        if content.start_char <= span.start_char < content.end_char:
            out.append("inside own content")
    nth = [
        s
        for s in entity.mentions[last + 1 : last + 4]
        if any(c.holds(s) for c in anaphor.attribution.content)
    ]
    if nth:
        out.append("named in own content")
    return out


def _speaking(scan: Scan, anaphor: Anaphor, entity: Entity) -> list[str]:
    history, at = anaphor.history, anaphor.history_at
    out = []
    if history and history[-1] is entity:
        same = scan.paragraph(at[-1]) == scan.paragraph(anaphor.position)
        out += ["spoke last", f"spoke last, {'same' if same else 'other'} paragraph"]
        if scan.sentence(at[-1]) == scan.sentence(anaphor.position):
            out.append("spoke last in this sentence")
        if anaphor.cue_direct:
            out.append("spoke last, quotation")
        if len(history) > 1 and history[-2] is entity:
            out.append("spoke last twice")
    elif len(history) > 1 and history[-2] is entity:
        out.append("spoke last but one")
    elif any(h is entity for h in history[-5:]):
        out.append("spoke of late")
    elif entity.spoken:
        out.append("spoke before")
    else:
        out.append("never spoke")
    return out


def _standing(lex: Lexicon, anaphor: Anaphor, entity: Entity) -> list[str]:
    mentions = len(entity.mentions)
    out = [f"mentions {1 if mentions == 1 else 2 if mentions < 4 else 4 if mentions < 9 else 9}"]
    if entity.headline:
        out.append("in headline")
    if anaphor.source.count is not None and entity.count is not None:
        out.append("count agrees" if entity.count == anaphor.source.count else "count differs")
    if anaphor.source.gender != "-":
        either = any(lex.first_names.get(form[0].casefold()) == "b" for form in entity.forms if len(form) > 1)
        agrees = "gender agrees" if entity.gender == anaphor.source.gender else "gender unknown"
        agrees = "gender either" if agrees == "gender unknown" and either else agrees
        out.append(agrees)
        if anaphor.history and anaphor.history[-1] is entity:
            out.append(f"spoke last, {agrees}")
    elif anaphor.kind == "he":
        out.append("gender unasked")
    if anaphor.kind in ("they", "people") and entity.plural:
        out.append("plural")
    if len(entity.forms) and max(map(len, entity.forms)) > 1:
        out.append("full name")
        if entity.kind == "person" and not entity.trusted and not entity.roles and entity.gender == "-":
            out.append("mere capitals")
    return out


_ALIKE = tuple(frozenset(words) for words in word_sets("alike.tsv"))
_TYPES = {words[0]: tuple(words[1:]) for words in word_sets("types.tsv")}
_PARTY_OF = {
    "republican": "r",
    "gop": "r",
    "democrat": "d",
    "democratic": "d",
    "conservative": "c",
    "tory": "c",
    "labour": "l",
    "independent": "i",
    "libertarian": "t",
    "green": "g",
    "republicans": "r",
    "democrats": "d",
    "conservatives": "c",
    "tories": "c",
    "libertarians": "t",
    "greens": "g",
}


def _description(lex: Lexicon, anaphor: Anaphor, entity: Entity) -> list[str]:
    source = anaphor.source
    out = [*_heads(source, entity), *_modifiers(source, entity), *_clashes(lex, source, entity)]
    if source.possessor:
        out.append("possessed")
    else:
        out.append("definite" if source.definite else "indefinite")
    label = entity.label.casefold()
    if label and source.label.casefold() == label:
        out.append("same words")
    elif label and label.endswith(source.head) and source.definite:
        out.append("shorter form")
    return out


def _heads(source: Source, entity: Entity) -> list[str]:
    out = []
    if source.head in entity.words:
        out.append("head known")
    if source.head in entity.heads:
        out.append("head used")
    if source.head and any(source.head in group and entity.heads & group for group in _ALIKE):
        out.append("head alike")
    of_type = any(word in entity.words for word in _TYPES.get(source.head, ()))
    if of_type or (entity.kind == "place" and source.head in _COUNTRY):
        out.append("head is type")
    return out


def _modifiers(source: Source, entity: Entity) -> list[str]:
    others = source.words - {source.head}
    if not others:
        return ["no modifiers"]
    shared = len(others & entity.words)
    out = [f"modifiers shared {min(shared, 2)}"]
    if shared == len(others):
        out.append("all modifiers shared")
    if {"former", "ex"} & source.words:
        out.append("former agrees" if entity.words & {"former", "ex", "retired"} else "former missing")
    return out


def _clashes(lex: Lexicon, source: Source, entity: Entity) -> list[str]:
    """Names, parties and nations in the phrase against those of the entity."""
    out = []
    if any(set(name.key) & entity.words and name.kind in ("person", "unknown") for name in source.names):
        out.append("named inside phrase")
    named = [name for name in source.names if name.kind in ("person", "unknown", "organisation")]
    if named and not any(set(name.key) & entity.words for name in named):
        out.append("other name inside phrase")
    parties, of_entity = _parties(source.words), _parties(entity.words)
    if parties and of_entity:
        out.append("party agrees" if parties & of_entity else "party clashes")
    nations, others = source.words & lex.adjectives.keys(), entity.words & lex.adjectives.keys()
    if nations and others and not parties:
        out.append("nation agrees" if nations & others else "nation clashes")
    return out


def _parties(words: Iterable[str]) -> set[str]:
    return {_PARTY_OF[word] for word in words if word in _PARTY_OF}


def _cue_features(lex: Lexicon, anaphor: Anaphor) -> list[str]:
    out = []
    writer = anaphor.cue & lex.phrases["writer"]
    if writer:
        out += ["writer cue", *(f"cue {word}" for word in sorted(writer))]
    if anaphor.cue & lex.phrases["carry"]:
        out.append("carrying cue")
    if anaphor.cue & _BE and any(word.endswith(("ed", "en", "wn")) for word in anaphor.cue):
        out.append("passive cue")
    if anaphor.cue & _NOUN_ENDS:
        out.append("noun cue")
    if anaphor.cue_direct:
        out.append("quotation")
    if anaphor.headline:
        out.append("in headline")
    return out or ["plain cue"]


_BE = closed("auxiliary")
_NOUN_ENDS = closed("noun_cue_end")


def author_features(lex: Lexicon, anaphor: Anaphor) -> list[str]:
    """The features of the writer as the voice."""
    return ["AUTHOR", *(f"A {name}" for name in _lone_features(lex, anaphor))]


def none_features(lex: Lexicon, anaphor: Anaphor) -> list[str]:
    """The features of nobody as the voice."""
    return ["NONE", *(f"N {name}" for name in _lone_features(lex, anaphor))]


def _lone_features(lex: Lexicon, anaphor: Anaphor) -> list[str]:
    """What tells of an elided source whether the statement is anybody's: its cue."""
    return _cue_features(lex, anaphor) if anaphor.kind == "empty" else []


def new_features(anaphor: Anaphor, others: Sequence[Entity]) -> list[str]:
    """The features of a voice that the report has not had before and that its description alone names."""
    source = anaphor.source
    out = ["NEW"]
    if anaphor.kind in ("person", "paper", "body"):
        known = any(is_called(source, entity) for entity in others)
        out.append("NEW head known" if known else "NEW head unknown")
    out.append(
        "NEW definite"
        if source.definite and not source.possessor
        else "NEW possessed"
        if source.possessor
        else "NEW indefinite"
    )
    out.append(f"NEW words {min(len(source.words), 4)}")
    if source.names:
        out.append("NEW with name")
    if len(source.label.split()) > 4:
        out.append("NEW long")
    if source.count:
        out.append("NEW counted")
    return out
