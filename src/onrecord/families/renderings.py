"""From a group of segments to an utterance: its renderings, each measured against its origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onrecord.families import chains, drift, quoting
from onrecord.families.layers import fuller, with_layers
from onrecord.families.matter import Matter
from onrecord.families.records import Mode, Rendering, Utterance
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import Word, words
from onrecord.model import Span, Spans

_ODD_QUOTATION = 3
"""One quotation among more than so many renderings does not tell whose statement it is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendering before it is measured against its origin."""

    parts: tuple[int, ...]
    """Indices of the segments that it was joined from."""
    report: int
    spans: Spans
    chain: tuple[str, ...]
    words: tuple[Word, ...]
    quoted: bool
    own: bool
    """Whether it stands, unattributed, in the text of the speaker itself."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What the renderings of one utterance are measured against."""

    origin: Draft
    fullest: tuple[Word, ...]
    """The longest wording that can be the speaker's own; empty if there is none."""
    chain: tuple[str, ...]
    """All layers that the utterance came through, outermost first."""


def utterance_of(
    matter: Matter, group: Sequence[int], trust: Mapping[int, float]
) -> tuple[Utterance, list[Draft]]:
    """The utterance that a group of segments renders, and its drafts in order of time.

    `trust` says of each segment how well it sits in the group.
    """
    drafts = [_draft(matter, parts) for parts in _joined(matter, group)]
    drafts.sort(key=lambda d: (matter.ranks[d.report], d.spans))
    origin = _origin(matter, drafts)
    yardstick = Yardstick(drafts[origin], _fullest(drafts, origin), _fullest_chain(matter, drafts, origin))
    renderings = tuple(_rendering(matter, draft, yardstick, trust) for draft in drafts)
    voice = yardstick.chain[-1] if yardstick.chain else renderings[origin].holder
    said = _said_on(matter, drafts[origin])
    return Utterance("", voice, said, origin, renderings), drafts


def _layers(matter: Matter, drafts: Sequence[Draft], origin: int) -> tuple[str, ...]:
    """The origin's chain, with its owner outermost. A speaker whom other reports name innermost is added if the
    origin's sentence names him too."""
    draft = drafts[origin]
    owner = matter.owners[draft.report]
    segment = matter.segments[draft.parts[0]]
    sentence = matter.readings[draft.report].report.at(segment.sentence)
    own = chains.named(draft.chain) or (() if draft.own else chains.mentioned(matter.names, sentence))
    before = matter.readings[draft.report].report.text[: segment.sentence.start_char]
    chain = with_layers(chains.owned(own, owner), sentence, before, owned=bool(owner.name))
    spoken = draft.quoted and (not chain or matter.names.kinds.get(chain[-1]) != "person")
    speaker = _speaker_of(matter, drafts, draft, sentence) if spoken else None
    return (*chain, speaker) if speaker and speaker not in chain else chain


def _fullest_chain(matter: Matter, drafts: Sequence[Draft], origin: int) -> tuple[str, ...]:
    """The origin's chain; where the first report lacks the utterance, the fullest one, a body before its speaker."""
    found = [_layers(matter, drafts, k) for k in range(len(drafts))]
    if matter.ranks[drafts[origin].report] == 0:
        return tuple(fuller(layer, found) for layer in found[origin])
    best = max(found, key=len)
    kinds = matter.names.kinds
    bodies = [c[0] for c in found if len(c) == 1 and kinds.get(c[0]) == "organisation"]
    if len(best) == 1 and kinds.get(best[0]) == "organisation":
        best = next((c for c in found if len(c) == 1 and kinds.get(c[0]) == "person"), best)
    if bodies and len(best) == 1 and kinds.get(best[0]) == "person":
        return (bodies[0], best[0])
    return best


def _speaker_of(matter: Matter, drafts: Sequence[Draft], origin: Draft, sentence: str) -> str | None:
    """The person whom the origin's sentence and most other reports' sentences name beside a quotation."""
    around = [_context(matter, d) for d in drafts if d.report != origin.report and d.quoted]
    people = [n for n, kind in sorted(matter.names.kinds.items()) if kind == "person" and n in sentence]
    named = {n: sum(n.rsplit(maxsplit=1)[-1] in text for text in around) for n in people}
    best = max(named, key=lambda n: (named[n], sentence.find(n)), default=None)
    return best if best and named[best] * 2 > len(around) else None


