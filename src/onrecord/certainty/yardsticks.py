"""Yardsticks: what a term means on a body's own scale, and which bodies use which scale.

A yardstick is one TOML file: `name`, `edition`, `source`, and for each term its `forms` and the `low` and `high` of
its band as fractions. `bodies.tsv` beside it names bodies, how their names are matched, and their yardstick.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.certainty.words import DATA, data_text, plain, table
from onrecord.errors import BrokenModel, UsageError
from onrecord.model import Direction, Voice

BODIES = "bodies.tsv"


@dataclass(frozen=True, slots=True)
class Band:
    """What a term stands for: fractions of 1, the ends included unless the yardstick says otherwise."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One body's scale of likelihood."""

    name: str
    edition: str
    source: str
    bands: Mapping[tuple[str, ...], Band]


@dataclass(frozen=True, slots=True)
class Body:
    """A body whose statements are on a yardstick."""

    name: tuple[str, ...]
    whole: bool
    """Whether the voice's name must be this name, not only hold it."""
    yardstick: str


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """All yardsticks by name, and the bodies that use them, longest name first."""

    scales: Mapping[str, Yardstick]
    bodies: tuple[Body, ...]

    def directions(self) -> dict[tuple[str, ...], Direction]:
        """All terms of all yardsticks with the direction that their band tells."""
        return {
            term: _direction(band) for scale in self.scales.values() for term, band in scale.bands.items()
        }

    def of_voice(self, voice: Voice | None, voices: Mapping[str, Voice]) -> Yardstick | None:
        """The yardstick of a voice: its own, or that of the body it speaks for; None if it has none."""
        seen: set[str] = set()
        while voice is not None and voice.id not in seen:
            seen.add(voice.id)
            body = self._body(plain(voice.name))
            if body is not None:
                return self.scales[body.yardstick]
            voice = voices.get(voice.speaks_for) if voice.speaks_for else None
        return None

    def _body(self, name: tuple[str, ...]) -> Body | None:
        name = name[1:] if name[:1] in (("the",), ("a",)) else name
        return next((body for body in self.bodies if _is_body(name, body)), None)

    def foreign(self, term: tuple[str, ...], own: Yardstick) -> list[str]:
        """The names of the other yardsticks that have a term."""
        return sorted(
            scale.name for scale in self.scales.values() if scale.name != own.name and term in scale.bands
        )


def _direction(band: Band) -> Direction:
    middle = (band.low + band.high) / 2
    if band.low <= 0.5 <= band.high and band.high < 1:
        return "possible"
    return "likely" if middle > 0.5 else "unlikely"


def _is_body(name: tuple[str, ...], body: Body) -> bool:
    if body.whole:
        return name == body.name
    size = len(body.name)
    return any(name[i : i + size] == body.name for i in range(len(name) - size + 1))


def load_yardsticks(folder: Path | None = None) -> Yardsticks:
    """The yardsticks of the package, with those of a user's folder added.

    A user's yardstick takes the place of one of the same name; a user's bodies come first. Raises UsageError if a
    user's file cannot be read, BrokenModel if one of the package cannot.
    """
    scales: dict[str, Yardstick] = {}
    for file in sorted((DATA / "yardsticks").iterdir(), key=lambda path: path.name):
        scale = _read_scale(file.name, file.read_text(encoding="utf-8"), BrokenModel)
        scales[scale.name] = scale
    bodies = _read_bodies(BODIES, data_text(BODIES))
    if folder is not None:
        scales.update((scale.name, scale) for scale in _user_scales(folder))
        if (folder / BODIES).is_file():
            bodies = [*_user_bodies(folder / BODIES), *bodies]
    unknown = sorted({body.yardstick for body in bodies} - scales.keys())
    if unknown:
        raise UsageError(
            f"{BODIES} names yardsticks that no file defines: {', '.join(unknown)}. Add them or correct it."
        )
    return Yardsticks(scales, tuple(bodies))


def _user_scales(folder: Path) -> Iterable[Yardstick]:
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder; give the folder that holds your yardsticks (*.toml) and {BODIES}."
        )
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read as UTF-8 text: {error}.") from error
        yield _read_scale(str(path), text, UsageError)


def _user_bodies(path: Path) -> list[Body]:
    try:
        return _read_bodies(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BrokenModel) as error:
        raise UsageError(
            f"{path} cannot be read: {error} It needs rows of body, match and yardstick."
        ) from error


def _read_scale(name: str, text: str, failure: type[BrokenModel] | type[UsageError]) -> Yardstick:
    try:
        content = tomllib.loads(text)
        bands = {plain(form): _band(term) for term in content["term"] for form in term["forms"]}
        if () in bands:
            raise ValueError("a form without words")
        return Yardstick(str(content["name"]), str(content["edition"]), str(content["source"]), bands)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise failure(
            f"The yardstick {name} is not as docs/certainty.md describes it: {error!r}. Correct it."
        ) from error


def _band(term: Mapping[str, Any]) -> Band:
    low, high = float(term["low"]), float(term["high"])
    if not 0 <= low <= high <= 1:
        raise ValueError(f"the band of {term['forms']} is not within 0 and 1")
    return Band(low, high)


def _read_bodies(name: str, text: str) -> list[Body]:
    bodies = []
    for body, match, yardstick in table(text, 3, name):
        if match not in ("whole", "part"):
            raise BrokenModel(f"{name}: the match of {body!r} must be whole or part, not {match!r}.")
        bodies.append(Body(plain(body), match == "whole", yardstick))
    return sorted(bodies, key=lambda body: -len(body.name))
