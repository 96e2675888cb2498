"""Unpacking gzip and deflate with a bound on what comes out, whatever the packed bytes promise."""

from __future__ import annotations

import zlib

from onrecord.errors import TooLarge, UnreadableInput

PACKINGS = ("identity", "gzip", "deflate")
"""What is asked for. Others (br, zstd) and several one upon the other are refused."""
MOST_MEMBERS = 16
"""A gzip file may be several put together; thousands of tiny ones are an attack on our time."""
GZIP_MARK = b"\x1f\x8b"


class Unpacker:
    """Takes packed bytes as they come; never holds more than `most` unpacked bytes and one chunk."""

    def __init__(self, packing: str, most: int) -> None:
        self.packing = packing
        self.most = most
        self.content = bytearray()
        self._members = 0
        self._object = None if packing == "identity" else zlib.decompressobj(31 if packing == "gzip" else 15)

    def add(self, chunk: bytes) -> None:
        """Unpack a chunk. Raises TooLarge over the bound, UnreadableInput if it is damaged."""
        while chunk:
            if self._object is None:
                self.content += chunk
                chunk = b""
            else:
                chunk = self._unpacked(chunk)
            if len(self.content) > self.most:
                raise TooLarge(
                    f"The page has more than {self.most / 2**20:.3g} MiB when unpacked; "
                    "save the part you need and give the file."
                )

    def _unpacked(self, chunk: bytes) -> bytes:
        assert self._object is not None
        if self.packing == "deflate" and not self.content and not self._looks_like_zlib(chunk):
            self._object, self.packing = zlib.decompressobj(-15), "raw deflate"
        try:
            self.content += self._object.decompress(chunk, self.most + 1 - len(self.content))
        except zlib.error as error:
            raise UnreadableInput(f"The packed page is damaged ({error}); fetch it again.") from error
        if not self._object.eof:
            return self._object.unconsumed_tail
        rest = self._object.unused_data
        if self.packing != "gzip" or not rest.startswith(GZIP_MARK):
            return b""  # padding after the end, which is allowed
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise UnreadableInput(
                f"The packed page has more than {MOST_MEMBERS} parts; save it and give the file."
            )
        self._object = zlib.decompressobj(31)
        return rest

    @staticmethod
    def _looks_like_zlib(chunk: bytes) -> bool:
        # Some servers send deflate without its frame; the frame's first byte tells.
        return chunk[0] & 0x0F == 8

    def finish(self) -> bytes:
        """All that was unpacked. Raises UnreadableInput if the packed bytes end too early."""
        if (
            self._object is not None
            and not self._object.eof
            and (self.content or self._object.unconsumed_tail)
        ):
            raise UnreadableInput("The packed page is cut off; fetch it again.")
        return bytes(self.content)


def gunzip(content: bytes, most: int) -> bytes:
    """A whole gzip file, unpacked within the bound."""
    unpacker = Unpacker("gzip", most)
    unpacker.add(content)
    return unpacker.finish()
