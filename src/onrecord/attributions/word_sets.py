"""The small word sets of the rules, from `data/word_sets.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from onrecord.errors import BrokenModel


@cache
def _sets() -> dict[str, str]:
    try:
        text = (files("onrecord.attributions") / "data" / "word_sets.toml").read_text(encoding="utf-8")
        return {name: str(words) for name, words in tomllib.loads(text).items()}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BrokenModel(
            "attributions/data/word_sets.toml is missing or damaged. Install onrecord again."
        ) from error


def word_set(name: str) -> frozenset[str]:
    """The words of a set, in lower case. Raises BrokenModel if the file or the set is missing."""
    words = _sets().get(name)
    if words is None:
        raise BrokenModel(f"attributions/data/word_sets.toml has no set {name!r}. Install onrecord again.")
    return frozenset(words.split())
