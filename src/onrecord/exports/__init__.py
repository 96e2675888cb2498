"""The ways out: readings with their reviews, in the formats of other people's tools.

Every format is a function from entries to pieces of files. `FORMATS` is the one table of them; writing the pieces is
left to the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

from onrecord.exports.entries import Entry, Piece

__all__ = ["FORMATS", "Entry", "Format", "Piece"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: where its function is, whether it makes a folder, and what it is for."""

    name: str
    module: str
    function: str
    folder: bool
    says: str

    def pieces(self, entries: Iterable[Entry]) -> Iterator[Piece]:
        """The pieces of the files. Raises MissingExtra if the format needs a part that is not installed."""
        function: Callable[[Iterable[Entry]], Iterator[Piece]] = getattr(
            import_module(f"onrecord.exports.{self.module}"), self.function
        )
        return function(entries)


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("jsonl", "jsonl", "jsonl_pieces", False, "readings as JSON Lines: the contract, with reviews"),
        Format("csv", "rows", "csv_pieces", False, "one row a statement"),
        Format(
            "csv-for-spreadsheets",
            "rows",
            "spreadsheet_pieces",
            False,
            "the same, no cell is run as a formula",
        ),
        Format("parquet", "tables", "parquet_pieces", False, "one row a statement, for data frames"),
        Format("stix", "stix", "stix_pieces", False, "STIX 2.1 bundles, one a report"),
        Format("web-annotation", "web_annotation", "web_annotation_pieces", False, "W3C Web Annotations"),
        Format("ftm", "ftm", "ftm_pieces", False, "FollowTheMoney entities"),
        Format("brat", "brat", "brat_pieces", True, "brat standoff, for annotators"),
        Format("conll", "conll", "conll_pieces", False, "CoNLL columns, a token a line"),
        Format("schema-org", "linked_data", "schema_org_pieces", False, "schema.org Quotation and Claim"),
        Format("prov", "linked_data", "prov_pieces", False, "PROV-JSON of the hearsay paths"),
        Format("bibtex", "bibtex", "bibtex_pieces", False, "BibTeX entries of the reports"),
        Format("csl-json", "csl", "csl_pieces", False, "CSL-JSON items of the reports"),
        Format("html", "evidence", "evidence_pieces", False, "a self-contained page of evidence"),
    )
}
