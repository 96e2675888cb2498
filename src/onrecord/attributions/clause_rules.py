"""The rules that read one sentence: a cue with its subject and content, a tag, "according to"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from onrecord.attributions.cues import Lexicon
from onrecord.attributions.noun_phrases import first_subject, phrase_after, subject_before, subject_start
from onrecord.attributions.sentence_tokens import Sentence, Token, Verb, is_passive, verbs
from onrecord.attributions.word_sets import word_set
from onrecord.model import Span, Spans

_LONGEST_ADJUNCT = 14
_WH = word_set("wh")
_PRONOUNS = word_set("pronouns")
_ADJUNCT = word_set("adjunct")
_PLURAL_SUBJECTS = word_set("plural_subjects")
_CLAUSE_OPENERS = word_set("clause_openers")
_NOT_BEHIND_TAG = word_set("not_behind_tag")
_FINITE = word_set("finite")
_CONJUNCTIONS = word_set("conjunctions")
_DETERMINERS = word_set("determiners")


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found; a tag (`said Lee` behind its content) may be followed by more of the quotation."""

    rule: str
    source: Spans
    cue: Span
    content: Spans
    tag_ends: tuple[int, ...] = ()
    """Where the tag may end, for rules whose content may go on behind it."""
    open_end: bool = False
    """Whether the content is announced by a colon at the end and stands in the next paragraph."""


def read_sentence(sentence: Sentence, lexicon: Lexicon) -> list[Found]:
    """All that the rules find in one sentence, in text order. Pure and linear but for bounded look-around."""
    cue_verbs = verbs(sentence, lexicon)
    found = []
    for n, verb in enumerate(cue_verbs):
        following = cue_verbs[n + 1 :]
        earlier = [v.start for v in cue_verbs[: n + 1]]
        hit = _tag(sentence, verb) or _clause(sentence, verb, following, earlier)
        if hit is not None:
            found.append(hit)
    according = _according_to(sentence)
    return _up_to_tags([*found, according] if according is not None else found)


def _up_to_tags(found: list[Found]) -> list[Found]:
    """No content runs on over the tag of the statement it stands in: "Lee ordered a halt, the ministry said"."""
    ends = [hit.content[0] for hit in found if hit.rule.startswith(("tag after", "according to, behind"))]
    return [replace(hit, content=_cut(hit, ends)) for hit in found]


def _cut(hit: Found, ends: list[Span]) -> Spans:
    for held in ends:
        inside = hit.content and held.start_char <= hit.content[0].start_char < held.end_char
        if inside and held.holds(hit.cue) and hit.content[0].end_char > held.end_char:
            return (Span(hit.content[0].start_char, held.end_char),)
    return hit.content


# ---- the tag behind its content: “…,” Lee said. · “…,” said Lee. · It was late, Lee said.


def _tag(sentence: Sentence, verb: Verb) -> Found | None:
    if not verb.cue.frames & {"q", "t"}:
        return None
    inverted = _inverted_tag(sentence, verb)
    if inverted is not None:
        return inverted
    subject = subject_before(sentence, verb.start)
    if subject is None:
        return None
    at = subject_start(sentence, subject)
    content = _content_before(sentence, at)
    if content is None or not _may_be_tagger(sentence, at):
        return None
    if not _hangs_on_quotation(sentence, verb, at) and not _nothing_follows(sentence, verb):
        return None
    return _tag_found(sentence, verb, subject, (content, *_behind_tag(sentence, verb, content)), at)


def _hangs_on_quotation(sentence: Sentence, verb: Verb, at: int) -> bool:
    """Whether a quotation that ends in a comma stands right before the subject, and no second one behind the verb."""
    if sentence[at - 1].kind != "quote" or sentence[at - 1].last != ",":
        return False
    return verb.end >= len(sentence) or not (
        sentence[verb.end].kind == "quote" or sentence[verb.end].lower in ("that", ":")
    )


