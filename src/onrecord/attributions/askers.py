"""Who asks is not who answers: "Lee, asked about the vote on Monday, said that …" leaves unsaid who asked.

The reader takes the participle's subject for the asker at times. In the training corpus 59 of 60 such cues without "by"
have no source, the other one has whom the answer was told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from onrecord.attributions.finding import Found
from onrecord.attributions.word_sets import word_set
from onrecord.encoder.tokens import Tokens

_APART = re.compile(r",\s*(?:when\s+)?")
_BACK = re.compile(r"[^.;:?!\n]{0,80},\s*")
"""From the question's content, which may end before a day or "by …", to the answer's cue."""


def without_answerers(found: Sequence[Found], text: str, tokens: Tokens) -> list[Found]:
    """The attributions of a text; a question set between commas into its answer has no source."""
    return [replace(x, source=None) if _is_aside(x, found, text, tokens) else x for x in found]


def _is_aside(one: Found, found: Sequence[Found], text: str, tokens: Tokens) -> bool:
    if one.source is None or not one.content or one.content[0][0] < one.cue[0]:
        return False

    def between(behind: int, first: int) -> str:
        return text[int(tokens.ends[behind - 1]) : int(tokens.starts[first])]

    verb = text[int(tokens.starts[one.cue[0]]) : int(tokens.ends[one.cue[0]])].casefold()
    if verb not in word_set("asking_participles") or not _APART.fullmatch(between(one.source[1], one.cue[0])):
        return False
    behind = one.content[-1][1]
    answers = [x.cue[0] for x in found if x.source == one.source and x.cue[0] >= behind]
    return bool(answers and _BACK.fullmatch(between(behind, min(answers))))
