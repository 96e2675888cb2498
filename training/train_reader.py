"""Trains the attribution reader.

    python -m training.train_reader OUT_FOLDER [--epochs 8] [--seed 1] [--data FOLDER] [--dev FOLDER]

A corpus folder holds `text/DOC.txt` and `attributions/DOC_ANNOTATOR.ann` (brat standoff). After each epoch a checkpoint
goes to OUT_FOLDER and the development articles are scored; the same command again goes on from the last checkpoint.
The same seed and threads give the same weights.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from onrecord.encoder.files import open_tokenizer
from training.batches import Weights, batch_losses, draw
from training.corpus import OWN_LAYERS, Article, data_folder, read_brat, with_layers
from training.evaluate import read_model, score_articles
from training.examples import Example, curled, make_example, straightened
from training.imitation import imitation_losses
from training.lessons import read_lessons
from training.reader_net import Reader, build, build_large, checkpoint
from training.wrapping import wrapped

_BESIDE_LESSONS = Weights(cue=0.5, any_cue=0.5, content=0.5, source=0.5, judge=0.5)
"""How much the marks count where a large reader teaches too."""


def arguments() -> argparse.Namespace:
    """The command line's arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=4, help="articles a step")
    parser.add_argument(
        "--rate", type=float, default=1e-4, help="learning rate of the top layer of the encoder"
    )
    parser.add_argument("--head-rate", type=float, default=6e-4)
    parser.add_argument(
        "--decay", type=float, default=0.85, help="factor on the rate from a layer to the one below"
    )
    parser.add_argument("--data", type=Path, default=data_folder() / "polnear/train")
    parser.add_argument("--dev", type=Path, default=data_folder() / "polnear/dev")
    parser.add_argument(
        "--layers-files",
        type=Path,
        nargs="*",
        default=[data_folder() / "gold/layers_train.jsonl", OWN_LAYERS],
        help="inner attributions, one article a line",
    )
    parser.add_argument(
        "--repeat-best", type=int, default=1, help="how often articles of the first of these files come"
    )
    parser.add_argument("--score-from", type=int, default=2, help="first epoch that is scored")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--wrap", type=float, default=0.35, help="share of articles with made-up hearsay")
    parser.add_argument("--start", type=Path, help="reader.pt of an earlier run to start from")
    parser.add_argument(
        "--mpnet",
        type=Path,
        help="folder of all-mpnet-base-v2: train a large reader on its first nine layers",
    )
    parser.add_argument(
        "--teacher", type=Path, help="reader.pt to imitate; --start is what training.narrowing made of it"
    )
    parser.add_argument(
        "--lessons", type=Path, help="what training.lessons kept of a large reader; wants --wrap 0"
    )
    args = parser.parse_args()
    if args.lessons and args.wrap:
        parser.error("--lessons were given for the texts as they are: add --wrap 0")
    return args


def parameter_groups(
    named: dict[str, nn.Parameter], depth: int, args: argparse.Namespace
) -> list[dict[str, Any]]:
    """Layers near the words learn slower, new parts faster; norms and biases do not decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in named.items():
        rate = args.head_rate
        if name.startswith("tagger.encoder.blocks."):
            rate = args.rate * args.decay ** (depth - 1 - int(name.split(".")[3]))
        elif name.startswith("tagger.encoder"):
            rate = args.rate * args.decay**depth
        elif name == "tagger.mix":
            rate = 10 * args.head_rate
        groups.setdefault((rate, 0.01 if parameter.ndim > 1 else 0.0), []).append(parameter)
    return [{"params": p, "lr": r, "weight_decay": d, "top": r} for (r, d), p in groups.items()]


def variant(article: Article, random: np.random.Generator, wrap: float) -> Example:
    """An article as it is drawn for one step: at times with hearsay made of it, at times with other quotation marks."""
    if random.random() < wrap:
        article = wrapped(article, random, share=0.15)
    style = random.choice(3, p=(0.65, 0.2, 0.15))
    text = (article.text, straightened(article.text), curled(article.text))[style]
    return make_example(article, open_tokenizer(), text)


def untrained(args: argparse.Namespace) -> Reader:
    """The reader to start from."""
    if args.start:
        return read_model(args.start)
    return build_large(args.mpnet) if args.mpnet else build()


class Masters:
    """The weights in float32. The network itself works in bfloat16, about four times as fast on recent processors."""

    def __init__(self, model: nn.Module) -> None:
        self.named = {
            name: nn.Parameter(p.detach().clone().float())
            for name, p in model.named_parameters()
            if p.requires_grad
        }

    def load(self, saved: dict[str, torch.Tensor]) -> None:
        """Take up saved weights."""
        for name, value in saved.items():
            self.named[name].data.copy_(value)

    @torch.no_grad()
    def lend(self, model: nn.Module) -> None:
        """Copy the weights into the network."""
        for name, p in model.named_parameters():
            if name in self.named:
                p.copy_(self.named[name])

    def step(self, optimizer: torch.optim.Optimizer, model: nn.Module) -> None:
        """One step with the network's gradients, which are cleared."""
        for name, p in model.named_parameters():
            if name in self.named:
                self.named[name].grad = None if p.grad is None else p.grad.float()
                p.grad = None
        nn.utils.clip_grad_norm_(self.named.values(), 5.0)
        optimizer.step()
        self.lend(model)


