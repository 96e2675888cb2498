"""The word lists of the times stage: which class a word has, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from onrecord.errors import BrokenModel

_FIRST_LETTER = 0xE000  # the private use area: class characters never look like text


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Classes of words.

    `classes`: form -> class character, with the spellings of a form (lower, Capitalised, UPPER) entered each.
    `letters`: class name -> class character. `values`: lower-case form -> its value in words.tsv.
    """

    classes: Mapping[str, str]
    letters: Mapping[str, str]
    values: Mapping[str, str]


def read_rows(name: str) -> Iterator[list[str]]:
    """Rows of a data file of this stage: tab-separated, `#` starts a comment line."""
    text = (files("onrecord.times") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def load_lexicon(other_classes: tuple[str, ...]) -> Lexicon:
    """Read words.tsv; `other_classes` are those that the lexer gives by itself.

    Raises BrokenModel if a form stands in two rows: a token has one class.
    """
    classes: dict[str, str] = {}
    values: dict[str, str] = {}
    letters = {name: chr(_FIRST_LETTER + i) for i, name in enumerate(other_classes)}
    for row in read_rows("words.tsv"):
        group, value, forms = row
        for form in forms.split():
            name = form if group == "self" else group
            letter = letters.setdefault(name, chr(_FIRST_LETTER + len(letters)))
            if form.lower() in values:
                raise BrokenModel(f"times/data/words.tsv has '{form}' twice; keep one of the two rows.")
            values[form.lower()] = value
            classes.update(dict.fromkeys(_spellings(form), letter))
    return Lexicon(classes, letters, values)


def _spellings(form: str) -> set[str]:
    if form[0].isupper():
        return {form, form.upper()}
    return {form, form.capitalize(), form.upper()}
