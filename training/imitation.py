"""Makes a reader shorter: a tagger with fewer layers learns to give what a longer one gives (Hinton et al. 2015).

The cue reader behind it stays as it is, since the vectors that it reads stay nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from training.batches import Stretch, stack
from training.reader_net import Reader


def first_layers(teacher: Reader, layers: int) -> dict[str, Tensor]:
    """The teacher's weights without the encoder's layers beyond the first `layers`; the mix is of what is left."""
    gone = tuple(f"tagger.encoder.blocks.{n}." for n in range(layers, len(teacher.tagger.encoder.blocks)))
    state = {name: value for name, value in teacher.state_dict().items() if not name.startswith(gone)}
    state["tagger.mix"] = state["tagger.mix"][: layers + 1]
    return state


def imitation_losses(
    model: Reader, teacher: Reader, stretches: Sequence[Stretch], random: np.random.Generator
) -> dict[str, Tensor]:
    """How far the tagger's scores and vectors are from the teacher's, squared, in shares of what these vary."""
    data = stack(stretches, random, drop_case=0.05)
    given = (data["ids"], data["features"], data["mask"])
    present = data["mask"].bool()
    with torch.no_grad():
        wanted = [x[present].float() for x in teacher.tagger(*given)]
    found = [x[present].float() for x in model.tagger(*given)]
    return {
        name: (f - w).square().mean() / w.var(0).mean()
        for name, f, w in zip(("scores", "vectors"), found, wanted, strict=True)
    }
