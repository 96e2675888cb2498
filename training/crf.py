"""A chain with two states, outside and inside, whose steps are scored by the tokens themselves.

Each token has three scores: for lying inside a span, for being a span's first token, for being its last. Any set of
spans then has a score, and the sum over all sets is a product of two-by-two matrices (Lafferty et al. 2001; taken as a
tree here, so that 200 tokens cost eight steps instead of 200).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

FORBIDDEN = -1e4
_FORCED = 30.0


def log_partition(scores: Tensor) -> Tensor:
    """scores [rows, tokens, 3] (inside, first, last) -> log of the sum over all sets of spans [rows]."""
    inside, first, last = scores.float().unbind(-1)
    zero = torch.zeros_like(inside)
    leave = functional.pad(last[:, :-1], (1, 0))
    steps = torch.stack([torch.stack([zero, first + inside], -1), torch.stack([leave, inside], -1)], -2)
    nothing = torch.full_like(last[:, -1], FORBIDDEN)
    final = torch.stack(
        [torch.stack([zero[:, 0], nothing], -1), torch.stack([last[:, -1], nothing], -1)], -2
    ).unsqueeze(1)
    steps = torch.cat([steps, final], 1)
    same = torch.tensor([[0.0, FORBIDDEN], [FORBIDDEN, 0.0]]).expand(len(steps), 1, 2, 2)
    while steps.shape[1] > 1:
        if steps.shape[1] % 2:
            steps = torch.cat([steps, same], 1)
        left, right = steps[:, ::2], steps[:, 1::2]
        steps = torch.logaddexp(left[..., :1] + right[..., :1, :], left[..., 1:] + right[..., 1:, :])
    return steps[:, 0, 0, 0]


def gold_score(scores: Tensor, inside: Tensor) -> Tensor:
    """Score of one set of spans, given as inside [rows, tokens] of booleans -> [rows]."""
    before = functional.pad(inside[:, :-1], (1, 0))
    after = functional.pad(inside[:, 1:], (0, 1))
    chosen = torch.stack([inside, inside & ~before, inside & ~after], -1)
    return (scores.float() * chosen).sum((1, 2))


def loss(scores: Tensor, inside: Tensor, present: Tensor) -> Tensor:
    """Negative log-likelihood [rows] of the spans; tokens that are not present can lie in none."""
    scores = forbid(scores, ~present)
    return log_partition(scores) - gold_score(scores, inside & present)


def partial_loss(scores: Tensor, inside: Tensor, present: Tensor, unknown: Tensor) -> Tensor:
    """The same where some tokens are `unknown`: the likelihood of all sets that agree with the rest."""
    scores = forbid(scores, ~present)
    known = forbid(scores, ~inside & ~unknown)
    forced = inside & present
    known = torch.cat([known[..., :1] + _FORCED * forced[..., None], known[..., 1:]], -1)
    return log_partition(scores) - log_partition(known) + _FORCED * forced.sum(1)


def forbid(scores: Tensor, where: Tensor) -> Tensor:
    """No span may hold a token of `where` [rows, tokens]."""
    inside = scores[..., :1].float().masked_fill(where[..., None], FORBIDDEN)
    return torch.cat([inside, scores[..., 1:].float()], -1)
