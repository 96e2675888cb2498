"""onrecord as a spaCy component (extra `spacy`): `nlp.add_pipe("onrecord")`.

The reading stands at `doc._.onrecord`, and its spans in `doc.spans` under `onrecord.source`, `onrecord.cue`,
`onrecord.content`, `onrecord.voice`, `onrecord.time` and `onrecord.certainty`; a span's `id_` is the row's id and its
`label_` what the row says (act, voice name, TIMEX3 value, term). A span that does not begin and end at tokens is not
moved: it is listed in `doc._.onrecord_unaligned` with its row and offsets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from onrecord.model import Page, Reading, Report, Span
from onrecord.pages import parse
from onrecord.pipeline import Pipeline

GROUPS = ("source", "cue", "content", "voice", "time", "certainty")


@dataclass(frozen=True, slots=True)
class Unaligned:
    """A span of the reading that does not begin and end at tokens of the document."""

    group: str
    row: str
    span: Span


class Onrecord:
    """The component.

    `published` (YYYY-MM-DD) is what "Monday" is counted from; a document's own `doc.user_data["published"]` goes first.
    """

    def __init__(self, published: str | None = None) -> None:
        self._published = published
        self._pipeline = Pipeline.load()
        for name in ("onrecord", "onrecord_unaligned"):
            if not Doc.has_extension(name):
                Doc.set_extension(name, default=None)

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 32) -> Iterator[Doc]:
        """Read documents in batches."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            readings = self._pipeline.read([self._report(doc) for doc in batch])
            for doc, reading in zip(batch, readings, strict=True):
                attach(doc, reading)
                yield doc

    def _report(self, doc: Doc) -> Report:
        published = doc.user_data.get("published", self._published)
        content = doc.text.encode("utf-8", "replace")
        digest = hashlib.sha256(content).hexdigest()
        if not content.strip():  # an empty document is none of spaCy's errors; parse would refuse it
            return Report("r" + digest[:16], "spaCy document", doc.text, (), digest)
        page = Page("spaCy document", content, digest, "text", encoding="utf-8")
        return parse(page, published)


def attach(doc: Doc, reading: Reading) -> None:
    """Put a reading on a document whose text is the report's."""
    unaligned: list[Unaligned] = []
    for group in GROUPS:
        doc.spans[f"onrecord.{group}"] = []
    for group, row, label, span in _labelled(reading):
        found = doc.char_span(*span, label=label, span_id=row, alignment_mode="strict")
        if found is None:
            unaligned.append(Unaligned(group, row, span))
        else:
            doc.spans[f"onrecord.{group}"].append(found)
    doc._.onrecord = reading
    doc._.onrecord_unaligned = tuple(unaligned)


def spans_of(doc: Doc, group: str, row: str) -> list[DocSpan]:
    """The document's spans of one row, e.g. `spans_of(doc, "content", "a3")`."""
    return [span for span in doc.spans[f"onrecord.{group}"] if span.id_ == row]


def _labelled(reading: Reading) -> Iterator[tuple[str, str, str, Span]]:
    for attribution in reading.attributions or ():
        for role in ("source", "cue", "content"):
            for span in getattr(attribution, role):
                yield role, attribution.id, attribution.act, span
    for voice in reading.voices or ():
        for span in voice.mentions:
            yield "voice", voice.id, voice.name, span
    for time in reading.times or ():
        yield "time", time.id, time.value, Span(time.start_char, time.end_char)
    for certainty in reading.certainties or ():
        yield "certainty", certainty.id, certainty.term, Span(certainty.start_char, certainty.end_char)


def make(nlp: Language, name: str, published: str | None) -> Callable[[Doc], Doc]:
    """The factory that the entry point `spacy_factories` names."""
    return Onrecord(published)


Language.factory("onrecord", default_config={"published": None}, func=make)
