"""Comparing reports on one matter: their utterances, drift, disputes and lineage.

The way: segments of every report -> likeness of pairs -> a trained pair scorer -> average-link clusters -> renderings,
each measured against its origin. Quadratic in the segments, so meant for the reports on one matter (`find` picks those
out of a ledger by an index).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np

from onrecord.encoder import piece_vectors, sentence_vectors
from onrecord.families import disputes, lineage, pairs
from onrecord.families.clusters import clusters, cohesion
from onrecord.families.matter import Matter, PieceVectors, Vectors, prepare
from onrecord.families.records import ComparedReport, Comparison, CrossDispute, Utterance
from onrecord.families.renderings import Draft, utterance_of
from onrecord.model import Reading, Span

LINK = 0.13
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


def compare(
    readings: Sequence[Reading],
    *,
    encode: Vectors = sentence_vectors,
    pieces: PieceVectors = piece_vectors,
    scorers: Models | None = None,
) -> Comparison:
    """Compare reports on one matter. The order of the readings stands for time where dates are missing."""
    return compared(prepare(readings, encode, pieces), scorers or models())


def compared(matter: Matter, scorers: Models) -> Comparison:
    """The comparison of reports that are prepared."""
    groups, made = grouped(matter, scorers.pairs)
    return _assemble(matter, groups, made, scorers)


def grouped(
    matter: Matter, scorer: pairs.Scorer
) -> tuple[list[list[int]], list[tuple[Utterance, list[Draft]]]]:
    """Segments in groups, and each group as an utterance with its drafts."""
    groups, trust = _groups(matter, scorer)
    return groups, [utterance_of(matter, group, trust) for group in groups]


def _groups(matter: Matter, scorer: pairs.Scorer) -> tuple[list[list[int]], dict[int, float]]:
    """Clusters of segments, and how well each segment sits in its own."""
    every = list(combinations(range(len(matter.segments)), 2))
    chances = scorer.probabilities(pairs.features(matter.field, every)) if every else np.zeros(0)
    told = {pair: _link(matter, *pair, float(p)) for pair, p in zip(every, chances, strict=True)}
    links = {pair: p for pair, p in told.items() if p > 0.01}
    groups = clusters(len(matter.segments), links, LINK)
    trust = {i: p for group in groups for i, p in cohesion(group, links).items()}
    return groups, trust


def _link(matter: Matter, i: int, j: int, chance: float) -> float:
    """The probability that two segments render one utterance, where their words or their voices do not settle it."""
    if pairs.same_words(matter.field, i, j):
        return 1.0
    return 0.0 if chance > 0.01 and _at_odds(matter, i, j) else chance


def _at_odds(matter: Matter, i: int, j: int) -> bool:
    """Whether one of two segments negates, the other does not, and no one voice, or its body, may have said both.

    A negation that opens its segment is enough ("There is no outbreak"). Further in it may be a detail, so each has to
    be another known voice's.
    """
    a, b = matter.field.rows[i], matter.field.rows[j]
    if a.negated == b.negated:
        return False
    if a.voice is None or b.voice is None:
        return a.opens_negated or b.opens_negated
    bodies = matter.names.organisation
    if a.voice == b.voice or bodies.get(a.voice) == b.voice or bodies.get(b.voice) == a.voice:
        return False
    return a.opens_negated or b.opens_negated or {a.voice, b.voice} <= matter.names.known


def _assemble(
    matter: Matter,
    groups: Sequence[Sequence[int]],
    made: Sequence[tuple[Utterance, list[Draft]]],
    scorers: Models,
) -> Comparison:
    statements = statements_of(matter, made)
    found = _disputes(matter, groups, statements, scorers.disputes)
    in_dispute = {k for pair in found for k in pair}
    kept = [k for k, (u, _) in enumerate(made) if len(u.renderings) > 1 or k in in_dispute]
    numbers = {k: f"u{n}" for n, k in enumerate(kept, 1)}
    utterances = tuple(_numbered(made[k][0], numbers[k]) for k in kept)
    rows = tuple(_cross(matter, (numbers[c], numbers[d]), (statements[c], statements[d])) for c, d in found)
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
    base = matter.field.base
    rows = []
    for d, denial in enumerate(statements):
        near = {c: float(base[np.ix_(groups[c], groups[d])].max()) for c in claims if c != d}
        for rank, c in enumerate(sorted(near, key=lambda c: (-near[c], c))):
            claim, found = statements[c], (c, d) in within
            cued = bool(denial.voice) and denial.voice != claim.voice and (found or disputes.cued(denial))
            if cued and claim.first <= denial.first and denial.first > 0:
                row = disputes.features(claim, denial, likeness=near[c], rank=rank, found_within=found)
                rows.append((c, d, row))
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
) -> list[tuple[int, int]]:
    scored = [(scorer.strength(row), c, d) for c, d, row in dispute_candidates(matter, groups, statements)]
    best: dict[int, tuple[float, int]] = {}
    for p, c, d in scored:
        if p >= scorer.threshold and (d not in best or (p, -c) > (best[d][0], -best[d][1])):
            best[d] = (p, c)
    return sorted((c, d) for d, (_, c) in best.items())


def _cross(
    matter: Matter, ends: tuple[str, str], about: tuple[disputes.Statement, disputes.Statement]
) -> CrossDispute:
    claim, denial = about
    told = sorted(set(denial.reports))
    missing = [r for r in sorted(set(claim.reports)) if r not in told and matter.ranks[r] >= denial.first]
    why = f"{denial.voice or 'the report'} against {claim.voice or 'the report'}, on the same matter"
    ids = matter.ids
    return CrossDispute(
        *ends, disputes.kind_of(denial), why, tuple(ids[r] for r in told), tuple(ids[r] for r in missing)
    )


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
    sources = lineage.taken_from(
        matter.ids, lineage.Field(textures, matter.ranks, ties(matter, made), copied), scorer
    )
    rows = []
    for k, reading in enumerate(matter.readings):
        report, copy = reading.report, copied[k]
        rows.append(
            ComparedReport(
                id=matter.ids[k],
                source=report.source,
                title=report.title,
                published=report.published,
                outlet=report.publisher,
                headline_verdict=reading.headline.verdict if reading.headline else None,
                taken_from=sources[k],
                copy_of=matter.ids[copy] if copy is not None else None,
            )
        )
    return tuple(rows)
