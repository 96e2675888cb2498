"""Weight files: found, checked against their recorded hash, and opened."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import onnxruntime as ort
from tokenizers import Tokenizer

from onrecord.errors import BrokenModel

WEIGHTS = Path(__file__).resolve().parent / "weights"
CHECKSUMS = "checksums.json"


def checked(folder: Path, name: str) -> Path:
    """The path of a weight file whose bytes are the ones recorded in `checksums.json` beside it.

    Raises BrokenModel if the file or its hash is missing, or if the two disagree.
    """
    path = folder / name
    advice = "Install onrecord again, or export the weights anew (training/README.md)."
    try:
        wanted = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))[name]
    except (OSError, ValueError, KeyError) as error:
        raise BrokenModel(f"{folder / CHECKSUMS} does not tell the hash of {name}. {advice}") from error
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BrokenModel(f"The weight file {path} cannot be read ({error.strerror}). {advice}") from error
    if found != wanted:
        raise BrokenModel(f"The weight file {path} is damaged: its sha256 is {found}, not {wanted}. {advice}")
    return path


def open_session(path: Path, threads: int) -> ort.InferenceSession:
    """An inference session on the processor with `threads` threads; BrokenModel if the graph cannot be opened."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle worker threads sleep instead of spinning: words per processor second count, not only wall time.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Batches differ in shape: without this the arena keeps a copy for each shape it has seen.
    options.enable_mem_pattern = False
    try:
        # The fused norm is several times slower than the two operators that it replaces.
        return ort.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except Exception as error:  # ONNX Runtime's own exceptions share no public base class
        raise BrokenModel(f"ONNX Runtime cannot open {path}: {error}") from error


@cache
def open_tokenizer(folder: Path = WEIGHTS) -> Tokenizer:
    """The word-piece tokenizer, without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(checked(folder, "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