def _behind_tag(sentence: Sentence, verb: Verb, content: Span) -> Spans:
    """What goes on behind a tag between commas: "the talks, officials said, were open" (not behind a quotation)."""
    start = verb.end + 1
    if start + 2 >= len(sentence) or sentence[verb.end].lower != "," or sentence[0].span == content:
        return ()
    first = sentence[start]
    if first.kind != "word" or first.lower.endswith("ing") or first.lower in _NOT_BEHIND_TAG or first.capital:
        return ()
    end = len(sentence)
    while end > start and sentence[end - 1].kind == "mark":
        end -= 1
    return (Span(first.start, sentence[end - 1].end),)


def _inverted_tag(sentence: Sentence, verb: Verb) -> Found | None:
    if "q" not in verb.cue.frames or verb.end >= len(sentence) or verb.start == 0:
        return None
    before, after = sentence[verb.start - 1], sentence[verb.end]
    if before.kind != "quote" and before.lower != ",":
        return None
    if after.kind != "word" or not (after.capital or after.lower in _DETERMINERS):
        return None
    head = sentence[verb.head].lower
    if before.kind != "quote" and (
        head.endswith("ing") or "," in (t.lower for t in sentence[: verb.start - 1])
    ):
        return None
    source = phrase_after(sentence, verb.end, apposition=True)
    content = _content_before(sentence, verb.start)
    if source is None or content is None:
        return None
    return _tag_found(sentence, verb, source, (content,), verb.start)


def _may_be_tagger(sentence: Sentence, at: int) -> bool:
    """Whether a tag's subject begins as one does, and no opening clause ("When asked, Lee said") stands before."""
    first = sentence[at]
    if not (first.capital or first.lower in _DETERMINERS or first.lower in _PLURAL_SUBJECTS):
        return False
    if sentence[0].kind == "quote" or sentence[at - 1].kind == "quote":
        return True
    opener = sentence[0].lower
    return (
        opener not in _CLAUSE_OPENERS and not opener.endswith("ing") and _has_finite_verb(sentence[: at - 1])
    )


def _has_finite_verb(words: Sentence) -> bool:
    return any(token.lower in _FINITE or token.lower.endswith(("ed", "n't")) for token in words)


def _tag_found(sentence: Sentence, verb: Verb, source: Span, content: Spans, at: int) -> Found:
    quoted = sentence[0].kind == "quote" and sentence[0].span == content[0]
    end = max(source.end_char, sentence[verb.end - 1].end)
    rule = "tag after quotation" if quoted else "tag after clause"
    if not quoted and sentence[at - 1].kind == "quote":
        rule = "tag after mixed"
    ends = (end, sentence[-1].end) if len(content) == 1 else ()
    return Found(rule, (source,), _cue_span(sentence, verb), content, tag_ends=ends)


def _content_before(sentence: Sentence, at: int) -> Span | None:
    """What stands before a tag, if a comma or a quotation ends it: the quotation alone if there is only one."""
    if at == 0:
        return None
    last = sentence[at - 1]
    if last.kind == "quote":
        if at == 1 or last.last not in ",.?!—-":
            return Span(sentence[0].start, last.end) if last.last in ",.?!—-" else None
        return Span(sentence[0].start, last.end)
    if last.lower != "," or at < 4:
        return None
    start = 1 if sentence[0].lower in ("but", "and", "so") else 0
    return Span(sentence[start].start, sentence[at - 2].end)


def _nothing_follows(sentence: Sentence, verb: Verb) -> bool:
    """Whether the verb is followed by no content of its own: the end, punctuation or an adjunct."""
    if verb.end >= len(sentence):
        return True
    token = sentence[verb.end]
    if _announced(sentence, verb.end, verb.cue.frames) is not None or _is_complement(token, verb):
        return False
    if "a" in verb.cue.frames and token.kind == "word":
        return not any(
            t.lower in ("that", ",") or t.kind == "quote" for t in sentence[verb.end : verb.end + 8]
        )
    if token.lower == "," and verb.end + 1 < len(sentence):
        return sentence[0].kind == "quote" or sentence[verb.end + 1].kind != "quote"
    return token.kind == "mark" or token.lower in _ADJUNCT


