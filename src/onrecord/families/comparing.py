"""Comparing reports on one matter: their utterances, drift, disputes and lineage.

The way: segments of every report -> likeness of pairs -> a trained pair scorer -> average-link clusters -> renderings,
each measured against its origin. Quadratic in the segments, so meant for the reports on one matter (`find` picks those
out of a ledger by an index).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder import sentence_vectors
from onrecord.families import chains, disputes, drift, lineage, pairs, quoting
from onrecord.families.clusters import clusters, cohesion
from onrecord.families.names import Names, common_names
from onrecord.families.records import (
    ComparedReport,
    Comparison,
    CrossDispute,
    Mode,
    Rendering,
    Utterance,
)
from onrecord.families.segments import Segment, segments
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import Word, words
from onrecord.model import Reading, Span, Spans

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]

LINK = 0.15
"""Mean probability from which groups of segments are joined; tuned leaving one family out at a time."""


@dataclass(frozen=True, slots=True)
class Models:
    """The three trained scorers of a comparison."""

    pairs: pairs.Scorer
    lineage: lineage.EdgeScorer
    disputes: disputes.DisputeScorer


@cache
def models() -> Models:
    """The scorers that ship. Raises BrokenModel if their weights are of another version."""
    return Models(pairs.scorer(), lineage.edge_scorer(), disputes.dispute_scorer())


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything the steps of one comparison share."""

    readings: Sequence[Reading]
    ids: Sequence[str]
    ranks: Sequence[int]
    """Place of each report in order of time."""
    names: Names
    owners: Sequence[chains.Owner]
    segments: Sequence[Segment]
    field: pairs.Field

    def text(self, segment: Segment) -> str:
        """The words of a segment."""
        return self.readings[segment.report].report.at(segment.spans)


def compare(
    readings: Sequence[Reading], *, encode: Vectors = sentence_vectors, scorers: Models | None = None
) -> Comparison:
    """Compare reports on one matter. The order of the readings stands for time where dates are missing."""
    return compared(prepare(readings, encode), scorers or models())


def compared(matter: Matter, scorers: Models) -> Comparison:
    """The comparison of reports that are prepared."""
    groups, made = grouped(matter, scorers.pairs)
    return _assemble(matter, groups, made, scorers)


def grouped(
    matter: Matter, scorer: pairs.Scorer
) -> tuple[list[list[int]], list[tuple[Utterance, list[Draft]]]]:
    """Segments in groups, and each group as an utterance with its drafts."""
    groups, trust = _groups(matter, scorer)
    return groups, [_utterance(matter, group, trust) for group in groups]


def prepare(readings: Sequence[Reading], encode: Vectors) -> Matter:
    """Segments, names and vectors of the reports to compare."""
    names = common_names(readings)
    owners = chains.owners(readings, names)
    found = [segment for r, reading in enumerate(readings) for segment in segments(reading, r)]
    texts = [readings[s.report].report.at(s.spans) for s in found]
    rows = [
        pairs.traits(
            s, text, s.start / max(len(readings[s.report].report.text), 1), _voice(readings, s, names, owners)
        )
        for s, text in zip(found, texts, strict=True)
    ]
    known = pairs.vocabulary(rows)
    contexts = encode([readings[s.report].report.at(s.sentence) for s in found])
    about = pairs.field(rows, encode(texts), contexts, known, encode(known))
    return Matter(readings, report_ids(readings), time_ranks(readings), names, owners, found, about)


def report_ids(readings: Sequence[Reading]) -> list[str]:
    """The reports' ids; a report that is given twice gets a number behind its id."""
    seen: Counter[str] = Counter()
    ids = []
    for reading in readings:
        seen[reading.report.id] += 1
        n = seen[reading.report.id]
        ids.append(reading.report.id if n == 1 else f"{reading.report.id}-{n}")
    return ids


