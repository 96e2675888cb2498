"""What a large reader makes of articles, kept so that small ones can learn from it (Hinton et al. 2015).

    python -m training.lessons OUT.pt LARGE.pt [--data FOLDER] [--texts FILE.jsonl ...]

The large one reads each article once; a small one then learns its scores of cues, contents and sources beside the
marks (`training.train_reader --lessons OUT.pt`). Of texts that nobody has marked it learns the attributions that the
large one found as well. Takes a third of an epoch of the large one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from onrecord.attributions.finding import Settings, find_tagged, tag
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import tokenize
from training.batches import Around, Read, Stretch
from training.corpus import Article, Gold, data_folder, read_brat
from training.evaluate import TorchNetworks, as_spans, read_model
from training.imitation import share_lost
from training.reader_net import CueReader, Reader, size_of

_WEIGHT = 3.0
"""How much each of the losses counts, against the marks' (`train_reader._BESIDE_LESSONS`)."""


class Lessons:
    """What a large reader gives for the tokens of articles, by their names, and its cue reader."""

    def __init__(
        self, reader: CueReader, given: dict[str, tuple[Tensor, Tensor]], articles: Sequence[Article]
    ) -> None:
        self.reader = reader.to(torch.bfloat16).requires_grad_(False).eval()
        self.given = given
        """Scores [tokens, 6] and vectors [tokens, narrow] of each article."""
        self.articles = articles
        """The texts that nobody has marked, with the outermost attributions that the large reader found."""

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

    def read(self, stretches: Sequence[Stretch], near: Around, read: Read) -> dict[str, Tensor]:
        """The losses of what the cue reader gives."""
        vectors = [self.given[s.example.name][1][s.start : s.start + len(s)] for s in stretches]
        with torch.no_grad():
            wanted = near.read(self.reader, torch.cat(vectors))
        seen = near.present.bool()
        unlike = -(wanted.sources.softmax(1) * read.sources.log_softmax(1)).sum(1).mean()
        return {
            "contents": _WEIGHT * share_lost(read.content[seen], wanted.content[seen]),
            "sources": _WEIGHT * unlike,
            "verdicts": _WEIGHT * share_lost(read.verdict[:, None], wanted.verdict[:, None]),
        }


def read_lessons(path: Path) -> Lessons:
    """Lessons that `main` wrote."""
    saved = torch.load(path, weights_only=True)
    narrow = len(saved["reader"]["norm.weight"])
    reader = CueReader(size_of(narrow), dropout=0.0)
    reader.load_state_dict(saved["reader"])
    articles = [
        Article(name, text, tuple(Gold(source, cue, content) for source, cue, content in golds))
        for name, text, golds in saved["articles"]
    ]
    return Lessons(reader, saved["given"], articles)


def texts_of(paths: Sequence[Path]) -> list[Article]:
    """Texts of JSON Lines files, `text` in each line, as articles without marks; none comes twice."""
    lines = [x for p in paths for x in p.read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(json.loads(line)["text"] for line in lines)
    return [Article(f"text {n}", text, ()) for n, text in enumerate(texts)]


def learn(model: Reader, marked: Sequence[Article], unmarked: Sequence[Article]) -> Lessons:
    """What `model` makes of articles."""
    networks, settings, given, read = TorchNetworks(model), Settings(), {}, []
    for number, article in enumerate((*marked, *unmarked)):
        tagged = tag(tokenize(article.text, open_tokenizer()), networks, settings)
        scores = tagged.scores[tagged.windows.row, tagged.windows.column]
        given[article.name] = (torch.from_numpy(scores), torch.from_numpy(tagged.vectors).to(torch.bfloat16))
        if number >= len(marked):
            (found,) = find_tagged([tagged], networks, settings)
            golds = tuple(Gold(*as_spans(tagged.tokens, x)) for x in found if not x.inner)
            read.append(replace(article, golds=golds))
    return Lessons(model.reader, given, read)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--data", type=Path, default=data_folder() / "polnear/train")
    parser.add_argument(
        "--texts", type=Path, nargs="*", default=[], help="further texts: JSON Lines with `text`"
    )
    args = parser.parse_args()
    lessons = learn(read_model(args.large), read_brat(args.data), texts_of(args.texts))
    articles = [(a.name, a.text, [(g.source, g.cue, g.content) for g in a.golds]) for a in lessons.articles]
    saved = {"given": lessons.given, "reader": lessons.reader.state_dict(), "articles": articles}
    torch.save(saved, args.out)
    print(f"{len(lessons.given)} articles read")


if __name__ == "__main__":
    main()
