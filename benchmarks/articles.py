"""Invented articles in any number, and the files in which corpora come: JSON Lines, Parquet, WARC.

The same number gives the same article. Articles are short (40 to 80 words), so that many can be read in little time.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from html import escape
from pathlib import Path
from zlib import crc32

Article = dict[str, str]

FIRST = (
    "Ada",
    "Bela",
    "Cora",
    "Dov",
    "Elin",
    "Finn",
    "Gita",
    "Hugo",
    "Ines",
    "Jory",
    "Kira",
    "Lev",
    "Mona",
    "Nils",
)
LAST = (
    "Ashdown",
    "Brandt",
    "Corvin",
    "Dahl",
    "Ekholm",
    "Farrow",
    "Grell",
    "Harrow",
    "Ivarsen",
    "Jett",
    "Kroll",
    "Lund",
)
ROLES = ("mayor", "minister", "engineer", "judge", "farmer", "chief executive", "union leader", "spokeswoman")
BODIES = (
    "harbour board",
    "water agency",
    "city council",
    "ministry of roads",
    "railway",
    "school trust",
    "tax office",
)
DOINGS = (
    "open the {n} bridges",
    "close the ferry line",
    "repair {n} miles of road",
    "hire {n} nurses",
    "cut the budget by {n} %",
    "plant {n} trees",
    "sell the old mill",
    "test the wells",
)
WHEN = (
    "on Monday",
    "last week",
    "in May",
    "before the summer",
    "next year",
    "on Friday evening",
    "within {n} days",
)
SCENES = (
    "It had rained all morning.",
    "Some {n} people stood outside.",
    "The square was closed to cars.",
    "Work began in 2019.",
    "Boats lay idle in the harbour.",
)
CUES = ("said", "told reporters", "announced", "claimed", "warned", "insisted")
OUTLETS = ("Dale Gazette", "Valley Post", "Harbour Times", "North Wire", "Evening Lark")


def article(number: int) -> Article:
    """One article in the fields of a JSON Lines record."""
    chance = random.Random(number)
    people = [(f"{chance.choice(FIRST)} {chance.choice(LAST)}", chance.choice(ROLES)) for _ in range(2)]
    (name, role), (other, _) = people
    body = chance.choice(BODIES)

    def doing() -> str:
        return f"{chance.choice(DOINGS)} {chance.choice(WHEN)}".format(n=chance.randrange(2, 90))

    plan = doing()
    lines = [
        f"The {body} will {plan}, {name}, its {role}, {chance.choice(CUES)}.",
        chance.choice(SCENES).format(n=chance.randrange(20, 900)),
        f"“We want to {doing()},” {name.split()[1]} {chance.choice(CUES)}.",
        f"According to {other}, the {body} is likely to {doing()}.",
    ]
    if chance.random() < 0.3:
        lines.append(f"{other} denied that the {body} would {doing()}.")
    title = f"{body.capitalize()} to {plan}"
    return {
        "source": f"story-{number}",
        "url": f"https://paper.example/{number // 1000}/{number}",
        "title": title,
        "published": (date(2024, 1, 1) + timedelta(days=number % 700)).isoformat(),
        "outlet": OUTLETS[number % len(OUTLETS)],
        "text": f"{title}\n\n" + "\n\n".join(lines) + "\n",
    }


def articles(count: int, first: int = 0) -> Iterator[Article]:
    """So many articles."""
    return map(article, range(first, first + count))


def html(made: Mapping[str, str]) -> str:
    """An article as a page of its paper, with the furniture of one."""
    head, *paragraphs = made["text"].strip().split("\n\n")
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(head)}</title>'
        f'<meta property="article:published_time" content="{made["published"]}T06:00:00Z">'
        f'<link rel="canonical" href="{made["url"]}"></head><body><nav><a href="/">Home</a></nav>'
        f"<main><article><h1>{escape(head)}</h1>\n{body}\n</article></main><footer>Contact us</footer></body></html>"
    )


def write_jsonl(path: Path, made: Iterable[Mapping[str, str]]) -> None:
    """One article a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in made)


def write_warc(path: Path, made: Iterable[Mapping[str, str]]) -> None:
    """An archive as CC-NEWS has them: every record a gzip member of its own."""
    with path.open("wb") as file:
        file.write(gzip.compress(warcinfo(), mtime=0))
        file.writelines(
            gzip.compress(response(record["url"], html(record).encode()), 1, mtime=0) for record in made
        )


def warcinfo() -> bytes:
    """The record that an archive begins with."""
    return _record("warcinfo", "", "application/warc-fields", b"software: onrecord\r\n")


def response(
    url: str, body: bytes, head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8"
) -> bytes:
    """A server's answer as a record."""
    http = head.encode() + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    return _record("response", url, "application/http; msgtype=response", http)


def _record(kind: str, url: str, media_type: str, content: bytes) -> bytes:
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-03-04T05:06:07Z\r\n{target}"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{crc32(url.encode()):012}>\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"
