"""Batches of examples as tensors, and the losses of one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from onrecord.attributions.around import LEFT, SPAN, surroundings
from onrecord.attributions.decoding import LONGEST_SOURCE, best_spans, runs
from onrecord.encoder.windows import END, START, Windows, cut, framed
from training import crf
from training.examples import Example, Target
from training.reader_net import CueReader, Reader, span_scores

if TYPE_CHECKING:
    from training.lessons import Lessons

LONGEST = 1400
"""Tokens of an article that one step sees; of longer ones a stretch is drawn."""
_CASELESS = 0.05
"""Share of stretches whose case is hidden."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each loss counts."""

    cue: float = 1.0
    any_cue: float = 1.0
    content: float = 1.0
    source: float = 1.0
    judge: float = 1.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an example: its windows, and what is marked in it. Arrays [tokens]."""

    example: Example
    start: int
    windows: Windows
    outer: NDArray[np.bool_]
    inner: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    """Inside a content in which nobody looked for inner attributions."""
    open: NDArray[np.bool_]
    """Inside a content in which somebody did: where inner cues may stand."""

    def __len__(self) -> int:
        return len(self.outer)


def draw(example: Example, random: np.random.Generator) -> Stretch:
    """A stretch of at most LONGEST tokens, cut into windows of a random length."""
    total = len(example.tokens)
    size = min(total, LONGEST)
    start = int(random.integers(0, total - size + 1))
    marks = np.zeros((4, total), np.bool_)
    for target in example.targets:
        marks[1 if target.inner else 0, slice(*target.cue)] = True
        marks[3 if target.exhaustive else 2, target.content] = True
    outer, inner, unknown, searched = marks[:, start : start + size]
    searched &= ~unknown & ~outer
    unknown &= ~outer & ~inner
    windows = cut(size, body=int(random.integers(225, 255)), overlap=40)
    return Stretch(example, start, windows, outer, inner, unknown, searched)


@dataclass(frozen=True, slots=True)
class Job:
    """A cue to be read: where it stands in its stretch, what is right (None: it is no cue)."""

    stretch: int
    cue: tuple[int, int]
    target: Target | None
    inner: bool


def stack(stretches: Sequence[Stretch], random: np.random.Generator) -> dict[str, Tensor]:
    """All windows of a batch, filled up to one length."""
    width = max(s.windows.size for s in stretches) + 2
    rows: dict[str, list[NDArray[np.generic]]] = {
        k: [] for k in ("ids", "features", "mask", "outer", "inner", "unknown")
    }
    for s in stretches:
        part = slice(s.start, s.start + len(s))
        features = s.example.tokens.features[part]
        if random.random() < _CASELESS:
            # Case gone, the rest of the feature stays: the case is its highest digit.
            features = features % (6 * 2 * 2)
        values = {
            "ids": framed(s.example.tokens.ids[part], s.windows, START, END),
            "features": framed(features, s.windows, 0, 0),
            "mask": framed(np.ones(len(s), np.int32), s.windows, 1, 1),
            **{
                k: framed(getattr(s, k).astype(np.int32), s.windows, 0, 0)
                for k in ("outer", "inner", "unknown")
            },
        }
        for key, value in values.items():
            rows[key].append(np.pad(value, ((0, 0), (0, width - value.shape[1]))))
    return {k: torch.from_numpy(np.concatenate(v)) for k, v in rows.items()}


def batch_losses(
    model: Reader,
    stretches: Sequence[Stretch],
    random: np.random.Generator,
    weights: Weights,
    lessons: Lessons | None = None,
) -> dict[str, Tensor]:
    """The losses of a batch by name, already weighted; each is a mean over cues. Those of `lessons` come on top."""
    data = stack(stretches, random)
    scores, vectors = model.tagger(data["ids"], data["features"], data["mask"])
    scores = scores.float()
    outer, inner, unknown = (data[k].bool() for k in ("outer", "inner", "unknown"))
    body = data["mask"].bool().clone()
    body[:, 0] = False
    body.scatter_(1, data["mask"].sum(1, keepdim=True).long() - 1, False)
    cues = sum(len(s.windows.starts) and sum(not t.inner for t in s.example.targets) for s in stretches) or 1
    each = crf.partial_loss(scores[..., 3:], outer | inner, body, unknown)
    losses = {
        "cue": weights.cue * crf.loss(scores[..., :3], outer, body).sum() / cues,
        "any": weights.any_cue * each.sum() / cues,
    }
    if lessons:
        losses |= lessons.tagged(stretches, scores)
    jobs = find_jobs(stretches, scores.detach().numpy(), random)
    if jobs:
        near = around(stretches, jobs)
        read = near.read(model.reader, vectors[near.row, near.column])
        losses |= _reading_losses(stretches, jobs, near.present.bool(), read, weights)
        if lessons:
            losses |= lessons.read(stretches, near, read)
    return losses


def find_jobs(
    stretches: Sequence[Stretch], scores: NDArray[np.float32], random: np.random.Generator
) -> list[Job]:
    """Cues to read: all marked ones, some with the bounds that the tagger gave, and the tagger's false ones."""
    jobs, at = [], 0
    for n, s in enumerate(stretches):
        rows = slice(at, at + len(s.windows.starts))
        at = rows.stop
        own = scores[rows, 1 : 1 + s.windows.size]
        for inner in (False, True) if s.open.any() else (False,):
            blocked = ~s.open if inner else np.zeros(len(s), np.bool_)
            wide = blocked[s.windows.starts[:, None] + np.arange(s.windows.size)]
            guess = best_spans(own[:, :, 3:] if inner else own[:, :, :3], wide, 1.5)
            jobs += _jobs(n, s, runs(guess[s.windows.row, s.windows.column]), inner, random)
    return jobs


