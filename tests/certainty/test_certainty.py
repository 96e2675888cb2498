from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import certainty
from onrecord.certainty.yardsticks import load_yardsticks
from onrecord.errors import UsageError
from onrecord.model import Block, Certainty, Direction, Reading, Report, Voice
from tests.certainty.marking import marked_reading

HERE = Path(__file__).parent
READ = certainty.load()
TERMS = (
    "not",
    "no",
    "likely",
    "very",
    "unlikely",
    "could",
    "may",
    "have",
    "high",
    "confidence",
    "seems",
    "clear",
)
WORDS = st.sampled_from([*".,;:'\"“”()\n", *TERMS])


def cases(name: str) -> Any:
    return tomllib.loads((HERE / "cases" / name).read_text(encoding="utf-8"))


def rows_of(reading: Reading) -> tuple[Certainty, ...]:
    rows = READ([reading])[0].certainties
    assert rows is not None
    return rows


@pytest.mark.parametrize("case", cases("sentences.toml")["case"], ids=lambda case: case["text"][:50])
def test_words_and_directions(case: dict[str, Any]) -> None:
    assert [[row.term, row.direction] for row in rows_of(marked_reading(case["text"]))] == case["expect"]


@pytest.mark.parametrize("case", cases("holders.toml")["case"], ids=lambda case: case["name"])
def test_holders(case: dict[str, Any]) -> None:
    assert [row.holder for row in rows_of(marked_reading(case["text"]))] == case["holders"]


BANDS = [
    (table["voice"], table["yardstick"], *row)
    for table in cases("bands.toml").values()
    for row in table["rows"]
]


@pytest.mark.parametrize(
    ("voice", "yardstick", "sentence", "low", "high"), BANDS, ids=lambda value: str(value)[:40]
)
def test_every_row_of_every_yardstick(
    voice: str, yardstick: str, sentence: str, low: float, high: float
) -> None:
    rows = rows_of(marked_reading(f"{{s1|They}} {{q1|wrote}}: {{c1|{sentence}}}", {"a1": voice}))
    assert [(row.yardstick, row.low, row.high, row.notes) for row in rows] == [(yardstick, low, high, ())]
    bare = rows_of(marked_reading(sentence))
    assert [(row.holder, row.yardstick, row.low, row.high) for row in bare] == [
        ("reporter", None, None, None)
    ]


def test_the_cases_hold_every_band() -> None:
    tables = {table["yardstick"]: table for table in cases("bands.toml").values()}
    scales = load_yardsticks().scales
    assert tables.keys() == scales.keys()
    for name, scale in scales.items():
        assert scale.edition and scale.source
        assert {(low, high) for _, low, high in tables[name]["rows"]} == {
            (band.low, band.high) for band in scale.bands.values()
        }


@pytest.mark.parametrize("table", cases("bands.toml").values(), ids=lambda table: table["yardstick"])
def test_gaps_belong_to_no_term(table: dict[str, Any]) -> None:
    bands = load_yardsticks().scales[table["yardstick"]].bands.values()
    for share in table["between"]:
        assert not any(band.low <= share <= band.high for band in bands)


@pytest.mark.parametrize(
    ("voice", "yardstick"),
    [
        ("UK Ministry of Defence", "PHIA"),
        ("the British Defence intelligence", "PHIA"),
        ("Joint Intelligence Committee", "PHIA"),
        ("MoD", "PHIA"),
        ("Russian Ministry of Defence", None),
        ("Ministry of Defence", None),
        ("ODNI", "ICD 203"),
        ("CIA", "ICD 203"),
        ("Defense Intelligence Agency", "ICD 203"),
        ("FBI", "ICD 203"),
        ("NSA", "ICD 203"),
        ("former CIA officer", None),
        ("IPCC report", "IPCC"),
        ("Holm Herald", None),
    ],
)
def test_which_bodies_use_which_yardstick(voice: str, yardstick: str | None) -> None:
    scale = load_yardsticks().of_voice(Voice("v1", voice, "organisation"), {})
    assert (scale.name if scale else None) == yardstick


def test_a_spokesman_is_on_the_yardstick_of_the_body() -> None:
    body = Voice("v2", "UK Ministry of Defence", "organisation", speaks_for="v1")
    spokesman = Voice("v1", "Ada Quill", "person", speaks_for="v2")
    scale = load_yardsticks().of_voice(spokesman, {"v1": spokesman, "v2": body})
    assert scale is not None and scale.name == "PHIA"


def test_only_the_holders_own_yardstick_counts() -> None:
    marked = "{s1|The MoD} {q1|said} {c1|that {s2|the Holm Herald} {q2|wrote} {c2|an attack is likely}}."
    (row,) = rows_of(marked_reading(marked, {"a1": "UK Ministry of Defence", "a2": "Holm Herald"}))
    assert (row.holder, row.yardstick, row.low) == ("a2", None, None)


def test_terms_of_other_scales_are_flagged() -> None:
    (row,) = rows_of(marked_reading("{c1|An attack is very likely.}", {"a1": "UK Ministry of Defence"}))
    assert (row.yardstick, row.low, row.high) == (None, None, None)
    assert "ICD 203 and IPCC" in row.notes[0] and "not of PHIA" in row.notes[0]


