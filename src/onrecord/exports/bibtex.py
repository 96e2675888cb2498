"""BibTeX entries for citing the reports (biblatex's @online, understood by CSL tools)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from onrecord.exports.entries import Entry, Piece, file_stem

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "^": r"\textasciicircum{}",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "%": r"\%",
        "\n": " ",
        "\r": " ",
    }
)


def bibtex_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `reports.bib`, an entry a report, keyed by the report's id."""
    for entry in entries:
        yield Piece("reports.bib", (bibtex_entry(entry) + "\n").encode("utf-8", "backslashreplace"))


def bibtex_entry(entry: Entry) -> str:
    """The entry of one report; fields that are not known are left out."""
    report = entry.reading.report
    fields = {
        "title": report.title,
        "author": _authors(report.byline),
        "organization": report.publisher,
        "date": report.published,
        "url": report.url,
        "urldate": report.fetched[:10] if report.fetched else None,
        "langid": report.language,
        "note": f"sha256 {report.sha256}",
    }
    lines = [f"  {name} = {{{_value(name, value)}}}" for name, value in fields.items() if value]
    return f"@online{{{file_stem(entry)},\n" + ",\n".join(lines) + "\n}\n"


def _value(name: str, value: str) -> str:
    # biblatex reads addresses to the letter; only what would end the field must go.
    return quote(value, safe="!#$%&'()*+,/:;=?@[]~") if name == "url" else value.translate(_ESCAPES)


def _authors(byline: str | None) -> str | None:
    """BibTeX parts authors by "and"; a byline's commas would turn names round."""
    return byline.replace(",", " and") if byline else None
