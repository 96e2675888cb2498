"""The spaCy component: spans at tokens, what does not fit said, batches as one by one."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning"
)

TEXT = "Ada Lind said on Monday that it is likely to rain.\n\n“I doubt it,” said Bo Ray, the mayor."


@pytest.fixture(scope="module")
def nlp() -> Any:
    with warnings.catch_warnings(action="ignore"):  # spaCy's own, at import
        spacy = pytest.importorskip("spacy", reason="the extra onrecord[spacy] is not installed")
        made = spacy.blank("en")
        made.add_pipe("onrecord", config={"published": "2026-05-06"})
    return made


def test_spans_hold_what_the_reading_says(nlp: Any) -> None:
    doc = nlp(TEXT)
    reading = doc._.onrecord
    assert reading.report.text == doc.text and reading.attributions
    unaligned = {(u.group, u.row, u.span) for u in doc._.onrecord_unaligned}
    for attribution in reading.attributions:
        for role in ("source", "cue", "content"):
            for span in getattr(attribution, role):
                found = [
                    s for s in doc.spans[f"onrecord.{role}"] if (s.start_char, s.end_char) == tuple(span)
                ]
                assert found or (role, attribution.id, span) in unaligned
    (monday,) = [s for s in doc.spans["onrecord.time"] if s.text == "Monday"]
    assert monday.label_ == "2026-05-04"


def test_what_does_not_begin_at_a_token_is_said_and_not_moved(nlp: Any) -> None:
    from dataclasses import replace

    from onrecord.exports.spacy_component import Unaligned, attach
    from onrecord.model import Span

    doc = nlp(TEXT)
    first = doc._.onrecord.attributions[0]
    moved = replace(first, source=(Span(1, 8),))
    attach(doc, replace(doc._.onrecord, attributions=(moved,)))
    assert Unaligned("source", first.id, Span(1, 8)) in doc._.onrecord_unaligned
    assert len(doc.spans["onrecord.source"]) == 0


def test_a_stream_is_read_as_single_documents_are(nlp: Any) -> None:
    texts = [TEXT, "", "Nothing was said here.", TEXT * 2]
    together = [doc._.onrecord.attributions for doc in nlp.pipe(texts)]
    assert together == [nlp(text)._.onrecord.attributions for text in texts]