@pytest.mark.parametrize("term", ["increasingly likely", "quite likely", "possibly", "seems certain"])
def test_what_is_on_no_scale_has_no_band(term: str) -> None:
    (row,) = rows_of(marked_reading(f"{{c1|An attack is {term}.}}", {"a1": "UK Ministry of Defence"}))
    assert (row.yardstick, row.low, row.notes) == (None, None, ())


def test_a_negated_term_has_no_band() -> None:
    (row,) = rows_of(marked_reading("{c1|An attack is not likely.}", {"a1": "UK Ministry of Defence"}))
    assert (row.direction, row.yardstick, row.low) == ("unlikely", "PHIA", None)
    assert "negated" in row.notes[0]


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        ("We assess with high confidence that an attack is likely.", "high"),
        ("We judge with moderate confidence that an attack is likely.", "moderate"),
        ("An attack is likely (medium confidence).", "moderate"),
        ("An attack is likely; we have low confidence in this assessment.", "low"),
        ("An attack is likely, with a high degree of confidence.", "high"),
        ("An attack is likely, and high confidence in the courts is gone.", None),
    ],
)
def test_analytic_confidence_is_kept_apart(sentence: str, level: str | None) -> None:
    (row,) = rows_of(marked_reading(f"{{c1|{sentence}}}", {"a1": "ODNI"}))
    assert (row.term, row.low, row.high) == ("likely", 0.55, 0.80)
    assert row.analytic_confidence == level
    assert bool(row.notes) == (level is not None)


def test_analytic_confidence_alone_is_no_probability() -> None:
    (row,) = rows_of(marked_reading("{c1|We say with high confidence that they attacked.}", {"a1": "ODNI"}))
    assert (row.term, row.analytic_confidence, row.yardstick, row.low) == (
        "high confidence",
        "high",
        None,
        None,
    )


def test_furniture_gives_nothing() -> None:
    text = "It is likely.\nIt is likely."
    blocks = (Block(0, 14, "body"), Block(14, len(text), "furniture"))
    rows = rows_of(Reading(Report(id="r", source="r", text=text, blocks=blocks, sha256="")))
    assert [row.start_char for row in rows] == [6]


def test_a_users_own_yardstick(tmp_path: Path) -> None:
    (tmp_path / "holm.toml").write_text(
        'name = "Holm"\nedition = "2030"\nsource = "Holm council"\n'
        '[[term]]\nforms = ["likely"]\nlow = 0.6\nhigh = 0.7\n'
        '[[term]]\nforms = ["on the cards"]\nlow = 0.1\nhigh = 0.2\n',
        encoding="utf-8",
    )
    (tmp_path / "bodies.tsv").write_text("holm council\tpart\tHolm\n", encoding="utf-8")
    reading = marked_reading("{c1|It is likely, and snow is on the cards.}", {"a1": "Holm Council"})
    rows = certainty.load(tmp_path)([reading])[0].certainties or ()
    assert [(row.term, row.direction, row.yardstick, row.low, row.high) for row in rows] == [
        ("likely", "likely", "Holm", 0.6, 0.7),
        ("on the cards", "unlikely", "Holm", 0.1, 0.2),
    ]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.toml", 'name = "A"\n'),
        ("a.toml", "name ="),
        ("a.toml", 'name="A"\nedition="1"\nsource="s"\n[[term]]\nforms=["x"]\nlow=2\nhigh=3\n'),
        ("bodies.tsv", "holm council\tpart\tUnheard of\n"),
        ("bodies.tsv", "holm council\n"),
    ],
)
def test_a_users_broken_file_says_what_to_do(tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        certainty.load(tmp_path)


def test_a_users_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        certainty.load(tmp_path / "none")


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=50).map(" ".join) | st.text(max_size=150))
def test_any_text_is_read(text: str) -> None:
    rows = rows_of(marked_reading("") if not text else _plain(text))
    assert rows == (rows_of(_plain(text)) if text else ())
    ends = 0
    for n, row in enumerate(rows, start=1):
        assert row.id == f"c{n}" and row.made_by and row.holder == "reporter"
        assert 0 <= row.start_char < row.end_char <= len(text) and row.start_char >= ends
        assert text[row.start_char : row.end_char] == row.term
        assert row.direction in get_args(Direction)
        ends = row.end_char


def _plain(text: str) -> Reading:
    return Reading(Report(id="r", source="r", text=text, blocks=(Block(0, len(text), "body"),), sha256=""))


@pytest.mark.parametrize(
    "unit", ["likely ", "very ", "not ", "it could be ", "high confidence ", "of of ", "a. "]
)
@pytest.mark.usefixtures("no_collector")
def test_cost_is_linear(unit: str) -> None:
    def cost(times: int) -> float:
        reading = _plain(unit * times)
        started = time.process_time()
        READ([reading])
        return time.process_time() - started

    cost(20)
    assert cost(2400) < 4 * 4 * max(cost(600), 0.02)
