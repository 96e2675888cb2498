"""What is known while one report is resolved, and the answer for one attribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from onrecord.model import Attribution
from onrecord.voices.entities import Entities, Entity
from onrecord.voices.features import Anaphor
from onrecord.voices.lexicon import Lexicon
from onrecord.voices.scan import Scan


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


NOBODY = Answer(None, False, "", 0.0)
"""No voice can be told."""


class Chooser(Protocol):
    """Picks one of the candidates (never empty): its index and probability."""

    def __call__(self, anaphor: Anaphor, candidates: Sequence[Candidate], /) -> tuple[int, float]:
        """Choose."""


@dataclass(slots=True)
class State:
    """The working state of one report."""

    scan: Scan
    lex: Lexicon
    entities: Entities
    choose: Chooser
    answers: dict[str, Answer] = field(default_factory=dict)
    """By attribution id."""
    works: dict[str, Entity] = field(default_factory=dict)
    """Works by their title in quotation marks."""
    kin: dict[tuple[str, str], Entity] = field(default_factory=dict)
    """The writer's own people by possessive and noun ("my", "father")."""
    stream: list[tuple[int, int]] = field(default_factory=list)
    """All mentions in text order: start and number of the entity."""
    history: list[Entity | None] = field(default_factory=list)
    """Voices of the outermost attributions so far, in text order."""
    history_at: list[int] = field(default_factory=list)
    """Where those stand."""
    frequent: list[Entity] = field(default_factory=list)
    """The most mentioned entities."""
    outlets: set[int] = field(default_factory=set)
    """Numbers of the entities that are papers, channels and the like by name."""
    groups: dict[frozenset[int], str] = field(default_factory=dict)
    """Names of joint sources by their members (numbers plus one)."""
    contents: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and attribution id of every content span, in text order."""


def position_of(attribution: Attribution) -> tuple[int, int]:
    """Where an attribution stands: its source, else its cue, else its content."""
    spans = attribution.source or attribution.cue or attribution.content
    first = min((span.start_char for span in spans), default=0)
    return first, -max((span.end_char for span in spans), default=0)
