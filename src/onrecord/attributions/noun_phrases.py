"""Sources without a parser: the noun phrase before or after a cue, by its boundaries."""

from __future__ import annotations

from onrecord.attributions.sentence_tokens import Sentence, Token
from onrecord.attributions.word_sets import word_set
from onrecord.model import Span

_LONGEST = 25
_MOST_APPOSITIONS = 3
_SUBORDINATORS = word_set("subordinators")
_INSERTED = word_set("inserted")
_APPOSED = word_set("apposed")
_RELATIVES = word_set("relatives")
_OPENERS = word_set("openers")
_STOPS = frozenset(";:()[]—–")
_AFTER = word_set("after")
_DAYS = word_set("days")


def subject_before(sentence: Sentence, end: int) -> Span | None:
    """The subject that ends right before token `end`: the words back to a boundary, an apposition included.

    None if there is no word, e.g. in "…, adding": the caller knows whose sentence it is.
    """
    if end > 0 and sentence[end - 1].lower == ",":
        if end > 3 and sentence[end - 3].lower == "," and sentence[end - 2].lower in _INSERTED:
            return subject_before(sentence, end - 3)
        return _with_apposition(sentence, end - 1)
    start = _back_to_boundary(sentence, end)
    return _trimmed(sentence, start, end)


def subject_start(sentence: Sentence, subject: Span) -> int:
    """The index of the subject's first token."""
    return next(i for i, token in enumerate(sentence) if token.start >= subject.start_char)


def _back_to_boundary(sentence: Sentence, end: int) -> int:
    start = end
    while start > 0 and end - start < _LONGEST:
        token = sentence[start - 1]
        if token.lower == ")" and start > 3 and sentence[start - 3].lower == "(":
            start -= 3
            continue
        if token.kind == "quote" or token.lower in _STOPS or token.lower == ",":
            break
        if token.lower in _SUBORDINATORS and not _is_preposition(sentence, start - 1):
            break
        if token.lower in _RELATIVES:
            # "who said", but "which the mayor said".
            return start - 1 if start == end else start
        if token.lower in ("and", "or") and (start < 2 or not _joins_names(sentence, start - 1, end)):
            break
        start -= 1
    return start


def _is_preposition(sentence: Sentence, i: int) -> bool:
    """Whether "for" stands inside a name or title: "spokesman for the mayor"."""
    return sentence[i].lower == "for" and i > 0 and sentence[i - 1].kind == "word"


def _joins_names(sentence: Sentence, i: int, end: int) -> bool:
    """Whether the "and" at `i` joins two parts of one noun phrase: something stands on both sides."""
    return i + 1 < end and sentence[i - 1].kind == "word" and sentence[i - 1].lower not in _SUBORDINATORS


def _with_apposition(sentence: Sentence, comma: int) -> Span | None:
    """The subject of "Lee, 48, a lawyer from York, said", with the comma before the cue, as PolNeAR has it."""
    first = behind = comma
    for _ in range(_MOST_APPOSITIONS):
        start = _back_to_comma(sentence, behind, comma)
        if start is None:
            return None
        first = _back_to_boundary(sentence, start - 1)
        if first >= start - 1:
            return None
        opener = sentence[first].lower
        if first == 0 or sentence[first - 1].lower != "," or not (opener in _APPOSED or opener.isdigit()):
            break
        behind = first
    subject = _trimmed(sentence, first, comma)
    return Span(subject.start_char, sentence[comma].end) if subject is not None else None


def _back_to_comma(sentence: Sentence, end: int, last: int) -> int | None:
    """The index behind the nearest comma before `end`; None if there is none near, or a stop stands before it."""
    start = end if end == last else end - 1
    while start > 0 and last - start < 2 * _LONGEST and sentence[start - 1].lower != ",":
        if sentence[start - 1].kind == "quote" or sentence[start - 1].lower in _STOPS:
            return None
        start -= 1
    return start if start > 0 and sentence[start - 1].lower == "," else None


def _trimmed(sentence: Sentence, start: int, end: int) -> Span | None:
    while start < end and (sentence[start].kind == "mark" or sentence[start].lower in _OPENERS):
        start += 1
    while end > start and (sentence[end - 1].kind == "mark" or sentence[end - 1].lower in _DAYS):
        end -= 1
    return Span(sentence[start].start, sentence[end - 1].end) if start < end else None


def first_subject(sentence: Sentence, verb_starts: list[int]) -> Span | None:
    """The subject of the sentence: what stands before its first cue verb, if that is a noun phrase."""
    for start in verb_starts:
        subject = subject_before(sentence, start)
        if subject is not None:
            return subject
    return None


def phrase_after(sentence: Sentence, start: int, *, apposition: bool = False) -> Span | None:
    """The noun phrase that begins at token `start`: up to punctuation, a quotation or a word that opens a clause.

    With `apposition`, what follows a comma goes with it up to the next comma or the end ("said Lee, a lawyer").
    """
    end = start
    while end < len(sentence) and end - start < _LONGEST and _continues(sentence, start, end):
        end += 1
    if apposition and end + 2 < len(sentence) and end > start and sentence[end].lower == ",":
        behind = sentence[end + 1]
        if behind.lower in _APPOSED or (behind.kind == "word" and behind.lower.isdigit()):
            end += 1
            while end < len(sentence) and (sentence[end].kind == "word" or _is_abbreviation(sentence, end)):
                end += 1
    return _trimmed(sentence, start, end)


def _continues(sentence: Sentence, start: int, end: int) -> bool:
    token = sentence[end]
    if token.kind == "quote" or token.lower in _AFTER or token.lower in _DAYS:
        return False
    return (
        token.kind == "word"
        or (token.lower == "." and _is_abbreviation(sentence, end))
        or token.lower in "&$%#@"
    )


def _is_abbreviation(sentence: Sentence, i: int) -> bool:
    before = sentence[i - 1] if i else None
    return before is not None and before.capital and i + 1 < len(sentence) and len(before.lower) <= 4


def skip_words(sentence: Sentence, i: int, words: frozenset[str]) -> int:
    """The first index from `i` whose token is none of the words."""
    while i < len(sentence) and sentence[i].lower in words:
        i += 1
    return i


def is_word(token: Token) -> bool:
    """Whether a token is a word, not punctuation or a quotation."""
    return token.kind == "word"
