"""Lists of feeds: OPML files, as feed readers write them."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from onrecord.errors import SkipReport, UsageError
from onrecord.pages.door import bounded
from onrecord.pages.feeds import MOST_FEED_BYTES, safe_xml

MOST_FEEDS = 20_000


def feeds_in(path: Path) -> list[str]:
    """The addresses of all feeds of an OPML file, in its order, each once, however its outlines are nested.

    Raises UsageError if it cannot be read or names no feed.
    """
    try:
        with path.open("rb") as file:
            content = bounded(file, MOST_FEED_BYTES)
        return outlined(content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}); give an OPML file or a feed's address."
        ) from error
    except SkipReport as error:
        raise UsageError(f"{path}: {error}") from error


def outlined(content: bytes) -> list[str]:
    """The feeds that an OPML document names. Raises SkipReport if it is none, UsageError if it names none."""
    root = safe_xml(content, "list of feeds")
    if etree.QName(root).localname.lower() != "opml":
        raise UsageError(
            "The list of feeds is no OPML; export it from a feed reader, or give the feeds' addresses."
        )
    found: dict[str, None] = {}
    for outline in root.iter(tag=etree.Element):
        # Files of old readers write the attribute in other cases.
        address = next((value for name, value in outline.items() if name.lower() == "xmlurl"), "").strip()
        if address:
            found.setdefault(address)
        if len(found) > MOST_FEEDS:
            raise UsageError(f"The list names more than {MOST_FEEDS:,} feeds; split it.")
    if not found:
        raise UsageError("The list of feeds names none: no outline has an xmlUrl.")
    return list(found)
