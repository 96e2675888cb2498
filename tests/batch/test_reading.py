"""Batches, what is left out of a reading, and storing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.batch.reading import BATCH_REPORTS, Held, Skipped, batches, firm, read_each
from onrecord.batch.steps import Step
from onrecord.cli.run import Run
from onrecord.errors import BrokenModel, UnreadableInput
from onrecord.ledger.records import Progress
from onrecord.model import Page, Reading, Report
from tests.cli.conftest import simple_reading
from tests.ledger.made import harbour, readings, report


def page(n: int) -> Page:
    return Page(f"{n}.txt", f"Number {n}".encode(), str(n), "text")


def parse(page: Page) -> Report:
    if page.source == "3.txt":
        raise UnreadableInput("three is no text")
    return report(page.content.decode(), source=page.source)


def read(reports: Sequence[Report]) -> list[Reading]:
    return [simple_reading(one) for one in reports]


def test_batches_keep_every_source_once() -> None:
    made = list(
        batches(
            (page(n) for n in range(40)), parse, read, lambda some: [one.source == "5.txt" for one in some]
        )
    )
    assert max(map(len, made)) == BATCH_REPORTS
    rows = [row for batch in made for row in batch]
    assert len(rows) == 40
    assert [row for row in rows if isinstance(row, Skipped)] == [
        Skipped("3.txt", "UnreadableInput", "three is no text")
    ]
    assert [row for row in rows if isinstance(row, Held)] == [Held("5.txt")]


def test_pages_are_taken_as_they_are_needed() -> None:
    taken = 0

    def pages() -> Iterator[Page]:
        nonlocal taken
        for n in range(1000):
            taken += 1
            yield page(n + 10)

    first = next(batches(pages(), parse, read))
    assert len(first) == taken == BATCH_REPORTS


def test_a_long_report_ends_its_batch() -> None:
    long = Page("long.txt", b"x" * 300_000, "x", "text")
    assert [len(batch) for batch in batches([page(1), long, page(2)], parse, read)] == [2, 1]


@settings(max_examples=30)
@given(bad=st.sets(st.integers(0, 15)))
def test_only_the_reports_that_break_the_reader_are_left_out(bad: set[int]) -> None:
    reports = [report(f"{n} {'POISON' if n in bad else ''}", source=str(n)) for n in range(16)]
    rows = read_each(reports, read)
    assert {int(row.source) for row in rows if isinstance(row, Skipped)} == bad
    assert [int(row.report.source) for row in rows if isinstance(row, Reading)] == sorted(
        set(range(16)) - bad
    )


def test_what_makes_going_on_senseless_ends_the_run() -> None:
    def broken(reports: Sequence[Report]) -> list[Reading]:
        raise BrokenModel("no weights")

    with pytest.raises(BrokenModel):
        list(batches([page(1)], parse, broken))


def test_a_reading_that_cannot_be_stored_is_left_out_alone(tmp_path: object) -> None:
    from onrecord.ledger import open_ledger

    doubled = replace(harbour(), voices=(harbour().voices or ())[:1] * 2, report=report("x", source="x.txt"))
    with open_ledger(f"{tmp_path}/l.db", mode="create") as ledger:
        run = Run(ledger, "none", "", lambda: 0.0)
        run.take(Step([harbour(), doubled], "", Progress("s1", "x", 2, 0, False)))
        assert (run.reports, run.skipped) == (1, 1)
        assert [entry.source for entry in ledger.reports()] == ["harbour.txt"]
        assert "share an id" in ledger.failures()[0].reason
        assert ledger.progress("s1") == Progress("s1", "x", 2, 0, False)


def test_what_is_not_sure_enough_goes_with_all_that_rests_on_it() -> None:
    weak = [replace(a, confidence=0.2 if a.id in ("a1", "a3") else 0.9) for a in harbour().attributions or ()]
    left = firm(replace(harbour(), attributions=tuple(weak)), 0.5)
    assert [(a.id, a.within) for a in left.attributions or ()] == [("a2", None), ("a4", None)]
    assert left.certainties == (), "its speaker is gone; it is nobody else's"
    (dispute,) = left.disputes or ()
    assert left.report.at(dispute.claim) == "“The leak is highly likely contained,”"  # type: ignore[arg-type]
    assert dispute.denial == "a4"
    assert left.headline is not None
    assert left.headline.rests_on == ()


@settings(max_examples=30)
@given(reading=readings(), least=st.floats(0, 1))
def test_nothing_points_at_what_was_left_out(reading: Reading, least: float) -> None:
    left = firm(reading, least)
    rows = {a.id for a in left.attributions or ()}
    assert all(a.confidence >= least and a.within in rows | {None} for a in left.attributions or ())
    assert all(c.holder in rows | {"reporter"} for c in left.certainties or ())
    assert all(
        end in rows for d in left.disputes or () for end in (d.claim, d.denial) if isinstance(end, str)
    )
