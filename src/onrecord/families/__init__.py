"""Across reports: utterances and their renderings, drift, disputes and lineage; a text checked against its sources."""

from __future__ import annotations

from onrecord.families.comparing import compare
from onrecord.families.records import Comparison

__all__ = ["Comparison", "compare"]
