"""show, search, voices, review: what people see, and what they are told when it cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.ledger import open_ledger
from tests.cli.conftest import Run
from tests.ledger.made import STORY, harbour


class TestShow:
    def test_the_list(self, run: Run, book: Path) -> None:
        done = run("show", book)
        assert done.exit_code == 0
        for part in ("Harbour closed", "2024-03-04", "Port Gazette", "strengthened"):
            assert part in done.stdout

    def test_an_empty_ledger_says_what_to_do(self, run: Run, tmp_path: Path) -> None:
        open_ledger(tmp_path / "new.db", mode="create").close()
        assert "onrecord read" in run("show", tmp_path / "new.db").stdout

    def test_a_report_without_colour_has_its_roles_in_signs(self, run: Run, book: Path) -> None:
        shown = " ".join(run("show", book, "harbour.txt").stdout.split())
        assert "_The ministry_ *said* [a1 _the media_ *reported* that [a2" in shown
        assert "{highly likely}" in shown
        assert "\x1b" not in shown

    def test_everything_found_is_there_and_marked_as_the_machines(self, run: Run, book: Path) -> None:
        shown = run("show", book, "harbour.txt").stdout
        for part in (
            "h1 strengthened [machine",
            "source dropped",
            "harbour master",
            "80–90 % PHIA",
            "d1 denies",
        ):
            assert part in shown
        assert "it never says whether it is true" in shown
        assert "└── a2 media reported" in shown

    def test_a_review_shows(self, run: Run, book: Path) -> None:
        key = run("search", book, "--to", "jsonl").stdout[:40].split('"')[3].split(".")[0]
        assert run("review", book, f"{key}.d1", "rejected", "--by", "Bo").exit_code == 0
        assert "d1 denies [✗ rejected]" in run("show", book, "harbour.txt").stdout

    def test_colour_on_a_terminal(self, run: Run, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
        shown = run("show", book, "harbour.txt").stdout
        assert "\x1b[" in shown
        assert "_The ministry_" not in shown
        assert "ᵃ¹" in shown

    def test_page_text_cannot_drive_the_terminal(self, run: Run, tmp_path: Path) -> None:
        hostile = STORY.replace("Captain", "\x1b]0;owned\x07\x9b2J\u202eCaptain")
        path = tmp_path / "hostile.db"
        with open_ledger(path, mode="create") as ledger:
            ledger.add([harbour(hostile, title="\x1b[31mred")])
        for arguments in (("show", path, "harbour.txt"), ("show", path), ("search", path), ("voices", path)):
            shown = run(*arguments).stdout
            assert not any(sign in shown for sign in "\x1b\x07\x9b\u202e")

    def test_a_narrow_terminal(self, run: Run, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("onrecord.cli.terminal.PIPED_WIDTH", 50)
        shown = run("show", book, "harbour.txt").stdout
        assert max(map(len, shown.splitlines())) <= 50
        assert "Mira Oduya" in shown

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["show", "none.db"], "onrecord read PATHS --into"),
            (["show", "{book}", "harbor.txt"], "Did you mean"),
            (["show", "{book}", "harbour.txt", "--version", "9"], "versions 1 to 1, not 9"),
            (["search", "{book}", '"unclosed'], "quotation mark is not closed"),
            (["search", "{book}", "--since", "soon"], "YYYY-MM-DD"),
            (["search", "{book}", "--certainty", "high"], "'>=0.8'"),
            (["search", "{book}", "--voice", "Mirra Oduja"], "Did you mean 'Mira Oduya'"),
            (["voices", "{book}", "merge", "Oduya"], "merge takes two voices"),
            (["voices", "{book}", "marge", "a", "b"], "marge"),
            (["review", "{book}", "d1"], "Add one of"),
            (["review", "{book}", "d1", "accepted"], "names no row"),
            (["review", "{book}", "harbour.txt.d9", "accepted"], "no row 'd9'"),
            (["review", "{book}", "harbour.txt.d1", "true"], "true"),
            (["failures", "none.db"], "no ledger"),
        ],
    )
    def test_what_cannot_be_is_said_in_a_line(
        self, run: Run, book: Path, arguments: list[str], told: str
    ) -> None:
        done = run(*(argument.format(book=book) for argument in arguments))
        assert done.exit_code == 2
        assert told in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr


class TestSearch:
    def test_a_hit_with_its_match_marked(self, run: Run, book: Path) -> None:
        shown = run("search", book, "contain").stdout
        assert "*contained*" in shown
        assert "Mira Oduya" in shown
        assert "highly likely: 80–90 % PHIA · disputed · said 2024-03-04" in shown
        assert "Statements 1–1 of 1." in shown

    def test_filters_reach_the_ledger(self, run: Run, book: Path) -> None:
        for arguments, number in (
            (["--voice", "oduya"], 1),
            (["--since", "2025"], 0),
            (["--until", "2025"], 4),
            (["--certainty", ">=0.8"], 1),
            (["--kind", "direct"], 1),
            (["--disputed"], 2),
            (["--limit", "3"], 3),
            (["--outlet", "gazette"], 4),
            (["--act", "deny"], 1),
            (["voice:oduya kind:direct"], 1),
        ):
            lines = run("search", book, "--to", "jsonl", *arguments).stdout.splitlines()
            assert len(lines) == number, arguments

    def test_pages_follow_by_cursor(self, run: Run, book: Path) -> None:
        first = run("search", book, "--limit", "3")
        assert "Statements 1–3 of 4. More: --after " in first.stdout
        cursor = first.stdout.split()[-1]
        assert "1 more of 4.\n" in run("search", book, "--limit", "3", "--after", cursor).stdout
        assert "no cursor of this search" in run("search", book, "ships", "--after", cursor).stderr
        told = run("search", book, "--limit", "3", "--to", "jsonl")
        assert len(told.stdout.splitlines()) == 3 and f"--after {cursor}" in told.stderr

    def test_facets_are_counted(self, run: Run, book: Path) -> None:
        shown = run("search", book, "--facets").stdout
        assert "quotation: indirect 3 · direct 1" in shown
        assert "outlet: Port Gazette 4" in shown
        assert "disputed: no 2 · yes 2" in shown

    def test_json_lines(self, run: Run, book: Path) -> None:
        hit = json.loads(run("search", book, "contain", "--to", "jsonl").stdout)
        assert (hit["voice"], hit["certainties"][0]["low"], hit["review"]) == ("Mira Oduya", 0.8, "machine")

    def test_nothing_found(self, run: Run, book: Path) -> None:
        done = run("search", book, "volcano")
        assert (done.exit_code, done.stdout) == (0, "Statements 0 of 0.\n")


class TestVoices:
    def test_merge_and_split_with_their_trail(self, run: Run, book: Path) -> None:
        assert (
            "also Lindqvist"
            in run("voices", book, "merge", "Lindqvist", "Mira Oduya", "--note", "test").stdout
        )
        assert "Lindqvist" in run("voices", book, "split", "Lindqvist", "--by", "Bo").stdout
        log = run("voices", book, "--log").stdout
        assert "ada merged Lindqvist into Mira Oduya: test" in log
        assert "Bo split Lindqvist from Mira Oduya" in log

    def test_the_list_by_kind_and_name(self, run: Run, book: Path) -> None:
        assert "Mira Oduya" in run("voices", book).stdout
        shown = run("voices", book, "--kind", "organisation").stdout
        assert "Ministry of Ports" in shown
        assert "Oduya" not in shown
        assert "harbour master" in run("voices", book, "--name", "oduya").stdout


class TestReview:
    def test_open_rows_then_one_less(self, run: Run, book: Path) -> None:
        shown = run("review", book).stdout
        row = next(word for word in shown.split() if word.endswith(".h1"))
        assert run("review", book, row, "accepted", "--note", "fair").stdout.endswith(
            "machine → accepted, by ada\n"
        )
        assert row not in run("review", book).stdout
        assert row in run("review", book, "--all").stdout
        assert "machine → accepted ada: fair" in run("review", book, "--log").stdout
        assert "accepted" in run("review", book, row, "--log").stdout

    def test_rows_of_a_kind(self, run: Run, book: Path) -> None:
        assert run("review", book, "--kind", "statement").stdout.count("[machine") == 4


class TestForget:
    def test_it_asks_and_then_deletes(self, run: Run, book: Path) -> None:
        assert run("forget", book, "harbour.txt", input="n\n").exit_code == 1
        assert "Harbour closed" in run("show", book).stdout
        done = run("forget", book, "harbour.txt", "--note", "test", input="y\n")
        assert done.exit_code == 0
        assert "Deleted" in done.stdout
        assert "no reports yet" in run("show", book).stdout
        assert run("forget", book, "harbour.txt", "--yes").exit_code == 2


def test_the_way_in(run: Run) -> None:
    assert run("--version").stdout.startswith("onrecord ")
    shown = run("--help").stdout
    for name in ("read", "show", "search", "voices", "review", "failures"):
        assert name in shown
