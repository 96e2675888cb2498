"""The model of hearsay by words alone, and the splitting of cues that end in another's speech."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.attributions import hearsay as module
from onrecord.attributions.cues import lexicon
from onrecord.attributions.finding import Found
from onrecord.attributions.hearsay import UNLISTED, hearsay, listed, traits
from onrecord.attributions.spoken_nouns import split
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import tokenize
from onrecord.errors import BrokenModel

CASES = tomllib.loads((Path(__file__).parent / "cases" / "hearsay.toml").read_text(encoding="utf-8"))


def odds(text: str) -> float:
    """Of the cue between | marks."""
    before, cue, behind = text.split("|")
    return hearsay().odds(before + cue + behind, len(before), len(before) + len(cue))


@pytest.mark.parametrize("case", CASES["likelier"], ids=lambda case: str(case["than"]))
def test_acts_of_speech_are_likelier_than_deeds_and_thoughts(case: dict[str, str]) -> None:
    assert odds(case["text"]) > odds(case["than"]) + 1


@pytest.mark.parametrize("case", CASES["split"], ids=lambda case: str(case["text"]))
def test_a_cue_is_cut_before_another_s_speech(case: dict[str, str]) -> None:
    plain = case["text"].replace("|", "")
    tokens = tokenize(plain, open_tokenizer())
    first, behind, _ = case["text"].split("|")
    cue = len(first), len(first) + len(behind)
    start, end = (int(tokens.ends.searchsorted(place, side="right")) for place in cue)
    that = int(tokens.starts.searchsorted(plain.index("that")))
    given = Found((start, end), None, ((that, len(tokens)),), False, 2.0, 0.0)
    found = split(given, plain, tokens, lexicon())

    def words(run: tuple[int, int]) -> str:
        return plain[tokens.starts[run[0]] : tokens.ends[run[1] - 1]]

    assert [words(one.cue) for one in found] == case["cues"].split(" / ")
    assert [one.inner for one in found] == [False, True][: len(found)]
    if len(found) == 2:
        assert found[0].content[0][1] == found[1].content[0][1] == len(tokens)
        assert found[0] == replace(given, cue=found[0].cue, content=found[0].content)


@given(st.text(max_size=200), st.data())
def test_any_cue_of_any_text_has_odds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert UNLISTED <= hearsay().odds(text, start, end) < 20
    for a, b, _ in listed(text, start, end, lexicon()):
        assert start <= a < end
        assert traits(text, a, b)[0] == "any"


def test_a_damaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hearsay.json").write_text(json.dumps({"traits": {}}), encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    with pytest.raises(BrokenModel, match=r"hearsay\.json is missing or damaged"):
        hearsay.__wrapped__()