def time_ranks(readings: Sequence[Reading]) -> list[int]:
    """Places in time, by publication date and then by the order given; an undated report keeps its neighbours."""
    dates: list[str] = []
    for reading in readings:
        dates.append(reading.report.published or (dates[-1] if dates else ""))
    order = sorted(range(len(readings)), key=lambda k: (dates[k], k))
    ranks = [0] * len(order)
    for place, k in enumerate(order):
        ranks[k] = place
    return ranks


def _voice(
    readings: Sequence[Reading], segment: Segment, names: Names, owners: Sequence[chains.Owner]
) -> str | None:
    owner = owners[segment.report]
    chain = chains.named(
        chains.chain_of(readings[segment.report], segment.report, segment.attribution, names)
    )
    return chain[-1] if chain else owner.name or None


def _groups(matter: Matter, scorer: pairs.Scorer) -> tuple[list[list[int]], dict[int, float]]:
    """Clusters of segments, and how well each segment sits in its own."""
    every = list(combinations(range(len(matter.segments)), 2))
    chances = scorer.probabilities(pairs.features(matter.field, every)) if every else np.zeros(0)
    links = {pair: float(p) for pair, p in zip(every, chances, strict=True) if p > 0.01}
    groups = clusters(len(matter.segments), links, LINK)
    trust = {i: p for group in groups for i, p in cohesion(group, links).items()}
    return groups, trust


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


def _utterance(
    matter: Matter, group: Sequence[int], trust: dict[int, float]
) -> tuple[Utterance, list[Draft]]:
    drafts = [_draft(matter, parts) for parts in _joined(matter, group)]
    drafts.sort(key=lambda d: (matter.ranks[d.report], d.spans))
    origin = _origin(matter, drafts)
    fullest = _fullest(drafts, origin)
    longest = _fullest_chain(matter, drafts, origin)
    renderings = tuple(_rendering(matter, draft, drafts[origin], fullest, longest, trust) for draft in drafts)
    voice = longest[-1] if longest else renderings[origin].holder
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
    chain = chains.with_relays(chains.owned(own, owner), sentence)
    spoken = draft.quoted and (not chain or matter.names.kinds.get(chain[-1]) != "person")
    speaker = _speaker_of(matter, drafts, draft, sentence) if spoken else None
    return (*chain, speaker) if speaker and speaker not in chain else chain


def _fullest_chain(matter: Matter, drafts: Sequence[Draft], origin: int) -> tuple[str, ...]:
    """The origin's chain; where the first report lacks the utterance, the fullest one, a body before its speaker."""
    if matter.ranks[drafts[origin].report] == 0:
        return _layers(matter, drafts, origin)
    found = [_layers(matter, drafts, k) for k in range(len(drafts))]
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
    found = [chains.chain_of(reading, piece.report, piece.attribution, matter.names) for piece in pieces]
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
    voice = speakers.most_common(1)[0][0] if speakers else None

    def rank(k: int) -> tuple[bool, int, int, int]:
        draft = drafts[k]
        headline = matter.segments[draft.parts[0]].kind == "headline"
        other = voice is not None and draft.own and matter.owners[draft.report].name != voice
        direct = 0 if draft.quoted or draft.own else 1
        return (other, matter.ranks[draft.report] + 100 * headline, direct, -len(draft.words))

    return min(range(len(drafts)), key=rank)


def _fullest(drafts: Sequence[Draft], origin: int) -> tuple[Word, ...]:
    """The longest wording that can be the speaker's own: of the origin, else of the quotations."""
    if drafts[origin].quoted or drafts[origin].own:
        return drafts[origin].words
    direct = [d.words for d in drafts if d.quoted or d.own]
    return max(direct, key=len) if direct else ()


def _rendering(
    matter: Matter,
    draft: Draft,
    origin: Draft,
    fullest: tuple[Word, ...],
    longest: tuple[str, ...],
    trust: dict[int, float],
) -> Rendering:
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
        mode=_mode(draft, fullest),
        holder=chain[-1] if chain else report.outlet or report.site or "",
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


