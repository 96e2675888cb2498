"""What a large reader makes of articles, kept so that small ones can learn from it (Hinton et al. 2015).

    python -m training.lessons OUT.pt LARGE.pt [--data FOLDER]

The large one reads each article once; a small one then learns its scores of cues, contents and sources beside the
marks (`training.train_reader --lessons OUT.pt`). Takes a third of an epoch of the large one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from onrecord.attributions.finding import Settings, tag
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import tokenize
from training.batches import Around, Stretch
from training.corpus import data_folder, read_brat
from training.evaluate import TorchNetworks, read_model
from training.imitation import share_lost
from training.reader_net import CueReader, Reader, size_of

_WEIGHT = 3.0
"""How much each of the losses counts, against the marks' (`train_reader._BESIDE_LESSONS`)."""


class Lessons:
    """What a large reader gives for the tokens of articles, by their names, and its cue reader."""

    def __init__(self, reader: CueReader, given: dict[str, tuple[Tensor, Tensor]]) -> None:
        self.reader = reader.to(torch.bfloat16).requires_grad_(False).eval()
        self.given = given
        """Scores [tokens, 6] and vectors [tokens, narrow] of each article."""

    def tagged(self, stretches: Sequence[Stretch], scores: Tensor) -> dict[str, Tensor]:
        """The loss of the tagger's scores [windows of all stretches, tokens, 6]."""
        found, wanted, at = [], [], 0
        for s in stretches:
            rows = slice(at, at + len(s.windows.starts))
            at = rows.stop
            there = torch.from_numpy(s.windows.starts[:, None] + np.arange(s.windows.size) + s.start)
            found.append(scores[rows, 1 : 1 + s.windows.size].flatten(0, 1))
            wanted.append(self.given[s.example.name][0][there].flatten(0, 1))
        return {"tagged": _WEIGHT * share_lost(torch.cat(found), torch.cat(wanted))}

    def read(self, stretches: Sequence[Stretch], near: Around, read: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """The losses of what the cue reader gives."""
        vectors = [self.given[s.example.name][1][s.start : s.start + len(s)] for s in stretches]
        with torch.no_grad():
            wanted = near.read(self.reader, torch.cat(vectors))
            sources = near.source_scores(wanted).softmax(1)
        seen = near.present.bool()
        unlike = -(sources * near.source_scores(read).log_softmax(1)).sum(1).mean()
        return {
            "contents": _WEIGHT * share_lost(read[0][seen], wanted[0][seen]),
            "sources": _WEIGHT * unlike,
            "verdicts": _WEIGHT * share_lost(read[3][:, 1:], wanted[3][:, 1:]),
        }


def read_lessons(path: Path) -> Lessons:
    """Lessons that `main` wrote."""
    saved = torch.load(path, weights_only=True)
    narrow = len(saved["reader"]["norm.weight"])
    reader = CueReader(size_of(narrow), dropout=0.0)
    reader.load_state_dict(saved["reader"])
    return Lessons(reader, saved["given"])


def learn(model: Reader, texts: dict[str, str]) -> Lessons:
    """What `model` makes of texts, by their names."""
    networks, tokenizer, given = TorchNetworks(model), open_tokenizer(), {}
    for name, text in texts.items():
        tagged = tag(tokenize(text, tokenizer), networks, Settings())
        scores = tagged.scores[tagged.windows.row, tagged.windows.column]
        given[name] = (torch.from_numpy(scores), torch.from_numpy(tagged.vectors).to(torch.bfloat16))
    return Lessons(model.reader, given)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--data", type=Path, default=data_folder() / "polnear/train")
    args = parser.parse_args()
    lessons = learn(read_model(args.large), {a.name: a.text for a in read_brat(args.data)})
    torch.save({"given": lessons.given, "reader": lessons.reader.state_dict()}, args.out)
    print(f"{len(lessons.given)} articles read")


if __name__ == "__main__":
    main()