def _chain(matter: Matter, draft: Draft, longest: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A rendering's chain and dropped layers; its owner counts where the words are the owner's or its speaker's."""
    owner = matter.owners[draft.report]
    headline = matter.segments[draft.parts[0]].kind == "headline"
    chain = draft.chain if not headline or chains.says(_context(matter, draft)) else ()
    if owner.name and (
        not chain or matter.names.organisation.get(chain[-1]) == owner.name or owner.name in longest
    ):
        chain = chains.owned(chain, owner)
    return chains.against(longest, chain, _context(matter, draft), matter.names)


def _context(matter: Matter, draft: Draft) -> str:
    """The sentences of a rendering; for a quotation that opens its paragraph, the paragraph before as well."""
    report = matter.readings[draft.report].report
    first = matter.segments[draft.parts[0]]
    block = report.blocks[first.block]
    start = first.sentence.start_char
    if first.kind == "quotation":
        start = block.start_char
        body = [b for b in report.blocks[: first.block] if b.kind == "body"]
        if body and draft.spans[0].start_char - block.start_char <= 1:
            start = body[-1].start_char
    return report.text[start : max(first.sentence.end_char, draft.spans[-1].end_char)]


def _joined(matter: Matter, group: Sequence[int]) -> list[list[int]]:
    """Segments of one group that are parts of one rendering: cut from one sentence or one run of sentences."""
    runs: list[list[int]] = []
    for i in sorted(group):
        here, before = matter.segments[i], matter.segments[runs[-1][-1]] if runs else None
        if before and before.report == here.report and before.sentence.overlaps(here.sentence):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _draft(matter: Matter, parts: list[int]) -> Draft:
    pieces = [matter.segments[i] for i in parts]
    first = pieces[0]
    reading, owner = matter.readings[first.report], matter.owners[first.report]
    spans = tuple(span for piece in pieces for span in piece.spans)
    found = [
        chains.chain_of(reading, piece.report, piece.attribution, matter.names, owned_text=bool(owner.name))
        for piece in pieces
    ]
    quoted = all(piece.kind == "quotation" for piece in pieces)
    own = (
        bool(owner.name)
        and not quoted
        and first.kind != "headline"
        and all(p.attribution is None for p in pieces)
    )
    run = tuple(w for s, e in spans for w in words(reading.report.text[s:e], s))
    return Draft(tuple(parts), first.report, spans, max(found, key=len), run, quoted, own)


def _origin(matter: Matter, drafts: Sequence[Draft]) -> int:
    """The earliest rendering, within its report the most direct one; where quotations name one speaker, one of his."""
    speakers = Counter(
        d.chain[-1] for d in drafts if d.quoted and d.chain and d.chain[-1] in matter.names.known
    )
    voice, quotations = speakers.most_common(1)[0] if speakers else (None, 0)
    if quotations * _ODD_QUOTATION < len(drafts):
        voice = None

    def rank(k: int) -> tuple[bool, int, int, int]:
        draft = drafts[k]
        headline = matter.segments[draft.parts[0]].kind == "headline"
        chain = chains.owned(draft.chain, matter.owners[draft.report])
        other = voice is not None and voice not in chain
        direct = 0 if draft.quoted or draft.own else 1
        return (other, matter.ranks[draft.report] + 100 * headline, direct, -len(draft.words))

    return min(range(len(drafts)), key=rank)


def _fullest(drafts: Sequence[Draft], origin: int) -> tuple[Word, ...]:
    """The longest wording that can be the speaker's own: of the origin, else of the quotations."""
    if drafts[origin].quoted or drafts[origin].own:
        return drafts[origin].words
    direct = [d.words for d in drafts if d.quoted or d.own]
    return max(direct, key=len) if direct else ()


def _rendering(matter: Matter, draft: Draft, yardstick: Yardstick, trust: Mapping[int, float]) -> Rendering:
    origin, longest = yardstick.origin, yardstick.chain
    report = matter.readings[draft.report].report
    origin_text = matter.readings[origin.report].report.text
    first = matter.segments[draft.parts[0]]
    chain, lost = (longest, ()) if draft is origin else _chain(matter, draft, longest)
    relayed = chains.units(longest, matter.names) > 1 and longest[-1] in lost
    terms = [
        likelihood_terms(origin_text[slice(*_whole(origin))]),
        likelihood_terms(report.text[slice(*_whole(draft))]),
    ]
    certainty = drift.certainty_drift(*terms, relayed_as_established=relayed, offset=_whole(draft).start_char)
    changed = (
        ()
        if draft is origin
        else drift.changes(
            origin.words,
            origin_text,
            draft.words,
            report.text,
            quoted=draft.quoted and (origin.quoted or origin.own),
        )
    )
    return Rendering(
        report=matter.ids[draft.report],
        spans=draft.spans,
        text=report.at(draft.spans),
        mode=_mode(draft, yardstick.fullest),
        holder=chain[-1] if chain else report.publisher or "",
        chain=chain,
        dropped_layers=lost,
        certainty=certainty,
        changed=tuple(changed),
        attribution=first.attribution,
        score=round(float(np.mean([trust.get(i, 1.0) for i in draft.parts])), 3),
    )


def _mode(draft: Draft, fullest: tuple[Word, ...]) -> Mode:
    if draft.own:
        return "verbatim"
    if not draft.quoted:
        return "indirect"
    return quoting.mode_of(draft.words, fullest) if fullest else "verbatim"


def _whole(draft: Draft) -> Span:
    return Span(draft.spans[0].start_char, draft.spans[-1].end_char)


def _said_on(matter: Matter, origin: Draft) -> str | None:
    """The day of the saying: as the attribution says, else the day of the origin's report."""
    reading = matter.readings[origin.report]
    attribution = matter.segments[origin.parts[0]].attribution
    if attribution is not None:
        said = reading.attribution(attribution).said
        if said is not None and said.value[:4].isdigit():
            return said.value[:10]
    return reading.report.published
