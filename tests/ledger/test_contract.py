"""What every ledger promises, whatever database stands behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from onrecord.errors import LedgerError, UsageError
from onrecord.ledger import Search
from onrecord.ledger.contract import Ledger
from onrecord.ledger.records import Progress
from onrecord.model import Reading, Voice
from tests.ledger.conftest import Opener
from tests.ledger.made import STORY, harbour, readings, report

ANY = settings(max_examples=40)


class TestAdding:
    def test_a_reading_comes_back_exactly(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        assert added.change == "new"
        assert ledger.reading(added.report) == harbour()

    @ANY
    @given(reading=readings())
    def test_any_reading_comes_back_exactly(self, ledger: Ledger, reading: Reading) -> None:
        (added,) = ledger.add([reading])
        assert ledger.reading(added.report, added.version) == reading
        assert ledger.add([reading])[0].change == "unchanged"

    def test_the_same_page_adds_nothing(self, ledger: Ledger) -> None:
        first = ledger.add([harbour(), harbour()])
        assert [one.change for one in first] == ["new", "unchanged"]
        before = (ledger.reports(), ledger.search(Search()), ledger.voices())
        assert ledger.add([replace(harbour(), report=replace(harbour().report, fetched="2030-01-01"))])
        assert (ledger.reports(), ledger.search(Search()), ledger.voices()) == before

    def test_a_changed_page_is_a_new_version(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        (added,) = ledger.add([harbour(STORY + "\nCorrected on Tuesday.")])
        assert (added.version, added.change) == (2, "new version")
        assert [entry.version for entry in ledger.versions(added.report)] == [1, 2]
        assert ledger.reading(added.report, 1) == harbour()
        assert ledger.reading(added.report).report.text.endswith("Tuesday.")
        assert ledger.search(Search("turning")).total == 2, "only the current version is searched"

    def test_an_earlier_version_read_again_adds_nothing(self, ledger: Ledger) -> None:
        ledger.add([harbour(), harbour(STORY + "\n")])
        (added,) = ledger.add([harbour()])
        assert (added.version, added.change) == (1, "unchanged")

    def test_the_same_url_is_the_same_report_wherever_it_was_saved(self, ledger: Ledger) -> None:
        one = harbour(url="https://port.example/leak", source="a.html")
        two = harbour(STORY + "\n", url="https://PORT.example/leak#top", source="b.html")
        keys = {added.report for added in ledger.add([one, two])}
        assert len(keys) == 1

    def test_other_findings_in_the_same_page_replace_the_old_ones(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        fewer = replace(harbour(), attributions=harbour().attributions[:2], disputes=(), certainties=())  # type: ignore[index]
        (added,) = ledger.add([fewer])
        assert (added.version, added.change) == (1, "read again")
        assert ledger.reading(added.report) == fewer
        assert ledger.search(Search()).total == 2
        assert ledger.search(Search("contained")).total == 0

    def test_two_readings_of_one_page_in_a_batch(self, ledger: Ledger) -> None:
        fewer = replace(harbour(), attributions=(), certainties=(), disputes=())
        assert [a.change for a in ledger.add([fewer, harbour(), fewer])] == [
            "new",
            "read again",
            "read again",
        ]
        assert ledger.search(Search()).total == 0

    def test_a_batch_is_all_or_nothing(self, ledger: Ledger) -> None:
        voice = Voice("v1", "Ann", "person")
        broken = replace(harbour(), report=report("Other text\n", source="b.txt"), voices=(voice, voice))
        with pytest.raises(ValueError, match="share an id: v1"):
            ledger.add([harbour(), broken])
        assert ledger.reports() == ()

    def test_holds(self, ledger: Ledger) -> None:
        ledger.add([harbour()], made_with="onrecord 1")
        assert ledger.held([harbour().report], made_with="onrecord 1") == [True]
        assert ledger.held([replace(harbour().report, fetched="2031-01-01")], made_with="onrecord 1") == [
            True
        ]
        assert ledger.held([harbour().report], made_with="onrecord 2") == [False]
        assert ledger.held([replace(harbour().report, published="2020-01-01")], made_with="onrecord 1") == [
            False
        ]
        assert ledger.held([harbour(STORY + "!").report], made_with="onrecord 1") == [False]

    def test_it_outlives_closing(self, opener: Opener) -> None:
        with opener("create") as ledger:
            ledger.add([harbour()])
        with opener("read") as ledger:
            assert ledger.reading("harbour.txt") == harbour()

    def test_reading_only_never_writes(self, opener: Opener) -> None:
        opener("create").close()
        with opener("read") as ledger, pytest.raises(LedgerError, match="read-only"):
            ledger.add([harbour()])


class TestReports:
    def test_a_report_by_key_start_of_key_source_and_content_id(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour(url="https://port.example/leak")])
        names = (
            added.report,
            added.report[:5],
            "harbour.txt",
            "https://port.example/leak",
            harbour().report.id,
        )
        assert {ledger.report(name).report for name in names} == {added.report}

    def test_an_unknown_report_says_what_was_meant_perhaps(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        with pytest.raises(UsageError, match=r"no report 'harbor\.txt'.*Did you mean .*harbour\.txt"):
            ledger.report("harbor.txt")

    @pytest.mark.parametrize("name", ["", "%", "'; DROP TABLE reports", "\x00", "\ud800", "zzz", "abc"])
    def test_odd_names_are_unknown_reports(self, ledger: Ledger, name: str) -> None:
        ledger.add([harbour()])
        with pytest.raises(UsageError, match="no report"):
            ledger.report(name)

    def test_the_latest_comes_first_and_undated_ones_last(self, ledger: Ledger) -> None:
        days = ["2024-01-01", None, "2024-02-01"]
        for n, day in enumerate(days):
            ledger.add([Reading(report(f"{n}\n", source=f"{n}.txt", published=day), (), ())])
        assert [entry.published for entry in ledger.reports()] == ["2024-02-01", "2024-01-01", None]
        assert ledger.reports(limit=1, offset=1)[0].published == "2024-01-01"

    def test_counts(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        entry = ledger.report("harbour.txt")
        assert (entry.statements, entry.voices, entry.disputes, entry.verdict) == (4, 4, 1, "strengthened")

    def test_a_version_that_is_not_there(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        with pytest.raises(UsageError, match="versions 1 to 1, not 7"):
            ledger.reading("harbour.txt", 7)


class TestVoices:
    @staticmethod
    def add(ledger: Ledger, source: str, name: str, kind: str = "person") -> str:
        text = f"{source}\n{name} said it rains."
        voice = Voice("v1", name, kind, (f"role in {source}",))  # type: ignore[arg-type]
        reading = harbour()
        first = replace(reading.attributions[0], source=(), cue=(), content=(), voice="v1")  # type: ignore[index]
        made = Reading(report(text, source=source, published=f"2024-01-0{len(source)}"), (first,), (voice,))
        return ledger.add([made])[0].report

    def test_the_same_name_in_other_reports_is_one_voice(self, ledger: Ledger) -> None:
        for source, name in (("a", "Dana J. Brook"), ("bb", "Dana Brook"), ("ccc", "Ms Dana Brook’s")):
            self.add(ledger, source, name)
        (voice,) = ledger.voices()
        assert (voice.statements, voice.reports) == (3, 3)
        assert (voice.first_seen, voice.last_seen) == ("2024-01-01", "2024-01-03")
        assert set(voice.roles) == {"role in a", "role in bb", "role in ccc"}

    def test_unnamed_voices_are_never_one(self, ledger: Ledger) -> None:
        self.add(ledger, "a", "two officials", "unnamed")
        self.add(ledger, "bb", "two officials", "unnamed")
        assert len(ledger.voices()) == 2

    def test_a_kind_keeps_namesakes_apart(self, ledger: Ledger) -> None:
        self.add(ledger, "a", "Brook", "person")
        self.add(ledger, "bb", "Brook", "organisation")
        assert len(ledger.voices()) == 2
        assert len(ledger.voices(kind="organisation")) == 1

    def test_a_merge_is_remembered_for_later_reports(self, ledger: Ledger) -> None:
        self.add(ledger, "a", "Dana Brook")
        self.add(ledger, "bb", "The Brook Agency", "organisation")
        merged = ledger.merge_voices("Brook Agency", "Dana Brook", by="Ada", note="her firm")
        assert (merged.name, merged.statements, merged.also) == ("Dana Brook", 2, ("The Brook Agency",))
        self.add(ledger, "ccc", "Brook Agency", "organisation")
        (voice,) = ledger.voices()
        assert (voice.name, voice.statements) == ("Dana Brook", 3)
        assert ledger.search(Search(voice="Brook Agency")).total == 3
        assert {hit.voice for hit in ledger.search(Search()).hits} == {"Dana Brook"}

    def test_a_split_undoes_a_merge_and_both_are_logged(self, ledger: Ledger) -> None:
        self.add(ledger, "a", "Dana Brook")
        self.add(ledger, "bb", "The Brook Agency", "organisation")
        ledger.merge_voices("Brook Agency", "Dana Brook", by="Ada")
        apart = ledger.split_voice("Brook Agency", by="Bo", note="no")
        assert (apart.name, apart.statements) == ("The Brook Agency", 1)
        assert len(ledger.voices()) == 2
        trail = [(entry.action, entry.by, entry.voice, entry.other) for entry in ledger.voice_changes()]
        assert trail == [
            ("merge", "Ada", "The Brook Agency", "Dana Brook"),
            ("split", "Bo", "The Brook Agency", "Dana Brook"),
        ]

    def test_a_merge_takes_along_what_was_merged_before(self, ledger: Ledger) -> None:
        for source, name in (("a", "Ann One"), ("bb", "Bea Two"), ("ccc", "Cay Three")):
            self.add(ledger, source, name)
        ledger.merge_voices("Ann One", "Bea Two", by="Ada")
        ledger.merge_voices("Bea Two", "Cay Three", by="Ada")
        (voice,) = ledger.voices()
        assert (voice.name, voice.statements) == ("Cay Three", 3)

    def test_a_namesake_in_one_report_is_told_apart_also_in_its_next_version(self, ledger: Ledger) -> None:
        self.add(ledger, "a", "Kim Lee")
        key = self.add(ledger, "bb", "Kim Lee")
        apart = ledger.split_voice("Kim Lee", by="Ada", report=key)
        assert (apart.name, apart.reports) == ("Kim Lee", 1)
        text = "bb\nKim Lee said it rains no more."
        reading = Reading(report(text, source="bb"), (), (Voice("v1", "Kim Lee", "person"),))
        assert ledger.add([reading])[0].change == "new version"
        assert sorted(voice.reports for voice in ledger.voices()) == [1, 1]

    def test_unclear_and_unknown_names_say_what_to_do(self, ledger: Ledger) -> None:
        for source, name in (("a", "Ann Brook"), ("bb", "Bea Brook")):
            self.add(ledger, source, name)
        with pytest.raises(UsageError, match=r"names several voices: .*Give the number"):
            ledger.merge_voices("Brook", "Ann Brook", by="Ada")
        with pytest.raises(UsageError, match="Did you mean 'Ann Brook'"):
            ledger.merge_voices("An Brok", "Bea Brook", by="Ada")
        with pytest.raises(UsageError, match="one voice already"):
            ledger.merge_voices("Ann Brook", "Ann Brook", by="Ada")
        with pytest.raises(UsageError, match="not merged"):
            ledger.split_voice("Ann Brook", by="Ada")
        numbers = [voice.id for voice in ledger.voices()]
        assert ledger.merge_voices(f"#{numbers[0]}", f"#{numbers[1]}", by="Ada").reports == 2


class TestReviews:
    def test_a_review_is_kept_with_its_trail(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        row = f"{added.report}.d1"
        ledger.review(row, "accepted", by="Ada")
        ledger.review(row, "rejected", by="Bo", note="other claim")
        assert ledger.review_states("harbour.txt") == {"d1": "rejected"}
        trail = [
            (entry.by, entry.from_state, entry.to_state, entry.note) for entry in ledger.review_changes(row)
        ]
        assert trail == [("Ada", "machine", "accepted", ""), ("Bo", "accepted", "rejected", "other claim")]
        assert ledger.review_changes()[0].at < ledger.review_changes()[1].at

    def test_what_is_open(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        assert {judgement.row for judgement in ledger.judgements()} == {
            f"{added.report}.{row}" for row in ("d1", "h1")
        }
        ledger.review(f"{added.report}.h1", "accepted", by="Ada")
        assert [judgement.kind for judgement in ledger.judgements()] == ["dispute"]
        assert len(ledger.judgements(kinds=["statement", "voice", "time", "certainty"])) == 10
        assert [judgement.kind for judgement in ledger.judgements(states=["accepted"])] == ["headline"]

    def test_a_review_shows_in_search(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        ledger.review(f"{added.report}.a3", "accepted", by="Ada")
        states = {hit.statement: hit.review for hit in ledger.search(Search()).hits}
        assert states[f"{added.report}.a3"] == "accepted"
        assert states[f"{added.report}.a1"] == "machine"

    def test_a_review_follows_its_row_when_the_page_is_read_again(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        ledger.review(f"{added.report}.a4", "accepted", by="Ada")
        ledger.review(f"{added.report}.d1", "rejected", by="Ada")
        last = harbour().attributions[3]  # type: ignore[index]
        ledger.add([replace(harbour(), attributions=(replace(last, id="a9"),), disputes=(), certainties=())])
        assert ledger.review_states("harbour.txt") == {"a9": "accepted"}
        assert "no longer there" in ledger.review_changes(f"{added.report}.d1")[-1].note

    def test_rows_and_states_that_are_not_there(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        for row in ("d1", f"{added.report}.d7", f"{added.report}.", ".d1", "", "zz.d1"):
            with pytest.raises(UsageError):
                ledger.review(row, "accepted", by="Ada")
        with pytest.raises(UsageError, match="Use one of: machine"):
            ledger.review(f"{added.report}.d1", "true", by="Ada")  # type: ignore[arg-type]


class TestForgetting:
    def test_a_forgotten_report_is_gone_with_all_that_was_in_it(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()])
        ledger.add([harbour(STORY + "!"), harbour(STORY + "?", source="other.txt")])
        ledger.review(f"{added.report}.d1", "accepted", by="Ada")
        assert ledger.forget(added.report, by="Ada", note="withdrawn") == added.report
        assert [entry.source for entry in ledger.reports()] == ["other.txt"]
        assert ledger.search(Search("contained")).total == 1
        assert ledger.review_changes() == ()
        assert {voice.reports for voice in ledger.voices()} == {1}
        with pytest.raises(UsageError, match="no report"):
            ledger.reading(added.report)
        assert ledger.add([harbour()])[0].change == "new"

    def test_voices_of_nobody_go_and_merged_ones_stay(self, ledger: Ledger) -> None:
        ledger.add([harbour()])
        ledger.merge_voices("Lindqvist", "Oduya", by="Ada")
        ledger.forget("harbour.txt", by="Ada")
        assert ledger.voices() == ()
        with pytest.raises(UsageError, match="no voice"):
            ledger.search(Search(voice="Ministry of Ports"))
        ledger.add([harbour()])
        assert ledger.search(Search(voice="Lindqvist")).total == 2, "the merge holds"


class TestFailures:
    def test_a_failure_is_kept_until_its_source_is_read(self, ledger: Ledger) -> None:
        ledger.fail({"harbour.txt": ("UnreadableInput", "no text"), "b.txt": ("TooLarge", "9 GB")})
        ledger.fail({"harbour.txt": ("UnreadableInput", "still no text")})
        entry = ledger.failures()[1]
        assert (entry.source, entry.reason, entry.times_seen) == ("harbour.txt", "still no text", 2)
        assert entry.first_seen < entry.last_seen
        ledger.add([harbour()])
        assert [entry.source for entry in ledger.failures()] == ["b.txt"]

    def test_progress_is_kept_with_what_was_read(self, ledger: Ledger) -> None:
        assert ledger.progress("s1") is None
        begun, done = Progress("s1", "a.jsonl", 16, 1, False), Progress("s1", "a.jsonl", 20, 1, True)
        ledger.add([harbour()], failures={"b": ("TooLarge", "9 GB")}, progress=begun)
        assert (ledger.progress("s1"), len(ledger.failures())) == (begun, 1)
        ledger.add([], progress=done)
        assert ledger.progress("s1") == done

    def test_what_cannot_be_stored_makes_no_progress(self, ledger: Ledger) -> None:
        doubled = replace(harbour(), voices=(harbour().voices or ())[:1] * 2)
        with pytest.raises(ValueError, match="share an id"):
            ledger.add(
                [doubled], failures={"b": ("x", "y")}, progress=Progress("s1", "a.jsonl", 16, 1, False)
            )
        assert (ledger.progress("s1"), ledger.failures()) == (None, ())

    def test_after_forgetting_segments_are_looked_through_again(self, ledger: Ledger) -> None:
        (added,) = ledger.add([harbour()], progress=Progress("s1", "a.jsonl", 1, 0, True))
        ledger.forget(added.report, by="Ada")
        assert ledger.progress("s1") is None
