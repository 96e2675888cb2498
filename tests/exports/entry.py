"""An invented entry that every format is tried on: hearsay, a dispute, a band, furniture, hostile text."""

from __future__ import annotations

from onrecord.exports.entries import Entry
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

TEXT = (
    "Dam <b>likely</b> to fail\n"
    "The board said that, according to divers, the dam is likely to fail on Monday.\n"
    "=1+1 “Rubbish,” said Ida “Ice” Holm.\n"
    "READ MORE: other dams"
)


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def statement(name: str, source: Spans, cue: Spans, content: Spans, **more: object) -> Attribution:
    fields: dict[str, object] = {"quotation": "indirect", "act": "say", "confidence": 0.9, "made_by": "test"}
    return Attribution(name, source, cue, content, **{**fields, **more})  # type: ignore[arg-type]


def blocks() -> tuple[Block, ...]:
    kinds = ("headline", "body", "body", "furniture")
    found, start = [], 0
    for kind, line in zip(kinds, TEXT.split("\n"), strict=True):
        found.append(Block(start, start + len(line), kind))  # type: ignore[arg-type]
        start += len(line) + 1
    return tuple(found)


READING = Reading(
    report=Report(
        "r0123",
        "dam.txt",
        TEXT,
        blocks(),
        "ab" * 32,
        url="https://paper.example/dam_1?a=b&c",
        title="Dam <b>likely</b> to fail & more {100%}",
        published="2026-05-01",
        byline="Ann Lee and Bo Ray",
        outlet="The Paper",
        language="en",
        fetched="2026-05-02T08:00:00Z",
    ),
    attributions=(
        statement(
            "a1",
            (at("The board"),),
            (at("said"),),
            (at("that"), at("according to divers, the dam is likely to fail on Monday")),
            voice="v1",
            said=Said("2026-05-01", 0, 3),
        ),
        statement(
            "a2",
            (at("divers"),),
            (at("according to"),),
            (at("the dam is likely to fail on Monday"),),
            within="a1",
            voice="v2",
        ),
        statement(
            "a3",
            (Span(TEXT.index("Ida"), TEXT.index("Holm") + 4),),
            (Span(TEXT.index("said Ida"), TEXT.index("said Ida") + 4),),
            (at("“Rubbish,”"),),
            quotation="direct",
            act="deny",
            voice="v3",
        ),
        statement("a4", (), (), (at("=1+1"),)),
    ),
    voices=(
        Voice("v1", "Water Board", "organisation", mentions=(at("The board"),), why="named"),
        Voice("v2", "divers", "group", why="described"),
        Voice("v3", "Ida “Ice” Holm", "person", ("engineer",), "v1", why="named"),
    ),
    times=(Time("t1", *at("Monday"), "date", "2026-05-04", "published", "day", "test"),),
    certainties=(Certainty("c1", *at("likely to"), "likely", "likely", "a2", "PHIA", 0.55, 0.75),),
    disputes=(
        Dispute("d1", "a2", "a3", "rejects", at("Rubbish"), "same matter"),
        Dispute("d2", at("to fail"), at("Rubbish"), "doubts", at("Rubbish"), "spans"),
    ),
    headline=HeadlineCheck(
        "strengthened",
        Span(0, 25),
        ("a1",),
        (Difference("source dropped", Span(0, 3), at("The board")),),
        0.7,
        "the headline names no source",
        "test",
    ),
)
ENTRY = Entry(READING, {"a1": "accepted", "d1": "rejected"})
BARE = Entry(Reading(Report("r9", "bare.txt", "Nothing said.", (Block(0, 13, "body"),), "cd" * 32)))
