"""Writes the voices stage's first names, surnames and nicknames from three permissive packages.

    python -m training.voices.build_names

first_names.tsv   name <tab> m|f|b   the 1990 US Census lists (public domain, from the package `names`), and the
                                     Latin-script locales of Faker (MIT) for names from elsewhere
surnames.txt      the 3,000 commonest surnames of the same census
nicknames.tsv     name <tab> nickname, from the package `nicknames` (Apache-2.0)

Needs `pip install names Faker nicknames` (training only; the product reads the files).
"""

from __future__ import annotations

import csv
import importlib
import importlib.resources
import pkgutil
import unicodedata
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "src" / "onrecord" / "voices" / "data"
COMMON_FIRST = 0.004
"""Share of the population (per cent) under which a census first name is left out."""
ONE_SIDED = 4.0
"""A census name is male or female if it is this many times commoner with one sex."""


def plain(name: str) -> str:
    """The name in ASCII lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def census(kind: str) -> dict[str, float]:
    """Name -> share of the population in per cent."""
    text = importlib.resources.files("names").joinpath(f"dist.{kind}").read_text()
    return {row.split()[0].casefold(): float(row.split()[1]) for row in text.splitlines()}


def first_names() -> dict[str, str]:
    """Name -> m, f or b (both)."""
    male, female = census("male.first"), census("female.first")
    sex: dict[str, str] = {}
    for name in male.keys() | female.keys():
        m, f = male.get(name, 0.0), female.get(name, 0.0)
        if max(m, f) >= COMMON_FIRST:
            sex[name] = "m" if m > ONE_SIDED * f else "f" if f > ONE_SIDED * m else "b"
    votes: dict[str, set[str]] = defaultdict(set)
    from faker.providers import person

    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for letter, attribute in (("m", "first_names_male"), ("f", "first_names_female")):
            for given in getattr(provider, attribute, ()):
                name = plain(given)
                if name.isascii() and name.isalpha() and len(name) > 2:
                    votes[name].add(letter)
    for name, seen in votes.items():
        sex.setdefault(name, "b" if len(seen) > 1 else next(iter(seen)))
    return sex


def write(name: str, comment: str, rows: list[str]) -> None:
    """One data file, its source in the first line."""
    (OUT / name).write_text(f"# {comment}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    print(name, len(rows))


def main() -> None:
    """Write the three files."""
    sexes = first_names()
    write(
        "first_names.tsv",
        "US Census 1990 (public domain) and Faker locales (MIT); training/voices/build_names.py",
        [f"{name}\t{sex}" for name, sex in sorted(sexes.items())],
    )
    last = sorted(census("all.last").items(), key=lambda item: (-item[1], item[0]))[:3000]
    write(
        "surnames.txt",
        "the 3,000 commonest surnames, US Census 1990 (public domain); training/voices/build_names.py",
        sorted(name for name, _ in last),
    )
    with importlib.resources.files("nicknames").joinpath("names.csv").open(encoding="utf-8") as handle:
        pairs = sorted({(row["name1"], row["name2"]) for row in csv.DictReader(handle)})
    write(
        "nicknames.tsv",
        "name and nickname, package nicknames (Apache-2.0); training/voices/build_names.py",
        [f"{name}\t{nick}" for name, nick in pairs],
    )


if __name__ == "__main__":
    main()