def _jobs(
    n: int, s: Stretch, spans: NDArray[np.int64], inner: bool, random: np.random.Generator
) -> list[Job]:
    marked = s.inner if inner else s.outer
    jobs, true = [], 0
    for target in s.example.targets:
        a, b = target.cue[0] - s.start, target.cue[1] - s.start
        if target.inner != inner or a < 0 or b > len(s):
            continue
        near = [(int(x), int(y)) for x, y in spans if x < b and a < y]
        use = near[0] if len(near) == 1 and random.random() < 0.3 else (a, b)
        jobs.append(Job(n, use, target, inner))
        true += 1
    false = [(int(x), int(y)) for x, y in spans if not marked[x:y].any()]
    random.shuffle(false)
    return jobs + [Job(n, span, None, inner) for span in false[: true + 4]]


@dataclass(frozen=True, slots=True)
class Read:
    """What a cue reader makes of jobs: scores of each token as content [jobs, SPAN, 3], of each span as the source and,
    last, of none [jobs, SPAN * LONGEST_SOURCE + 1], and of being a cue [jobs]."""

    content: Tensor
    sources: Tensor
    verdict: Tensor


@dataclass(frozen=True, slots=True)
class Around:
    """What the cue reader is given for jobs, those of the first stretch first: arrays [jobs, SPAN], but the first two.

    `row` and `column` [tokens of all stretches]: where each is read; `place` is an index into these.
    """

    row: Tensor
    column: Tensor
    place: Tensor
    distance: Tensor
    relation: Tensor
    present: Tensor

    def put_to(self, reader: CueReader, vectors: Tensor) -> tuple[Tensor, ...]:
        """What a cue reader gives for the jobs, from the vectors [tokens of all stretches, narrow]."""
        found: tuple[Tensor, ...] = reader(vectors[self.place], self.distance, self.relation, self.present)
        return found

    def read(self, reader: CueReader, vectors: Tensor) -> Read:
        """The same, as scores of what is to be found."""
        content, source, pair, verdict = self.put_to(reader, vectors)
        spans = span_scores(source, pair, LONGEST_SOURCE).flatten(1)
        beyond = ~self.present.bool()[:, :, None].expand(-1, -1, LONGEST_SOURCE).flatten(1)
        none, cue = verdict.float().unbind(1)
        return Read(content, torch.cat([spans.masked_fill(beyond, -1e4), none[:, None]], 1), cue)


def around(stretches: Sequence[Stretch], jobs: list[Job]) -> Around:
    """The surroundings of the cues of some jobs, of which there must be one at least."""
    rows, columns, places, distances, relations, presents = [], [], [], [], [], []
    row, base = 0, 0
    for n, s in enumerate(stretches):
        rows.append(row + s.windows.row)
        columns.append(s.windows.column + 1)
        row += len(s.windows.starts)
        mine = [j for j in jobs if j.stretch == n]
        cues = np.array([j.cue for j in mine], np.int64).reshape(-1, 2)
        near = surroundings(s.example.tokens, cues + s.start, np.array([j.inner for j in mine], np.int64))
        here = near.place - s.start
        presents.append(near.present * ((here >= 0) & (here < len(s))))
        places.append(np.clip(here, 0, len(s) - 1) + base)
        distances.append(near.distance)
        relations.append(near.relation)
        base += len(s)
    arrays = (rows, columns, places, distances, relations, presents)
    return Around(*(torch.from_numpy(np.concatenate(x)) for x in arrays))


def _reading_losses(
    stretches: Sequence[Stretch], jobs: list[Job], body: Tensor, read: Read, weights: Weights
) -> dict[str, Tensor]:
    is_cue, inside, spans, known = _targets(stretches, jobs, body.numpy())
    true = is_cue.bool()
    count = max(1, int(true.sum()))
    sources = functional.cross_entropy(read.sources, spans, reduction="none")
    judged = functional.binary_cross_entropy_with_logits(read.verdict, is_cue, reduction="sum")
    return {
        "content": weights.content * (crf.loss(read.content, inside, body) * true).sum() / count,
        "source": weights.source * (sources * known).sum() / count,
        "judge": weights.judge * judged / count,
    }


def _targets(
    stretches: Sequence[Stretch], jobs: list[Job], seen: NDArray[np.bool_]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Is it a cue [jobs]; content [jobs, SPAN]; index of the source span [jobs]; is that index of use [jobs].

    `seen` [jobs, SPAN]: what lies beyond is not asked for.
    """
    ordered = sorted(jobs, key=lambda j: j.stretch)
    inside = np.zeros((len(jobs), SPAN), np.bool_)
    spans = np.full(len(jobs), SPAN * LONGEST_SOURCE)
    known = np.zeros(len(jobs), np.float32)
    for k, job in enumerate(ordered):
        if job.target is None:
            continue
        stretch = stretches[job.stretch]
        shift = LEFT - job.cue[0] - stretch.start
        content = job.target.content + shift
        inside[k, content[(content >= 0) & (content < SPAN)]] = True
        if job.target.source is None:
            known[k] = 1
            continue
        a, b = job.target.source[0] + shift, job.target.source[1] - 1 + shift
        whole = stretch.start <= job.target.source[0] and job.target.source[1] <= stretch.start + len(stretch)
        if whole and a >= 0 and b < SPAN and b - a < LONGEST_SOURCE and seen[k, a] and seen[k, b]:
            spans[k], known[k] = a * LONGEST_SOURCE + b - a, 1
    is_cue = torch.tensor([float(j.target is not None) for j in ordered])
    return is_cue, torch.from_numpy(inside & seen), torch.from_numpy(spans), torch.from_numpy(known)
