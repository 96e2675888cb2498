"""Short forms of bodies' names: "the Brandt Center" for the Brandt Center for Justice, "the Post" for a longer name."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.names import Name

_NATIONAL = closed("national")
_COMPLETE = closed("complete")
_EXTENSIONS = closed("extensions")


def short_form(lex: Lexicon, key: Sequence[str], full: Sequence[str], name: Name) -> bool:
    """Whether a body's name may be a short form of a fuller one, or the fuller of a short one."""
    a, b = (key, full) if len(key) <= len(full) else (full, key)
    if len(a) == len(b) or a[0] not in b:
        return False
    if len(a) == 1:
        return _one_word_form(lex, a[0], b, name.article or len(key) > 1)
    if b[0] in _NATIONAL and tuple(b[1:]) == tuple(a):
        return True
    complete = tuple(a) == tuple(b[: len(a)]) and a[-1] in _COMPLETE and b[len(a)] != "of"
    if complete or not (a[0] == b[0] or (a[-1] == b[-1] and a[-1] in lex.news_words)):
        return False
    rest = iter(b)
    return all(word in rest for word in a)


def _one_word_form(lex: Lexicon, word: str, full: Sequence[str], article: bool) -> bool:
    """ "the Post" for the Orkney Post; "Tay" for Tay Mobil, but not a town for its university."""
    if word in lex.news_words and full[-1] == word and "of" not in full:
        return article
    extended = full[0] == word and len(full) == 2 and full[-1] in _EXTENSIONS
    return extended and word.title() not in lex.places
