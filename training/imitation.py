"""A narrowed reader learns to give what a larger one gives (Hinton et al. 2015), layer by layer (Sun et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from training.batches import Stretch, around, find_jobs, stack
from training.reader_net import Reader

_WEIGHTS = {"layers": 1.0, "scores": 3.0, "vectors": 1.0}
"""How much each loss counts; those of the cue reader count one."""
_CUES = 64
"""Cues of a batch that are read: all of them would take as long as the encoder."""


def imitation_losses(
    model: Reader, teacher: Reader, stretches: Sequence[Stretch], random: np.random.Generator
) -> dict[str, Tensor]:
    """How far what a reader gives is from what its teacher gives, squared, in shares of what the latter varies.

    Compared are the encoder's layers, the tagger's scores and vectors, and what the cue reader gives for cues, marked
    ones and those that the teacher finds.
    """
    data = stack(stretches, random)
    given = (data["ids"], data["features"], data["mask"])
    there = data["mask"].bool()
    with torch.no_grad():
        goals = teacher.tagger.layers(*given)
        scores, vectors = teacher.tagger.ends(goals)
    found = model.tagger.layers(*given)
    own_scores, own_vectors = model.tagger.ends(found)
    between = [share_lost(f[there], g[there]) for f, g in zip(found[1:], goals[1:], strict=True)]
    losses = {
        "layers": torch.stack(between).mean(),
        "scores": share_lost(own_scores[there], scores[there]),
        "vectors": share_lost(own_vectors[there], vectors[there]),
    }
    jobs = find_jobs(stretches, scores.float().numpy(), random)
    if jobs:
        chosen = random.permutation(len(jobs))[:_CUES]
        near = around(stretches, [jobs[i] for i in chosen])
        with torch.no_grad():
            *wanted, verdicts = near.put_to(teacher.reader, vectors[near.row, near.column])
        *read, own_verdicts = near.put_to(model.reader, own_vectors[near.row, near.column])
        seen = near.present.bool()
        for name, f, g in zip(("content", "source", "pair"), read, wanted, strict=True):
            losses[name] = share_lost(f[seen], g[seen])
        losses["verdict"] = share_lost(own_verdicts, verdicts)
    return {name: _WEIGHTS.get(name, 1.0) * loss for name, loss in losses.items()}


def share_lost(found: Tensor, wanted: Tensor) -> Tensor:
    """The share of the variance of `wanted` [tokens, width] that `found` misses."""
    found, wanted = found.float(), wanted.float()
    return (found - wanted).square().mean() / wanted.var(0).mean().clamp_min(1e-6)
