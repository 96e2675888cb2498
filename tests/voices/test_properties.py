"""What holds for any text and any attributions."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import voices
from onrecord.exports.jsonl import dumps
from onrecord.model import Attribution, Block, BlockKind, Reading, Report, Span, Spans
from onrecord.voices.identity import same_voice, voice_key
from onrecord.voices.lexicon import lexicon

METHOD = voices.load()
WORDS = st.sampled_from(
    [
        *[
            "Karen",
            "Holt",
            "Mr",
            "Mrs.",
            "the",
            "The",
            "a",
            "A",
            "said",
            "He",
            "she",
            "they",
            "who",
            "and",
            "of",
            "for",
            ",",
            ".",
            "(",
            ")",
            "U.S.",
            "Board",
            "President",
        ],
        *[
            "spokesman",
            "two",
            "poll",
            "Her",
            "his",
            "I",
            "we",
            "3",
            "42,000",
            "MOD",
            "van",
            "der",
            "O’Neil",
            "É",
            "ß",
            "你好",
            "--",
            "Jr.",
            "New",
            "York",
            "Times",
        ],
        *("THE", "BOARD", "SAID", "NO", "\n", "“", "”", "'", "’s", "\ud800", ""),
    ]
)
TEXTS = st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(TEXTS)
    place = st.integers(0, len(text))
    span = st.tuples(place, place).map(lambda pair: Span(min(pair), max(pair)))
    spans: st.SearchStrategy[Spans] = st.lists(span, max_size=2).map(tuple)
    count = draw(st.integers(0, 6))
    attributions = tuple(
        Attribution(
            id=f"a{i}",
            source=draw(spans),
            cue=draw(spans),
            content=draw(spans),
            quotation="direct",
            act="say",
            confidence=0.5,
            made_by="test",
            within=draw(st.sampled_from([None, "a0"])) if i else None,
        )
        for i in range(count)
    )
    kind: BlockKind = draw(st.sampled_from(["body", "headline", "furniture"]))
    report = Report("r", "r.txt", text, (Block(0, len(text), kind),), "")
    return Reading(report, attributions=attributions)


@settings(max_examples=150)
@given(readings())
def test_any_reading(reading: Reading) -> None:
    (done,) = METHOD([reading])
    assert METHOD([reading]) == [done]
    assert [a.id for a in done.attributions or ()] == [a.id for a in reading.attributions or ()]
    table = {voice.id: voice for voice in done.voices or ()}
    assert len(table) == len(done.voices or ())
    pointed = {a.voice for a in done.attributions or ()} | {v.speaks_for for v in table.values()}
    assert pointed - {None} <= table.keys()
    assert table.keys() <= pointed, "no voice without an attribution or a spokesperson"
    for voice in table.values():
        assert voice.name
        assert voice.why
        assert 0.0 <= voice.confidence <= 1.0
        assert list(voice.mentions) == sorted(set(voice.mentions))
        for start, end in voice.mentions:
            assert 0 <= start < end <= len(reading.report.text)
    dumps(done)


@settings(max_examples=200)
@given(
    st.text(max_size=30) | TEXTS,
    st.text(max_size=30) | TEXTS,
    st.sampled_from(["person", "organisation", "group", "unnamed"]),
)
def test_identity_is_symmetric_and_keyed(one: str, other: str, kind: str) -> None:
    verdict = same_voice(one, kind, other, kind)
    assert (
        verdict == same_voice(other, kind, one, kind)
        or verdict.same == same_voice(other, kind, one, kind).same
    )
    if verdict.same:
        assert voice_key(one, kind) == voice_key(other, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Karen Holt said and " * 4000,
        "He said. " * 8000,
        "A" * 80000,
        "“" * 40000,
        "Al Ben of the " * 5000,
        ", " * 40000,
        "the film “Low Tide” of Ann and Bob Marlow (D-Ohio), my parents, " * 1200,
    ],
    ids=["names", "pronouns", "one word", "quotation marks", "particles", "commas", "works and relations"],
)
@pytest.mark.usefixtures("no_collector")
def test_cost_is_linear(text: str) -> None:
    """Twice the text costs about twice: measured as a ratio, with room for noise."""

    def seconds(part: str) -> float:
        step = max(200, len(part) // 100)
        spots = range(0, max(1, len(part) - 20), step)
        attributions = tuple(
            Attribution(
                f"a{i}",
                (Span(i, i + 2),),
                (Span(i + 3, i + 7),),
                (Span(i + 8, i + 20),),
                "indirect",
                "say",
                1.0,
                "t",
            )
            for i in spots
        )
        report = Report("r", "r.txt", part, (Block(0, len(part), "body"),), "")
        started = time.process_time()
        METHOD([Reading(report, attributions=attributions)])
        return time.process_time() - started

    seconds(text[:1000])
    half, whole = (min(seconds(part) for _ in range(3)) for part in (text[: len(text) // 2], text))
    assert whole < 6 * half + 0.3


def test_lists_do_not_contradict_each_other() -> None:
    lex = lexicon()
    assert not set(lex.noun_gender.values()) - {"m", "f"}
    assert lex.noun_gender.keys() <= lex.nouns.keys()
    assert set(lex.first_names.values()) <= {"m", "f", "b"}
    assert all(kind in ("country", "capital", "state", "city") for kind, _ in lex.places.values())
