"""Words and stems are those of SQLite's own index, so that both stores find the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.ledger.stems import words

ENDINGS = Path(__file__).with_name("cases").joinpath("endings.txt").read_text("utf-8").split()
MADE_UP = st.tuples(
    st.text("aeioubcdfgstlyrnxwzAEé", max_size=6), st.lists(st.sampled_from(ENDINGS), max_size=2)
).map(lambda parts: parts[0] + "".join(parts[1]))

Indexed = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def fts5() -> Iterator[Indexed]:
    """What SQLite's index makes of a text."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter unicode61')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, 'instance')")

        def indexed(text: str) -> list[str]:
            connection.execute("DELETE FROM t")
            connection.execute("INSERT INTO t VALUES (?)", (text,))
            return [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]

        yield indexed


def stems(text: str) -> list[str]:
    """The stems of a text's words."""
    return [word.stem for word in words(text)]


@settings(max_examples=300)
@given(text=st.lists(MADE_UP, max_size=8).map(" ".join))
def test_words_with_every_ending(fts5: Indexed, text: str) -> None:
    assert stems(text) == fts5(text)


@settings(max_examples=200)
@given(text=st.text(st.characters(max_codepoint=0x17F, exclude_characters="\0", exclude_categories=["Cs"])))
def test_latin_letters_marks_and_signs(fts5: Indexed, text: str) -> None:
    assert stems(text) == fts5(text)


def test_texts_of_the_project(fts5: Indexed) -> None:
    for page in Path(__file__).parents[2].joinpath("docs").glob("*.md"):
        text = page.read_text("utf-8")
        assert stems(text) == fts5(text), page.name


@given(text=st.text())
def test_words_stand_where_they_say(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.stem
        end = word.end