def _is_complement(token: Token, verb: Verb) -> bool:
    """Whether the token right behind the verb belongs to it: "endorsed by", "known as", "vowed to", "said that"."""
    if token.kind == "quote" or token.lower == "to":
        return token.kind == "quote" or "i" in verb.cue.frames
    return token.lower in ("by", "as", "that", ":")


# ---- the clause behind its cue: Lee said (that) … · Lee told the Post that … · Lee said: “…” · Lee vowed to …


def _clause(sentence: Sentence, verb: Verb, following: list[Verb], earlier: list[int]) -> Found | None:
    if is_passive(sentence, verb):
        return None
    source = _source(sentence, verb, earlier)
    if source is None:
        return None
    start = _content_start(sentence, verb)
    if start is None:
        return None
    if start == len(sentence):
        return Found(
            "quotation in the next paragraph", (source,), _cue_span(sentence, verb), (), open_end=True
        )
    end = _content_end(sentence, start, following)
    if end - start < 2 and sentence[start].kind != "quote":
        return None
    content = Span(sentence[start].start, sentence[end - 1].end)
    return Found(_clause_rule(sentence, start, verb), (source,), _cue_span(sentence, verb), (content,))


def _source(sentence: Sentence, verb: Verb, earlier: list[int]) -> Span | None:
    head = sentence[verb.head].lower
    before = sentence[verb.start - 1] if verb.start else None
    if before is None or before.lower == "to":
        return None
    if head.endswith("ing") and head == sentence[verb.start].lower:
        return first_subject(sentence, earlier) if before.lower == "," else None
    if before.lower in _CONJUNCTIONS:
        return first_subject(sentence, earlier[:-1])
    return subject_before(sentence, verb.start)


def _clause_rule(sentence: Sentence, start: int, verb: Verb) -> str:
    first = sentence[start]
    if first.kind == "quote":
        return (
            "quotation after cue"
            if start > verb.end or start + 1 >= len(sentence)
            else "quoted words after cue"
        )
    if first.lower == "that":
        return "that-clause"
    if first.lower in _WH:
        return "wh-clause"
    if first.lower == "to":
        return "infinitive"
    return "bare clause" if "t" in verb.cue.frames else "object"


def _content_start(sentence: Sentence, verb: Verb) -> int | None:
    """The index where the content begins, `len(sentence)` if it is announced by a final colon, None if nowhere."""
    frames = verb.cue.frames
    i = verb.end
    if i >= len(sentence):
        return None
    announced = _announced(sentence, i, frames)
    if announced is not None:
        return announced
    first = sentence[i]
    if first.kind == "mark":
        return None
    if "a" in frames and first.lower != "that" and first.kind != "quote":
        return _behind_addressee(sentence, i, frames)
    return i if _may_begin(first, frames) else None


def _announced(sentence: Sentence, i: int, frames: frozenset[str]) -> int | None:
    """The place of "that", or of a quotation behind a comma or colon, within the adjunct's length from the cue."""
    for k in range(i, min(len(sentence), i + _LONGEST_ADJUNCT)):
        token = sentence[k]
        if token.lower == "that" and "t" in frames:
            return k if k == i or sentence[i].lower in _ADJUNCT or "a" in frames else None
        if "q" not in frames:
            continue
        if token.lower in (",", ":") and k + 1 < len(sentence) and sentence[k + 1].kind == "quote":
            return k + 1
        if token.lower == ":" and k + 1 == len(sentence):
            return len(sentence)
        if token.kind == "mark" and token.lower not in (",", "'"):
            return None
    return None


