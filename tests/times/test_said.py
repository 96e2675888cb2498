"""When an attribution was said: marked sentences from a file, and the stage as a whole."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import times
from onrecord.model import Attribution, Block, Reading, Report, Said, Span, Spans

METHOD = times.load()
CASES = tomllib.loads((Path(__file__).parent / "cases" / "said.toml").read_text(encoding="utf-8"))["case"]
_MARK = re.compile(r"\[([scq]) ([^\]]*)\]")
PUBLISHED = "2023-01-30"


def marked(text: str) -> tuple[str, Attribution]:
    """The plain text of a marked sentence, and the attribution that the marks give."""
    spans: dict[str, list[Span]] = {"s": [], "c": [], "q": []}
    plain, end = "", 0
    for match in _MARK.finditer(text):
        plain += text[end : match.start()]
        spans[match[1]].append(Span(len(plain), len(plain) + len(match[2])))
        plain += match[2]
        end = match.end()
    return plain + text[end:], attribution(tuple(spans["s"]), tuple(spans["c"]), tuple(spans["q"]))


def attribution(source: Spans, cue: Spans, content: Spans, said: Said | None = None) -> Attribution:
    return Attribution("a1", source, cue, content, "indirect", "say", 1.0, "test", said=said)


def reading(text: str, rows: tuple[Attribution, ...] | None, published: str | None = PUBLISHED) -> Reading:
    report = Report("r", "r.txt", text, (Block(0, len(text), "body"),), "", published=published)
    return Reading(report, attributions=rows)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["text"][:70]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    text, row = marked(case["text"])
    (done,) = METHOD([reading(text, (row,), case.get("published", PUBLISHED) or None)])
    assert done.attributions
    said = done.attributions[0].said
    found = [text[said.start_char : said.end_char], said.value] if said else None
    assert found == case.get("said")


def test_what_is_filled_already_stays() -> None:
    text, row = marked("[s Ms Arrel] [c said] on Monday [q it was safe].")
    given_said = Said("2020-01-01", 0, 2)
    filled = attribution(row.source, row.cue, row.content, given_said)
    (done,) = METHOD([reading(text, (filled,))])
    assert done.attributions and done.attributions[0].said == given_said


def test_times_do_not_depend_on_attributions() -> None:
    text, row = marked("[s Ms Arrel] [c said] on Monday [q it was safe in May].")
    bare, full = METHOD([reading(text, None), reading(text, (row,))])
    assert bare.times == full.times != ()
    assert bare.attributions is None


def test_a_batch_keeps_its_order() -> None:
    done = METHOD([reading("In 1998.", None), reading("Nothing.", None), reading("In 2001.", None)])
    assert [[t.value for t in r.times or ()] for r in done] == [["1998"], [], ["2001"]]


@given(
    st.text(alphabet="on Moday,.\n'’“”19 said2", min_size=1, max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=3, max_size=3),
)
def test_any_spans_are_taken(text: str, ends: list[tuple[int, int]]) -> None:
    source, cue, content = ((Span(*sorted(min(end, len(text)) for end in pair)),) for pair in ends)
    row = attribution(source, cue, content)
    (done,) = METHOD([reading(text, (row,))])
    assert done.attributions
    said = done.attributions[0].said
    if said is not None:
        assert (said.start_char, said.end_char, said.value) in {
            (t.start_char, t.end_char, t.value) for t in done.times or ()
        }
