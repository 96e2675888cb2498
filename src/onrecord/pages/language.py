"""Which language a report is in: by its script, then by the commonest words of each language.

An own detector, as small as the question: is this English, and if not, what is it? The word lists are
stop_words.tsv; a page's own claim (its lang attribute) decides only where the text is too short to tell,
because templates often claim the language of their maker.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from importlib import resources

_SAMPLE = 6000
"""Characters looked at: from the start, which for a report is some ten paragraphs."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.3),
    ("zh", re.compile("[\u3400-\u9fff]"), 0.3),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.3),
    ("ka", re.compile("[\u10a0-\u10ff]"), 0.3),
    ("hy", re.compile("[\u0530-\u058f]"), 0.3),
    ("ta", re.compile("[\u0b80-\u0bff]"), 0.3),
    ("te", re.compile("[\u0c00-\u0c7f]"), 0.3),
    ("bn", re.compile("[\u0980-\u09ff]"), 0.3),
)
"""Scripts that one language has nearly alone, with the share of letters from which it is that language."""
_FEW = 25
"""Words below which a page's own claim is believed before ours."""
_SURE = 0.16
_LEAD = 1.25


def language_of(text: str, claimed: str | None = None) -> str | None:
    """ISO 639-1 code of a text's language; None if it cannot be told. `claimed`: as in `lang="en-GB"`."""
    claim = _code(claimed)
    sample = text[:_SAMPLE]
    letters = sum(map(len, _WORD.findall(sample)))
    if not letters:
        return claim
    for code, script, share in _SCRIPTS:
        if len(script.findall(sample)) > share * letters:
            return code
    words = [word.lower() for word in _WORD.findall(sample)]
    ranked = _by_words(words)
    if not ranked:
        return claim
    best, share = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    sure = share >= _SURE and share >= _LEAD * second
    if len(words) < _FEW:
        return claim or (best if sure and len(words) >= 8 else None)
    if claim and dict(ranked).get(claim, 0.0) * _LEAD >= share:
        return claim
    return best if sure else claim


def _by_words(words: list[str]) -> list[tuple[str, float]]:
    counts: Counter[str] = Counter()
    for word in words:
        for code in _lists().get(word, ()):
            counts[code] += 1
    total = max(len(words), 1)
    return [(code, count / total) for code, count in counts.most_common()]


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[str, ...]]:
    """Word to the languages that have it among their commonest."""
    out: dict[str, tuple[str, ...]] = {}
    for line in resources.files(__package__).joinpath("stop_words.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, words = line.split("\t")
            for word in words.split():
                out[word] = (*out.get(word, ()), code)
    return out


def _code(claimed: str | None) -> str | None:
    """The primary part of a language tag."""
    found = re.match(r"\s{0,9}([A-Za-z]{2,3})(?:[-_]|\s|$)", claimed or "")
    if not found:
        return None
    code = found.group(1).lower()
    return {"nb": "no", "nn": "no", "iw": "he", "in": "id", "eng": "en"}.get(code, code)
