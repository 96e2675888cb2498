"""Which cues inside a content count as hearsay: acts of speech, not states of mind."""

from __future__ import annotations

import re

from onrecord.attributions.cues import Lexicon

STATES_OF_MIND = frozenset({"think", "want", "seem", "support", "oppose", "agree", "act"})
_WORD = re.compile(r"[^\W\d_]+")


def speaks(cue: str, cues: Lexicon) -> bool:
    """Whether some form in a cue's text is listed as an act of speech."""
    words = [word.casefold() for word in _WORD.findall(cue)]
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + cues.longest) + 1):
            form = " ".join(words[start:end])
            entry = cues.verbs.get(form) or cues.others.get(form)
            if entry is not None and entry.act not in STATES_OF_MIND:
                return True
    return False
