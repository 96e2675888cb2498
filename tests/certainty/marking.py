"""Readings from marked text: `{s1|source} {q1|cue} {c1|content}`; marks may nest."""

from __future__ import annotations

from onrecord.model import Attribution, Block, Reading, Report, Span, Voice

_ROLES = {"s": "source", "q": "cue", "c": "content"}


def marked_reading(marked: str, voices: dict[str, str] | None = None) -> Reading:
    """The reading of a marked text; `voices` gives the name of an attribution's voice by its id."""
    text, spans = _spans(marked)
    ids = sorted({name for name, _ in spans})
    found = tuple(Voice(f"v-{id_}", name, "organisation") for id_, name in (voices or {}).items())
    rows = tuple(
        Attribution(
            id=id_,
            source=tuple(spans.get((id_, "source"), ())),
            cue=tuple(spans.get((id_, "cue"), ())),
            content=tuple(spans.get((id_, "content"), ())),
            quotation="indirect",
            act="say",
            confidence=1.0,
            made_by="test",
            voice=f"v-{id_}" if id_ in (voices or {}) else None,
        )
        for id_ in ids
    )
    blocks = (Block(0, len(text), "body"),) if text else ()
    return Reading(
        Report(id="r", source="r.txt", text=text, blocks=blocks, sha256=""), attributions=rows, voices=found
    )


def _spans(marked: str) -> tuple[str, dict[tuple[str, str], list[Span]]]:
    text = ""
    opened: list[tuple[str, str, int]] = []
    spans: dict[tuple[str, str], list[Span]] = {}
    i = 0
    while i < len(marked):
        if marked[i] == "{":
            label, _, _ = marked[i + 1 :].partition("|")
            opened.append((f"a{label[1:]}", _ROLES[label[0]], len(text)))
            i += len(label) + 2
        elif marked[i] == "}":
            name, role, start = opened.pop()
            spans.setdefault((name, role), []).append(Span(start, len(text)))
            i += 1
        else:
            text += marked[i]
            i += 1
    return text, spans
