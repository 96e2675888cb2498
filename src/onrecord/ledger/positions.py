"""Readings without the text they were read from, for ledgers that may not keep it.

What stays is what a catalogue and an index would hold: title, byline, dates, addresses, the page's hash, every row
with its offsets, names and roles of voices, values of times, terms of likelihood. What goes is the text, and the words
quoted from it in the reasons of rows. Who has the page can check that its hash is the same and look at the offsets.
"""

from __future__ import annotations

import re
from dataclasses import replace

from onrecord.model import HeadlineCheck, Reading

NOTE = "Positions only: the text of this report was not kept. Offsets count in the text of the page with this SHA-256."
_QUOTED = re.compile("^([^“]*)“.*”", re.DOTALL)
"""From the first quotation to the last: quotations may stand in each other, and none may leak."""


def without_text(reading: Reading) -> Reading:
    """The reading with positions alone; one that is so already is given back as it is."""
    if not reading.report.has_text:
        return reading
    return replace(
        reading,
        report=replace(reading.report, text=""),
        voices=reading.voices and tuple(replace(v, why=_without_words(v.why)) for v in reading.voices),
        disputes=reading.disputes and tuple(replace(d, why=_without_words(d.why)) for d in reading.disputes),
        headline=reading.headline and _check(reading.headline),
        sentence_checks=tuple(map(_check, reading.sentence_checks)),
        notes=(*reading.notes, NOTE),
    )


def _check(check: HeadlineCheck) -> HeadlineCheck:
    return replace(check, why=_without_words(check.why))


def _without_words(why: str) -> str:
    return _QUOTED.sub(r"\1“…”", why)
