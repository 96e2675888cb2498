"""The reading as JSON: the contract that `onrecord read --to jsonl` prints, and its way back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from onrecord import __version__
from onrecord.exports.entries import Entry, Piece
from onrecord.model import (
    Attribution,
    Block,
    Certainty,
    Difference,
    Dispute,
    HeadlineCheck,
    Reading,
    Report,
    Said,
    Span,
    Spans,
    Time,
    Voice,
)

Json = dict[str, Any]


def to_json(reading: Reading) -> Json:
    """The reading as plain dictionaries and lists, ready for `json.dumps`; spans are [start, end]."""
    record: Json = {"onrecord": __version__, "report": _plain(reading.report)}
    for part in ("attributions", "voices", "times", "certainties", "disputes"):
        record[part] = [_plain(row) for row in getattr(reading, part) or ()]
    record["headline"] = _plain(reading.headline)
    record["sentence_checks"] = [_plain(check) for check in reading.sentence_checks]
    record["notes"] = list(reading.notes)
    return record


def _plain(value: Any) -> Any:
    """What `dataclasses.asdict` gives, without copies of what cannot change: a quarter of the time."""
    if isinstance(value, tuple):
        return value if isinstance(value, Span) else tuple(map(_plain, value))
    names = _names(value.__class__)
    return {name: _plain(getattr(value, name)) for name in names} if names else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a row; none of anything else."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def dumps(reading: Reading) -> str:
    """One line of JSON Lines, without the line break. Lone surrogates are escaped, so it always encodes."""
    line = json.dumps(to_json(reading), ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(to_json(reading), ensure_ascii=True)
    return line


def jsonl_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `readings.jsonl`; `reviews` tells the state of the rows that somebody looked at, `trail` who did."""
    for entry in entries:
        reviewed = {"reviews": dict(entry.reviews), "trail": [change._asdict() for change in entry.trail]}
        record = {**to_json(entry.reading), **reviewed}
        yield Piece("readings.jsonl", (json.dumps(record) + "\n").encode())


def from_json(record: Mapping[str, Any]) -> Reading:
    """The reading that `to_json` wrote. Raises KeyError or TypeError if the record is not one."""
    report = dict(record["report"])
    report["blocks"] = tuple(Block(**block) for block in report["blocks"])
    return Reading(
        report=Report(**report),
        attributions=tuple(_attribution(row) for row in record["attributions"]),
        voices=tuple(_voice(row) for row in record["voices"]),
        times=tuple(Time(**row) for row in record["times"]),
        certainties=tuple(_certainty(row) for row in record["certainties"]),
        disputes=tuple(_dispute(row) for row in record["disputes"]),
        headline=_check(record["headline"]) if record["headline"] else None,
        sentence_checks=tuple(_check(row) for row in record.get("sentence_checks", ())),
        notes=tuple(record.get("notes", ())),
    )


def _spans(pairs: list[list[int]]) -> Spans:
    return tuple(Span(*pair) for pair in pairs)


def _attribution(row: Json) -> Attribution:
    spans = {role: _spans(row[role]) for role in ("source", "cue", "content")}
    said = Said(**row["said"]) if row["said"] else None
    return Attribution(**{**row, **spans, "said": said})


def _voice(row: Json) -> Voice:
    return Voice(**{**row, "roles": tuple(row["roles"]), "mentions": _spans(row["mentions"])})


def _certainty(row: Json) -> Certainty:
    return Certainty(**{**row, "notes": tuple(row["notes"])})


def _end(value: str | list[int]) -> str | Span:
    return value if isinstance(value, str) else Span(*value)


def _dispute(row: Json) -> Dispute:
    ends = {"claim": _end(row["claim"]), "denial": _end(row["denial"]), "cue": Span(*row["cue"])}
    return Dispute(**{**row, **ends})


def _check(row: Json) -> HeadlineCheck:
    differences = tuple(
        Difference(d["what"], Span(*d["headline"]), Span(*d["body"])) for d in row["differences"]
    )
    return HeadlineCheck(
        **{
            **row,
            "checked": Span(*row["checked"]),
            "rests_on": tuple(row["rests_on"]),
            "differences": differences,
        }
    )
