"""Both stores answer alike, and what a ledger counts beforehand is what counting anew gives."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from onrecord.errors import UsageError
from onrecord.ledger import Search, asking, counting, open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.ledger.store import SqlLedger
from onrecord.model import Attribution, Certainty, Dispute, Reading, Span, Voice
from tests.ledger.made import report

NAMES = ("Ann Brook", "Bea Brook", "police", "The Port")
TERMS = (
    "ship",
    "ships",
    "shipping",
    "Café",
    "cafe",
    "leak",
    "is",
    "the",
    "contained",
    "U.S.",
    "2024",
    "harbour’s",
)
BANDS = ((0.8, 0.9), (0.55, 0.75), (None, None))
QUERIES = st.lists(
    st.sampled_from([
        *TERMS, "cont*", "sh*", '"the ship"', '"ship is"', "AND", "OR", "NOT", "(", ")", "voice:Brook", "voice:police",
        "kind:direct", "act:deny", "disputed:yes", "disputed:no", "certainty>=0.8", "outlet:gazette", "since:2024-02",
        "until:2024-01", "-",
    ]),
    max_size=6,
).map(" ".join)  # fmt: skip


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A small report whose words, voices and days are those that the queries ask for."""
    number = draw(st.integers(0, 4))
    said = draw(st.lists(st.lists(st.sampled_from(TERMS), min_size=1, max_size=6), max_size=3))
    body, attributions, voices = f"Report {number}\n", [], []
    for n, terms in enumerate(said):
        name, words = draw(st.sampled_from(NAMES)), " ".join(terms)
        start = len(body)
        body += f"{name} {words}.\n"
        source, content = Span(start, start + len(name)), Span(start + len(name) + 1, len(body) - 2)
        quotation, act = draw(st.sampled_from(["direct", "indirect"])), draw(st.sampled_from(["say", "deny"]))
        voice = draw(st.sampled_from([f"v{n}", None]))
        attributions.append(
            Attribution(f"a{n}", (source,), (), (content,), quotation, act, 0.9, "hand", voice=voice)  # type: ignore[arg-type]
        )
        kind = "unnamed" if name == "police" else "organisation" if name == "The Port" else "person"
        voices.append(Voice(f"v{n}", name, kind, mentions=(source,)))  # type: ignore[arg-type]
    low, high = draw(st.sampled_from(BANDS))
    sure = (Certainty("c1", 0, 1, "likely", "likely", "a0", "PHIA", low, high),) if attributions else ()
    ends = (attributions[0].id, attributions[-1].id) if len(attributions) > 1 else None
    dispute = (Dispute("d1", *ends, "denies", Span(0, 1), "why"),) if ends and draw(st.booleans()) else ()
    made = report(
        body,
        source=f"{number}.txt",
        published=draw(st.sampled_from([None, "2024-01-31", "2024-02-01", "2024-02-01T10:00"])),
        outlet=draw(st.sampled_from([None, "Port Gazette", "The Gazette"])),
    )
    return Reading(made, tuple(attributions), tuple(voices), (), sure, dispute)


def answer(ledger: Ledger, search: Search) -> object:
    """Everything that a search gives, or what it says is wrong."""
    try:
        hits, facets = ledger.search(search), ledger.facets(search)
    except UsageError as told:
        return str(told)
    rows = [(h.statement, h.snippet, h.voice, h.disputed, h.outlet, len(h.certainties)) for h in hits.hits]
    assert facets.complete and facets.counted == hits.total
    return hits.total, rows, facets, hits.next


@settings(max_examples=25)
@given(batches=st.lists(st.lists(readings(), max_size=4), max_size=3), queries=st.lists(QUERIES, max_size=4))
def test_both_stores_answer_alike(
    tmp_path_factory: pytest.TempPathFactory,
    emptied: Callable[[], str],
    batches: list[list[Reading]],
    queries: list[str],
) -> None:
    path = tmp_path_factory.mktemp("agree") / "ledger.db"
    with ExitStack() as stack:
        stores = [stack.enter_context(open_ledger(place, mode="create")) for place in (path, emptied())]
        for batch in batches:
            assert stores[0].add(batch) == stores[1].add(batch)
        for query in ("", *queries):
            search = Search(query, limit=3)
            assert answer(stores[0], search) == answer(stores[1], search), query
        first, second = (
            [(v.name, v.statements, v.reports, v.first_seen) for v in s.voices()] for s in stores
        )
        assert first == second


