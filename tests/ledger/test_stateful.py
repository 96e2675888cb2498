"""Any order of adding, changing, reviewing, merging, splitting, forgetting and reopening: the ledger says what a plain
model of it says, and is whole by its own check.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onrecord.errors import UsageError
from onrecord.ledger import Search, open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.ledger.integrity import check
from onrecord.ledger.records import REVIEW_STATES, ReviewState
from onrecord.model import Reading
from tests.ledger.made import STORY, harbour

SOURCES = st.sampled_from(["a.txt", "b.txt", "c.txt"])
ENDINGS = st.sampled_from(["", "More.\n", "Less.\n"])
VOICES = st.sampled_from(["Lindqvist", "Mira Oduya", "Ministry of Ports"])


def made(source: str, ending: str) -> Reading:
    """A reading of one of a few reports in one of a few versions."""
    return harbour(STORY + ending, source=source)


class LedgerMachine(RuleBasedStateMachine):
    """The model: of each report the endings of its versions in order; the reviews of each version."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="onrecord-stateful-"))
        self.versions: dict[str, list[str]] = {}
        self.reviews: dict[tuple[str, str], dict[str, ReviewState]] = {}
        self.changes = 0
        self.voice_changes = 0

    @initialize()
    def open(self) -> None:
        self.ledger: Ledger = open_ledger(self.folder / "ledger.db", mode="create")

    def teardown(self) -> None:
        self.ledger.close()
        found = check(self.folder / "ledger.db")
        shutil.rmtree(self.folder)
        assert found == ()

    @rule(given=st.lists(st.tuples(SOURCES, ENDINGS), max_size=4))
    def add(self, given: list[tuple[str, str]]) -> None:
        added = self.ledger.add([made(*one) for one in given])
        for (source, ending), row in zip(given, added, strict=True):
            known = self.versions.setdefault(source, [])
            wanted = "unchanged" if ending in known else "new version" if known else "new"
            assert row.change == wanted
            if ending not in known:
                known.append(ending)
            assert row.version == known.index(ending) + 1

    @precondition(lambda self: self.versions)
    @rule(
        source=SOURCES,
        row=st.sampled_from(["a1", "a3", "d1", "v2", "h1"]),
        state=st.sampled_from(REVIEW_STATES),
    )
    def review(self, source: str, row: str, state: ReviewState) -> None:
        if source in self.versions:
            self.ledger.review(f"{self.ledger.report(source).report}.{row}", state, by="Ada")
            self.reviews.setdefault((source, self.versions[source][-1]), {})[row] = state

    @rule(one=VOICES, other=VOICES)
    def merge(self, one: str, other: str) -> None:
        self._voices(lambda: self.ledger.merge_voices(one, other, by="Ada"))

    @rule(one=VOICES)
    def split(self, one: str) -> None:
        self._voices(lambda: self.ledger.split_voice(one, by="Ada"))

    def _voices(self, change: object) -> None:
        assert callable(change)
        try:
            change()
        except UsageError as error:
            assert len(str(error)) > 10
        else:
            self.voice_changes += 1

    @precondition(lambda self: self.versions)
    @rule(source=SOURCES)
    def forget(self, source: str) -> None:
        if source in self.versions:
            self.ledger.forget(source, by="Ada")
            for ending in self.versions.pop(source):
                self.reviews.pop((source, ending), None)

    @rule()
    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(self.folder / "ledger.db", mode="change")

    @invariant()
    def it_says_what_the_model_says(self) -> None:
        entries = {entry.source: entry for entry in self.ledger.reports()}
        assert set(entries) == set(self.versions)
        for source, endings in self.versions.items():
            assert entries[source].version == len(endings)
            assert self.ledger.reading(source) == made(source, endings[-1])
            assert [v.version for v in self.ledger.versions(source)] == list(range(1, len(endings) + 1))
            assert self.ledger.review_states(source) == self.reviews.get((source, endings[-1]), {})
        assert self.ledger.search(Search("contained", limit=50)).total == len(self.versions)
        assert len(self.ledger.voice_changes()) == self.voice_changes
        said = sum(voice.statements for voice in self.ledger.voices())
        assert said == 4 * len(self.versions), "each statement is counted with one voice"


LedgerMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=15)
TestLedger = LedgerMachine.TestCase
