"""Readings for the tests of ledgers: one that reads like news, and arbitrary ones."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from hypothesis import strategies as st

from onrecord.model import (
    Attribution,
    Block,
    Certainty,
    Difference,
    Dispute,
    HeadlineCheck,
    Reading,
    Report,
    Said,
    Span,
    Spans,
    Time,
    Voice,
)

STORY = (
    "Harbour closed over fuel leak\n\n"
    "The ministry said the media reported that guards were turning ships away.\n\n"
    "“The leak is highly likely contained,” Mira Oduya, the harbour master, said on Monday.\n\n"
    "Captain Lindqvist called the claim a lie.\n"
)


def span(text: str, part: str, after: int = 0) -> Span:
    """Where `part` stands in `text`."""
    start = text.index(part, after)
    return Span(start, start + len(part))


def report(text: str = STORY, **given: str | None) -> Report:
    """A report of the text: first line headline, the rest body."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    first = text.find("\n") + 1 or len(text)
    blocks = (Block(0, first, "headline"), Block(first, len(text), "body"))
    made = Report(id=f"r{digest[:16]}", source="harbour.txt", text=text, blocks=blocks, sha256=digest)
    return replace(made, **given)  # type: ignore[arg-type]


def attribution(row: str, text: str, parts: tuple[str, str, str], **given: object) -> Attribution:
    """An attribution of the first places of its source, cue and content."""
    spans: list[Spans] = [(span(text, part),) if part else () for part in parts]
    made = Attribution(row, spans[0], spans[1], spans[2], "indirect", "say", 0.9, "hand")
    return replace(made, **given)  # type: ignore[arg-type]


def harbour(text: str = STORY, **given: str | None) -> Reading:
    """A reading with a chain of three, a denial, a certainty and a strengthened headline."""
    guards = "guards were turning ships away"
    attributions = (
        attribution("a1", text, ("The ministry", "said", f"the media reported that {guards}"), voice="v1"),
        attribution("a2", text, ("the media", "reported", guards), voice="v2", within="a1"),
        attribution(
            "a3",
            text,
            ("Mira Oduya, the harbour master", "said on", "“The leak is highly likely contained,”"),
            voice="v3",
            quotation="direct",
            said=Said("2024-03-04", *span(text, "Monday")),
        ),
        attribution("a4", text, ("Captain Lindqvist", "called", "the claim a lie"), voice="v4", act="deny"),
    )
    voices = (
        Voice("v1", "Ministry of Ports", "organisation", mentions=(span(text, "The ministry"),), why="named"),
        Voice("v2", "media", "group", why="described"),
        Voice("v3", "Mira Oduya", "person", ("harbour master",), "v1", (span(text, "Mira Oduya"),), "named"),
        Voice("v4", "Lindqvist", "person", ("Captain",), mentions=(span(text, "Lindqvist"),), why="named"),
    )
    contained = span(text, "highly likely")
    dispute = Dispute(
        "d1", "a3", "a4", "denies", span(text, "a lie"), "‘the claim’ is the one before", 0.8, "hand"
    )
    difference = Difference("source dropped", span(text, "Harbour closed"), span(text, "guards"))
    return Reading(
        report=report(
            text, **{"published": "2024-03-04", "outlet": "Port Gazette", "title": "Harbour closed", **given}
        ),
        attributions=attributions,
        voices=voices,
        times=(Time("t1", *span(text, "Monday"), "date", "2024-03-04", "published", "day", "hand"),),
        certainties=(
            Certainty("c1", *contained, "highly likely", "likely", "a3", "PHIA", 0.8, 0.9, made_by="hand"),
        ),
        disputes=(dispute,),
        headline=HeadlineCheck(
            "strengthened", span(text, "Harbour closed over fuel leak"), ("a1",), (difference,)
        ),
    )


TEXTS = st.text(st.characters(), max_size=60)
"""Any code points, lone surrogates and NULs too."""
NAMES = st.text(min_size=1, max_size=12)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Any reading whose parts fit together: spans inside the text, references to rows that are there."""
    text = draw(TEXTS)
    spans = st.tuples(*[st.integers(0, len(text))] * 2).map(lambda ends: Span(min(ends), max(ends)))
    many = st.lists(spans, max_size=3).map(tuple)
    voices = tuple(
        Voice(f"v{n}", draw(NAMES), draw(st.sampled_from(["person", "unnamed", "group"])), (draw(NAMES),))
        for n in range(draw(st.integers(0, 3)))
    )
    ids = [None, *(voice.id for voice in voices)]
    attributions: list[Attribution] = []
    for n in range(draw(st.integers(0, 3))):
        within = draw(st.sampled_from([None, *(a.id for a in attributions)]))
        parts = (draw(many), draw(many), draw(many))
        said = draw(st.none() | st.builds(Said, NAMES, st.just(0), st.just(len(text))))
        made = Attribution(f"a{n}", *parts, "mixed", "say", draw(st.floats(0, 1)), "hand", within, None, said)
        attributions.append(replace(made, voice=draw(st.sampled_from(ids))))
    ends = st.sampled_from([a.id for a in attributions]) if attributions else spans
    holder = draw(st.sampled_from(["reporter", *(a.id for a in attributions)]))
    return Reading(
        report=report(text, url=draw(st.none() | NAMES), title=draw(st.none() | TEXTS)),
        attributions=tuple(attributions),
        voices=voices,
        times=(Time("t1", *draw(spans), "date", draw(TEXTS)),),
        certainties=(Certainty("c1", *draw(spans), draw(NAMES), "likely", holder, notes=(draw(TEXTS),)),),
        disputes=(Dispute("d1", draw(ends | spans), draw(ends | spans), "doubts", draw(spans), draw(TEXTS)),),
        headline=draw(st.none() | st.builds(HeadlineCheck, st.just("opinion"), spans, why=TEXTS)),
        notes=tuple(draw(st.lists(TEXTS, max_size=2))),
    )