def _behind_addressee(sentence: Sentence, i: int, frames: frozenset[str]) -> int | None:
    start = i
    if sentence[i].lower in _PRONOUNS:
        i += 1
    else:
        while (
            i < len(sentence)
            and i - start < 8
            and sentence[i].kind == "word"
            and not _opens_clause(sentence, i, start)
        ):
            i += 1
    if i >= len(sentence) or i == start or sentence[i].kind == "mark":
        return None
    return i if _may_begin(sentence[i], frames) else None


def _opens_clause(sentence: Sentence, i: int, start: int) -> bool:
    token = sentence[i]
    if i == start:
        return False
    clause = token.lower in _WH or token.lower in ("to", "he", "she", "they", "it", "we", "i", "you", "there")
    return (
        clause
        or (token.capital and not sentence[i - 1].capital and i > start + 1)
        or (token.lower in _DETERMINERS and sentence[i - 1].lower not in ("of", "for", "the"))
    )


def _may_begin(first: Token, frames: frozenset[str]) -> bool:
    if first.kind == "quote":
        return bool(frames & set("qtog"))
    if first.lower in _WH and first.lower not in ("when", "where", "if"):
        return bool(frames & set("wt"))
    if first.lower == "to":
        return "i" in frames
    if first.lower in _ADJUNCT:
        return "g" in frames and first.lower in ("of", "about", "as", "with", "to", "on")
    return bool(frames & set("to"))


def _content_end(sentence: Sentence, start: int, following: list[Verb]) -> int:
    """The index behind the content: the sentence's end, or where a coordinated or participial cue takes over."""
    end = len(sentence)
    for verb in following:
        if verb.start <= start + 1:
            continue
        before = sentence[verb.start - 1]
        participle = sentence[verb.head].lower.endswith("ing") and before.lower == ","
        coordinated = before.lower in _CONJUNCTIONS and verb.cue.frames & {"q", "t"}
        if participle or coordinated:
            end = verb.start - 1
            break
    for i in range(start + 1, end - 1):
        if sentence[i].lower == "according" and sentence[i + 1].lower == "to":
            end = i
            break
    while end > start + 1 and sentence[end - 1].kind == "mark" and sentence[end - 1].lower not in ")%$":
        end -= 1
    return end


def _cue_span(sentence: Sentence, verb: Verb) -> Span:
    return Span(sentence[verb.start].start, sentence[verb.end - 1].end)


# ---- according to Lee, … · …, according to Lee


def _according_to(sentence: Sentence) -> Found | None:
    for i in range(len(sentence) - 2):
        if sentence[i].lower == "according" and sentence[i + 1].lower == "to":
            return _around_phrase(sentence, i, i + 2)
    return None


def _around_phrase(sentence: Sentence, start: int, end: int) -> Found | None:
    source = _document_or_name(sentence, end)
    if source is None:
        return None
    cue = Span(sentence[start].start, sentence[end - 1].end)
    after = next(i for i, t in enumerate(sentence) if t.end >= source.end_char) + 1
    if start > 1:
        last = start - 1
        while last > 0 and sentence[last].kind == "mark":
            last -= 1
        return Found(
            "according to, behind",
            (source,),
            cue,
            (Span(sentence[0].start, sentence[last].end),),
        )
    while after < len(sentence) and sentence[after].kind == "mark":
        after += 1
    last = len(sentence)
    while last > after and sentence[last - 1].kind == "mark":
        last -= 1
    if last <= after:
        return None
    return Found(
        "according to, before", (source,), cue, (Span(sentence[after].start, sentence[last - 1].end),)
    )


def _document_or_name(sentence: Sentence, start: int) -> Span | None:
    """The source of "according to": up to the next comma, semicolon or dash, or the end."""
    end = start
    while end < len(sentence) and sentence[end].lower not in (",", ";", ":", "—", "–"):
        end += 1
    while end > start and sentence[end - 1].kind == "mark":
        end -= 1
    return Span(sentence[start].start, sentence[end - 1].end) if end > start else None
