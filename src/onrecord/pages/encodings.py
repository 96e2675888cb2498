"""From bytes to characters: which encoding a page is in.

The order of evidence: a byte order mark; what the giver or the transport declared; what an HTML page
declares of itself; NUL bytes in the pattern of UTF-16; valid UTF-8; nearly valid UTF-8 (a cut or damaged
file); windows-1252 where the odd bytes are those of Western typography; and charset-normalizer last.
"""

from __future__ import annotations

import codecs
import re

from onrecord.errors import UnreadableInput

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF; convert it to text or HTML first"),
    (b"PK\x03\x04", "a ZIP or office file; unpack or convert it to text or HTML first"),
    (b"\x89PNG", "an image; onrecord reads text and HTML"),
    (b"\xff\xd8\xff", "an image; onrecord reads text and HTML"),
    (b"GIF8", "an image; onrecord reads text and HTML"),
    (b"SQLite format 3", "a database; give the pages themselves"),
)
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{2,40})""", re.I
)
_XML_ENCODING = re.compile(
    rb"""^\s{0,40}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_.:-]{2,40})""", re.I
)
_DECLARED_WITHIN = 4096
"""A declaration stands at the head of a page (HTML asks for the first 1,024 bytes; pages are laxer)."""
_SAMPLE = 65536
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WESTERN = frozenset(
    # Bytes of windows-1252 that English and other Western European news has: dashes, quotation marks,
    # the ellipsis, the euro, the bullet, no-break space, pound, section, degree, soft hyphen, fractions
    # and the accented letters.
    b"\x80\x82\x84\x85\x86\x87\x89\x8a\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x99\x9a\x9c\x9e\x9f\xa0\xa3\xa7"
    b"\xa9\xab\xad\xae\xb0\xb4\xb7\xba\xbb\xbc\xbd\xbe\xbf" + bytes(range(0xC0, 0x100))
)


def decode(content: bytes, declared: str | None = None, *, html: bool = False) -> str:
    """The characters of a page, its byte order mark taken off and nothing else changed.

    Raises:
        UnreadableInput: the bytes are empty or no text.
    """
    if not content.strip():
        raise UnreadableInput("The input is empty; give a page with text in it.")
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise UnreadableInput(f"The input is {what}.")
    text = _decode(content, declared, html)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > max(2, len(sample) // 100):
        raise UnreadableInput("The input is binary data, not text; onrecord reads text and HTML.")
    if not text.strip():
        raise UnreadableInput("The input holds blanks alone; give a page with text in it.")
    return text


def _decode(content: bytes, declared: str | None, html: bool) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace")
    names = [declared, _declared_in(content) if html else None, _utf_16_by_zeros(content), "utf-8"]
    for name in names:
        text = _strictly(content, name)
        if text is not None:
            return text
    return _guess(content)


def _strictly(content: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in ("iso8859-1", "ascii"):
        # Pages that say Latin-1 or ASCII mean windows-1252 (WHATWG Encoding Standard), unless they
        # are really UTF-8.
        codec = "utf-8" if _is_utf_8(content) else "cp1252"
    try:
        text = content.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return _windows_1252(content) if codec == "cp1252" else None
    return text if isinstance(text, str) else None


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared_in(content: bytes) -> str | None:
    head = content[:_DECLARED_WITHIN]
    found = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
    if not found:
        return None
    name = found.group(1).decode("ascii")
    # A declaration that can be read byte for byte cannot be in UTF-16 or UTF-32.
    return None if name.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else name


def _utf_16_by_zeros(content: bytes) -> str | None:
    """UTF-16 without a mark: Western text has a NUL at every other byte."""
    sample = content[:_SAMPLE]
    if len(sample) < 4 or len(content) % 2 or 0 not in sample:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _guess(content: bytes) -> str:
    high = [byte for byte in content[: 4 * _SAMPLE] if byte >= 0x80]
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    multibyte = len(content) - len(text)
    if broken * 20 <= multibyte or content[:_SAMPLE].count(0) > 2:
        return text
    if high and sum(byte in _WESTERN for byte in high) >= 0.98 * len(high) and len(high) * 4 < len(content):
        return _windows_1252(content)
    from charset_normalizer import from_bytes  # costly to import, rarely needed

    best = from_bytes(content[: 4 * _SAMPLE]).best()
    if best is not None:
        return content.decode(best.encoding, "replace")
    return _windows_1252(content)


def _windows_1252(content: bytes) -> str:
    """Windows-1252 as browsers read it: its five unassigned bytes are the control characters of their number."""
    return content.decode("cp1252", "onrecord_latin")


def _latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("onrecord_latin", _latin)
