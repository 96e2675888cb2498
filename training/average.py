"""Averages the weights of several checkpoints of one line of training: `python -m training.average OUT FILE FILE ...`.

The average often reads better than each ("model soups", Wortsman et al. 2022): here it keeps what the start knew and
the end had begun to forget.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch


def average(checkpoints: Sequence[Path], out: Path) -> None:
    """Write to `out` a checkpoint with the mean of the weights of `checkpoints`, which must have one shape."""
    saved = [torch.load(path, weights_only=True) for path in checkpoints]
    states = [one["state"] for one in saved]
    mean = {name: sum(state[name].float() for state in states) / len(states) for name in states[0]}
    torch.save({**saved[0], "state": mean}, out)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()
    average(args.checkpoints, args.out)


if __name__ == "__main__":
    main()