def _assemble(
    matter: Matter,
    groups: Sequence[Sequence[int]],
    made: Sequence[tuple[Utterance, list[Draft]]],
    scorers: Models,
) -> Comparison:
    statements = statements_of(matter, made)
    found = _disputes(matter, groups, statements, scorers.disputes)
    in_dispute = {k for claim, denial, _ in found for k in (claim, denial)}
    kept = [k for k, (u, _) in enumerate(made) if len(u.renderings) > 1 or k in in_dispute]
    numbers = {k: f"u{n}" for n, k in enumerate(kept, 1)}
    utterances = tuple(_numbered(made[k][0], numbers[k]) for k in kept)
    rows = tuple(_cross(matter, numbers[c], numbers[d], statements[c], statements[d], p) for c, d, p in found)
    return Comparison(_reports(matter, [made[k] for k in kept], scorers.lineage), utterances, rows)


def _numbered(utterance: Utterance, number: str) -> Utterance:
    return replace(utterance, id=number)


def statements_of(matter: Matter, made: Sequence[tuple[Utterance, list[Draft]]]) -> list[disputes.Statement]:
    """What disputes are told by, of every utterance."""
    early = {
        u.voice
        for u, drafts in made
        if u.renderings[u.origin].chain and any(matter.ranks[d.report] == 0 for d in drafts)
    }
    return [_statement(matter, utterance, drafts, early) for utterance, drafts in made]


def _statement(
    matter: Matter, utterance: Utterance, drafts: Sequence[Draft], early: set[str]
) -> disputes.Statement:
    parts = [i for draft in drafts for i in draft.parts]
    firsts = [matter.segments[draft.parts[0]] for draft in drafts]
    return disputes.Statement(
        texts=tuple(r.text for r in utterance.renderings),
        sentences=tuple(matter.readings[s.report].report.at(s.sentence) for s in firsts),
        vectors=matter.field.vectors[parts],
        contexts=matter.field.contexts[parts],
        voice=utterance.voice if utterance.renderings[utterance.origin].chain else "",
        reports=tuple(d.report for d in drafts),
        places=tuple((matter.segments[i].report, i) for i in parts),
        first=min(matter.ranks[d.report] for d in drafts),
        drifted=any(r.certainty.versus_origin == "strengthened" for r in utterance.renderings),
        quoted=any(d.quoted for d in drafts),
        newcomer=bool(utterance.renderings[utterance.origin].chain) and utterance.voice not in early,
    )


def dispute_candidates(
    matter: Matter, groups: Sequence[Sequence[int]], statements: Sequence[disputes.Statement]
) -> list[tuple[int, int, list[float]]]:
    """(claim, denial, features) for utterances that may be at odds: not of one voice, the denial no earlier."""
    within = _found_within(matter, groups)
    claims = [
        c for c, claim in enumerate(statements) if len(set(claim.reports)) > 1 and not disputes.negated(claim)
    ]
    rows = []
    for d, denial in enumerate(statements):
        near = {c: float((statements[c].contexts @ denial.contexts.T).max()) for c in claims if c != d}
        for rank, c in enumerate(sorted(near, key=lambda c: (-near[c], c))):
            claim, found = statements[c], (c, d) in within
            cued = found or (denial.voice and denial.voice != claim.voice and disputes.cued(denial))
            if cued and claim.first <= denial.first and denial.first > 0:
                rows.append((c, d, disputes.features(claim, denial, rank=rank, found_within=found)))
    return rows


