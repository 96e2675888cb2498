"""What speaks for a piece being commentary, and for its headline saying more than the body: named numbers."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.headline.body import Line
from onrecord.headline.support import Support
from onrecord.headline.tables import Pattern, Tables
from onrecord.model import Difference, Reading

Features = dict[str, float]


def commentary(title: str, body: Sequence[Line], reading: Reading, tables: Tables) -> Features:
    """Features of a report as commentary: how the writer speaks in the words that are nobody else's."""
    own = "\n".join(line.own_text for line in body)
    words = max(50, len(own.split()))
    rows = [a for a in reading.attributions or () if a.within is None]
    authors = {v.id for v in reading.voices or () if v.kind == "author"}
    by_author = sum(a.voice in authors for a in rows)

    def rate(category: str) -> float:
        return min(6.0, 100 * _count(tables.words[category], own) / words)

    return {
        "bias": 1.0,
        "person": min(2.0, rate("person")),
        "opinion": rate("opinion"),
        "news": rate("news"),
        "questions": min(1.0, 10 * own.count("?") / max(10, len(body))),
        "by_author": by_author / max(4, len(rows)),
        "attributed": min(6.0, 100 * (len(rows) - by_author) / words),
        "news_lead": _news_lead(body, tables),
        "own_end": sum(not line.holders for line in body[-5:]) / len(body[-5:]),
        "own_share": sum(not line.holders for line in body) / len(body),
        "rhetorical": float(bool(tables.words["rhetorical"].search(title))),
        "document": float(bool(tables.words["document"].search(f"{title}\n{reading.report.text[:300]}"))),
        "title_asks": float("?" in title),
        "title_sourced": float(bool(tables.words["sourced"].search(title)) or ":" in title),
    }


def _news_lead(body: Sequence[Line], tables: Tables) -> float:
    """Share of the first lines that tell when, or who said it, as news does."""
    first = body[:4]
    return sum(bool(tables.words["news"].search(line.text)) for line in first) / len(first)


def _count(pattern: Pattern, text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def inflation(
    title: str, rests: Support, found: Sequence[Difference], body: Sequence[Line], tables: Tables
) -> Features:
    """Features of a headline as saying more than its body."""
    kinds = {d.what for d in found}
    text = "\n".join(line.text for line in body)
    in_body = {m.group().casefold() for m in tables.words["emphatic"].finditer(text)}
    loud = {m.group().casefold() for m in tables.words["emphatic"].finditer(title)} - in_body
    shouted = [w for w in title.split() if len(w) >= 4 and w.isalpha() and w.isupper()]
    return {
        "bias": 1.0,
        "missing": 1.0 - rests.anywhere,
        "scattered": 1.0 - rests.share,
        "source_dropped": float("source dropped" in kinds),
        "hedge_dropped": float("certainty" in kinds),
        "act": float("act" in kinds),
        "number": float("number" in kinds),
        "scope": float("scope" in kinds),
        "several": float(len(kinds) >= 2),
        "loud": min(2.0, float(len(loud))),
        "shouted": float(0 < len(shouted) < len(title.split()) / 2),
        # A notice or a correction speaks for itself: who issued it is the source.
        "document": float(bool(tables.words["document"].search(title))),
    }
