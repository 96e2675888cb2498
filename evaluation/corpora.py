"""The door to the data that onrecord is measured on; they live beside the project, never in it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from onrecord.model import Attribution, Block, Reading, Report, Span, Spans, Voice

Split = Literal["train", "dev"]
ROOT = Path(__file__).resolve().parent.parent


class NoData(Exception):
    """The data are not there; the message says where they were looked for."""


def data_folder() -> Path:
    """The folder of the data: `ONRECORD_DATA`, else `../shared/data`. Raises NoData if it is not there."""
    folder = Path(os.environ.get("ONRECORD_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        raise NoData(
            f"no data at {folder}: set ONRECORD_DATA to the folder that holds polnear, gold, times ..."
        )
    return folder


def data_hash(paths: Iterable[Path]) -> str:
    """One sha256 over the names and bytes of files and of all files below folders, in sorted order."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(file.name.encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def polnear_text(doc: str, split: Split) -> str:
    """The exact text of a PolNeAR article, line endings as they are."""
    return (data_folder() / "polnear" / split / "text" / f"{doc}.txt").read_bytes().decode("utf-8")


def plain_report(doc: str, text: str, published: str | None, title: str | None = None) -> Report:
    """A report as `onrecord read` would make it from a record that gives text, title and date."""
    from onrecord.model import Page
    from onrecord.pages import parse

    content = text.encode("utf-8")
    page = Page(
        source=f"{doc}.txt",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="text",
        title=title,
        published=published,
        encoding="utf-8",
    )
    return parse(page)


def layers(split: Split) -> list[dict[str, Any]]:
    """The gold records with voices, chains, disputes, certainties and headline, each with its `text`."""
    lines = (data_folder() / "gold" / f"layers_{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [{**record, "text": polnear_text(record["doc"], split)} for record in map(json.loads, lines)]


def gold_reading(record: dict[str, Any]) -> Reading:
    """A reading that holds a layers record's attributions, chains and voices, to develop later stages on.

    The report is one body block, so that nothing depends on the reading of pages.
    """
    text = record["text"]
    block = Block(0, len(text), "body")
    report = Report(
        id=record["doc"],
        source=f"{record['doc']}.txt",
        text=text,
        blocks=(block,),
        sha256="",
        title=record["title"],
        published=record["published"],
        language="en",
    )
    voices: dict[tuple[str, str], Voice] = {}
    attributions = []
    for row in [*record["attributions"], *record["chains"]]:
        gold = row.get("voice") or {}
        voice_id = None
        if gold and gold["kind"] != "none":
            key = (gold["name"], gold["kind"])
            voice = voices.setdefault(
                key, Voice(f"v{len(voices) + 1}", gold["name"], gold["kind"], made_by="gold")
            )
            voice_id = voice.id
        attributions.append(_gold_attribution(row, voice_id))
    return Reading(report, attributions=tuple(attributions), voices=tuple(voices.values()))


def _gold_attribution(row: dict[str, Any], voice_id: str | None) -> Attribution:
    def spans(role: str) -> Spans:
        return tuple(Span(start, end) for start, end in row[role])

    return Attribution(
        id=row["id"],
        source=spans("source"),
        cue=spans("cue"),
        content=spans("content"),
        quotation="indirect",
        act="say",
        confidence=1.0,
        made_by="gold",
        within=row.get("within"),
        voice=voice_id,
    )