def _found_within(matter: Matter, groups: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Pairs of groups (claim, denial) that the dispute stage found within one report."""
    of = {i: k for k, group in enumerate(groups) for i in group}
    found = set()
    for r, reading in enumerate(matter.readings):
        for dispute in reading.disputes or ():
            claim, denial = (_segment_of(matter, r, reading, end) for end in (dispute.claim, dispute.denial))
            if claim is not None and denial is not None and of[claim] != of[denial]:
                found.add((of[claim], of[denial]))
    return found


def _segment_of(matter: Matter, report: int, reading: Reading, end: str | Span) -> int | None:
    """The segment that shares most characters with one end of a dispute."""
    spans = reading.attribution(end).content if isinstance(end, str) else (end,)
    sizes = [
        (
            sum(
                max(0, min(a.end_char, b.end_char) - max(a.start_char, b.start_char))
                for a in spans
                for b in s.spans
            ),
            -i,
        )
        for i, s in enumerate(matter.segments)
        if s.report == report
    ]
    return -max(sizes)[1] if sizes and max(sizes)[0] > 0 else None


def _disputes(
    matter: Matter,
    groups: Sequence[Sequence[int]],
    statements: Sequence[disputes.Statement],
    scorer: disputes.DisputeScorer,
) -> list[tuple[int, int, float]]:
    scored = [(scorer.strength(row), c, d) for c, d, row in dispute_candidates(matter, groups, statements)]
    best: dict[int, tuple[float, int]] = {}
    for p, c, d in scored:
        if p >= scorer.threshold and (d not in best or (p, -c) > (best[d][0], -best[d][1])):
            best[d] = (p, c)
    return sorted((c, d, p) for d, (p, c) in best.items())


def _cross(
    matter: Matter,
    claim: str,
    denial: str,
    about: disputes.Statement,
    against: disputes.Statement,
    chance: float,
) -> CrossDispute:
    told = sorted(set(against.reports))
    missing = [r for r in sorted(set(about.reports)) if r not in told and matter.ranks[r] >= against.first]
    why = f"strength {chance:.1f} of the signs that the one is aimed at the other"
    kind = disputes.kind_of(against)
    ids = matter.ids
    return CrossDispute(claim, denial, kind, why, tuple(ids[r] for r in told), tuple(ids[r] for r in missing))


def ties(
    matter: Matter, made: Sequence[tuple[Utterance, Sequence[Draft]]]
) -> dict[tuple[int, int], lineage.Ties]:
    """What ties pairs of reports together, by the utterances they share."""
    shared: Counter[tuple[int, int]] = Counter()
    firm: Counter[int] = Counter()
    both_firm: Counter[tuple[int, int]] = Counter()
    near: Counter[tuple[int, int]] = Counter()
    total: Counter[int] = Counter()
    base = matter.field.base
    for utterance, drafts in made:
        hard = {
            d.report
            for d, r in zip(drafts, utterance.renderings, strict=True)
            if r.certainty.versus_origin == "strengthened"
        }
        reports = {d.report for d in drafts}
        firm.update(hard)
        for a in reports:
            for b in reports:
                if matter.ranks[b] < matter.ranks[a]:
                    shared[a, b] += 1
                    both_firm[a, b] += a in hard and b in hard
        for draft in drafts:
            before = [d for d in drafts if matter.ranks[d.report] < matter.ranks[draft.report]]
            if before:
                best = max(before, key=lambda d: float(base[np.ix_(draft.parts, d.parts)].max()))
                near[draft.report, best.report] += 1
                total[draft.report] += 1
    return {
        (a, b): lineage.Ties(n, near[a, b] / max(total[a], 1), firm[b] > 0, both_firm[a, b] / max(firm[a], 1))
        for (a, b), n in shared.items()
    }


def _reports(
    matter: Matter, made: Sequence[tuple[Utterance, Sequence[Draft]]], scorer: lineage.EdgeScorer
) -> tuple[ComparedReport, ...]:
    textures = lineage.textures_of(matter.readings)
    copied = lineage.copies(textures, matter.ranks)
    sources = lineage.taken_from(matter.ids, textures, matter.ranks, ties(matter, made), copied, scorer)
    rows = []
    for k, reading in enumerate(matter.readings):
        report, copy = reading.report, copied[k]
        rows.append(
            ComparedReport(
                id=matter.ids[k],
                source=report.source,
                title=report.title,
                published=report.published,
                outlet=report.outlet or report.site,
                headline_verdict=reading.headline.verdict if reading.headline else None,
                taken_from=sources[k],
                copy_of=matter.ids[copy] if copy is not None else None,
            )
        )
    return tuple(rows)