@settings(max_examples=20)
@given(data=st.data())
def test_counts_are_those_of_the_rows(ledger: Ledger, data: st.DataObject) -> None:
    for step in data.draw(st.lists(st.sampled_from(["add", "merge", "split", "forget"]), max_size=7)):
        try:
            if step == "add":
                ledger.add(data.draw(st.lists(readings(), max_size=4)))
            elif step == "merge":
                ledger.merge_voices(*data.draw(st.permutations(NAMES))[:2], by="Ada")
            elif step == "split":
                report = data.draw(st.sampled_from([None, "0.txt", "1.txt"]))
                ledger.split_voice(data.draw(st.sampled_from(NAMES)), by="Ada", report=report)
            else:
                ledger.forget(f"{data.draw(st.integers(0, 4))}.txt", by="Ada")
        except UsageError:
            continue
    kept = ledger.voices()
    found = {v.id: ledger.search(Search(voice=f"#{v.id}")).total for v in kept}
    assert found == {v.id: v.statements for v in kept}
    assert isinstance(ledger, SqlLedger)
    with ledger._writing() as connection:
        ids = list(connection.execute(text("SELECT id FROM ledger_voices")).scalars())
        counting.recount(connection, ids)
    assert ledger.voices() == kept


def test_cursors_go_through_the_whole_answer(ledger: Ledger) -> None:
    for n in range(11):
        words = f"{n}\nAnn ships it. Bea ships too.\n"
        parts = [(Span(2, 5), Span(6, 14)), (Span(16, 19), Span(20, 29))]
        rows = tuple(
            Attribution(f"a{i}", (source,), (), (content,), "direct", "say", 1.0, "hand")
            for i, (source, content) in enumerate(parts)
        )
        day = f"2024-01-{n % 5 + 1:02}" if n != 7 else None
        ledger.add([Reading(report(words, source=f"{n}.txt", published=day), rows, ())])
    whole = [hit.statement for hit in ledger.search(Search("ships", limit=100)).hits]
    assert len(whole) == 22
    search, seen = Search("ships", limit=5), []
    while True:
        page = ledger.search(search)
        assert page.total == 22
        seen += [hit.statement for hit in page.hits]
        if page.next is None:
            break
        search = replace(search, after=page.next)
    assert seen == whole
    days = [hit.published or "" for hit in ledger.search(Search("ships", limit=100)).hits]
    assert days == sorted(days, reverse=True), "the latest first, those without a day last"


@given(cursor=st.text(max_size=30) | st.text("ABCdef0189-_=", min_size=18, max_size=22))
@settings(max_examples=60)
def test_a_bad_cursor_is_told(ledger: Ledger, cursor: str) -> None:
    if cursor:
        with pytest.raises(UsageError, match="no cursor of this search"):
            ledger.search(Search("ships", after=cursor))


def test_a_cursor_of_another_search_is_told(ledger: Ledger, tmp_path: Path) -> None:
    text = "1\nAnn ships it. Bea ships too.\n"
    rows = tuple(
        Attribution(f"a{i}", (Span(2, 5),), (), (Span(6, 14),), "direct", "say", 1.0, "h") for i in (0, 1)
    )
    ledger.add([Reading(report(text), rows, ())])
    cursor = ledger.search(Search("ships", limit=1)).next
    assert len(ledger.search(Search("ships", limit=9, after=cursor)).hits) == 1, (
        "another length of page will do"
    )
    with pytest.raises(UsageError, match="begin with the first page"):
        ledger.search(Search("ship", limit=1, after=cursor))


def test_a_name_that_very_many_bear_is_found_by_its_words(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, name in enumerate(["police", "police", "police", "city police", "Ann Brook"]):
        body = f"{n}\n{name} says so."
        rows = (Attribution("a1", (Span(2, 2 + len(name)),), (), (Span(3 + len(name), len(body)),), "direct", "say",
                            1.0, "hand", voice="v1"),)  # fmt: skip
        kind = "person" if name == "Ann Brook" else "unnamed"
        voices = (Voice("v1", name, kind),)  # type: ignore[arg-type]
        ledger.add([Reading(report(body, source=f"{n}.txt"), rows, voices)])
    assert ledger.search(Search("voice:police")).total == 3, "the whole name first"
    monkeypatch.setattr(asking, "MOST_VOICES", 2)
    assert ledger.search(Search("voice:police says")).total == 4
    assert ledger.search(Search("voice:police -voice:city")).total == 3
    last = max(voice.id for voice in ledger.voices(name="police"))
    ledger.merge_voices("Ann Brook", f"#{last}", by="Ada")
    assert ledger.search(Search("voice:police")).total == 5, "with what was merged"
