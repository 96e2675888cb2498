"""Segments into shards: the work of one worker, whatever engine starts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.batch import shards
from onrecord.batch.readers import Reader
from onrecord.batch.reading import batches
from onrecord.batch.segments import Segment
from onrecord.batch.shards import Made


@dataclass(frozen=True, slots=True)
class Maker:
    """Reads segments into the shards of a folder."""

    out: Path
    reader: Reader
    made_with: str

    def make(self, segment: Segment) -> Made:
        """The shard of a segment, made now or before. Raises StopRun."""
        before = shards.made_before(self.out, segment.name)
        if before is not None:
            return before
        found = batches(segment.pages(), self.reader.parse, self.reader.read)
        return shards.write(self.out, segment.name, segment.source, found, self.made_with)