class Average:
    """A running average of the weights, which scores better than the weights themselves."""

    def __init__(self, named: dict[str, nn.Parameter], keep: float) -> None:
        self.keep = keep
        self.state = {name: value.detach().clone() for name, value in named.items()}

    @torch.no_grad()
    def update(self, named: dict[str, nn.Parameter], step: int) -> None:
        """Move towards the weights after a step; faster in the first steps."""
        keep = min(self.keep, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(self.state.values()), list(named.values()), 1 - keep)


class Training:
    """The state of a run: weights, their average, the optimiser, and the epochs done."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.model = untrained(args)
        self.teacher = read_model(args.teacher) if args.teacher else None
        self.lessons = read_lessons(args.lessons) if args.lessons else None
        self.weights = _BESIDE_LESSONS if args.lessons else Weights()
        if self.teacher:
            self.teacher.to(torch.bfloat16).requires_grad_(False)
        # The word table stays as pretrained: most of its rows are never seen here.
        self.model.tagger.encoder.embeddings.word.weight.requires_grad_(False)
        self.masters = Masters(self.model)
        self.average = Average(self.masters.named, 0.998)
        groups = parameter_groups(self.masters.named, len(self.model.tagger.encoder.blocks), args)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
        self.epoch = 0
        if self._checkpoint.exists():
            saved = torch.load(self._checkpoint, weights_only=True)
            self.masters.load(saved["masters"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.average.state, self.epoch = saved["average"], saved["epoch"]
        self.model.to(torch.bfloat16)
        self.masters.lend(self.model)

    @property
    def _checkpoint(self) -> Path:
        path: Path = self.args.out / "checkpoint.pt"
        return path

    def run_epoch(self, articles: list[Article]) -> None:
        """One pass over the articles."""
        args, began, sums = self.args, time.time(), Counter[str]()
        random = np.random.default_rng([args.seed, self.epoch])
        torch.manual_seed(args.seed * 1000 + self.epoch)
        order = random.permutation(len(articles))
        steps = -(-len(order) // args.batch)
        # Dropout keeps from learning marks by heart; what a teacher gives to any text is to be met as it is.
        self.model.train(self.teacher is None)
        for step in range(steps):
            done = self.epoch * steps + step
            set_rates(self.optimizer, done / (steps * args.epochs))
            chosen = [draw(variant(articles[i], random, args.wrap), random) for i in order[step::steps]]
            if self.teacher:
                losses = imitation_losses(self.model, self.teacher, chosen, random)
            else:
                losses = batch_losses(self.model, chosen, random, self.weights, self.lessons)
            torch.autograd.backward(torch.stack(list(losses.values())).sum())
            self.masters.step(self.optimizer, self.model)
            self.average.update(self.masters.named, done)
            sums.update({name: float(value.detach()) for name, value in losses.items()})
            if step % 20 == 19:
                means = " ".join(f"{k} {v / (step + 1):.3f}" for k, v in sums.items())
                passed = time.time() - began
                print(f"epoch {self.epoch + 1} step {step + 1}/{steps} {passed:.0f}s {means}", flush=True)
        self.epoch += 1
        self.save()

    def save(self) -> None:
        """Write the checkpoint to go on from, and the averaged weights."""
        state = {"masters": self.masters.named, "average": self.average.state, "epoch": self.epoch}
        torch.save(state | {"optimizer": self.optimizer.state_dict()}, self._checkpoint)
        trained = checkpoint(self.model, self.average.state)
        torch.save(trained, self.args.out / "reader.pt")
        torch.save(trained, self.args.out / f"reader-{self.epoch}.pt")


def main() -> None:
    """The command line."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    plain = read_brat(args.data)
    articles = with_layers(plain, *args.layers_files)
    best = {a.name for a in with_layers(plain, *args.layers_files[:1]) if a.layered}
    articles += [a for a in articles if a.name in best] * (args.repeat_best - 1)
    dev = read_brat(args.dev) if args.dev.exists() else []
    training = Training(args)
    if training.lessons:
        articles += training.lessons.articles
    while training.epoch < args.epochs:
        training.run_epoch(articles)
        if dev and training.epoch >= args.score_from:
            result = {"epoch": training.epoch, **score_articles(read_model(args.out / "reader.pt"), dev)}
            with (args.out / "scores.jsonl").open("a") as log:
                log.write(json.dumps(result) + "\n")
            print(f"dev {result}", flush=True)


def set_rates(optimizer: torch.optim.Optimizer, done: float) -> None:
    """Up in a twentieth of the time, then down in a straight line to a fiftieth; `done` runs from 0 to 1."""
    factor = done / 0.05 if done < 0.05 else max(0.02, (1 - done) / 0.95)
    for group in optimizer.param_groups:
        group["lr"] = group["top"] * factor


if __name__ == "__main__":
    main()
