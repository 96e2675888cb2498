"""The lexicon of cue words: which act a cue stands for, and what its content may look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onrecord.errors import BrokenModel

DEFAULT_ACT = "say"
_FAINT = frozenset({"say", "seem", "want"})
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of `data/cues.tsv`."""

    lemma: str
    pos: str
    """verb, noun, adjective, adverb or phrase."""
    act: str
    frames: frozenset[str]
    """What the content may be; the letters are explained on top of the file."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All cues by their forms, in lower case: one word or several parted by one blank."""

    verbs: Mapping[str, Cue]
    others: Mapping[str, Cue]
    longest: int
    """Number of words in the longest form."""

    def act_of(self, cue: str) -> str:
        """The act of a cue's text: of its first telling verb, else of a noun, adverb or phrase, else `say`.

        Longer forms win ("called for calm" urges), and a verb that tells nothing gives way to what comes with
        it ("continued to deny" denies, "declined to say" refuses).
        """
        words = [word.casefold() for word in _WORD.findall(cue)]
        for forms in (self.verbs, self.others):
            acts = [found.act for found in _forms(words, forms, self.longest)]
            telling = [act for act in acts if act not in _FAINT]
            if acts:
                return (telling or acts)[0]
        return DEFAULT_ACT


def _forms(words: list[str], forms: Mapping[str, Cue], longest: int) -> Iterator[Cue]:
    start = 0
    while start < len(words):
        for size in range(min(longest, len(words) - start), 0, -1):
            cue = forms.get(" ".join(words[start : start + size]))
            if cue is not None:
                yield cue
                start += size - 1
                break
        start += 1


@cache
def lexicon() -> Lexicon:
    """The lexicon of the package, loaded once. Raises BrokenModel if a line of the file is not as it should be."""
    verbs: dict[str, Cue] = {}
    others: dict[str, Cue] = {}
    text = (files("onrecord.attributions") / "data" / "cues.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        try:
            lemma, pos, act, frames, forms = line.split("\t")
        except ValueError as error:
            raise BrokenModel(
                f"cues.tsv has a line without five columns: {line!r}. Install onrecord again."
            ) from error
        cue = Cue(lemma, pos, act, frozenset(frames.replace("-", "")))
        table = verbs if pos == "verb" else others
        for form in (lemma, *filter(None, forms.split("|"))):
            table.setdefault(form, cue)
    return Lexicon(verbs, others, max(form.count(" ") + 1 for form in (*verbs, *others)))
