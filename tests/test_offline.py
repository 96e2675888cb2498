"""No network at import and none in reading, comparing, keeping and exporting files: sockets are forbidden here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FORBIDDEN = """
import sys

def forbid(event, arguments):
    if event.startswith("socket.") and event not in ("socket.gethostname",):
        raise RuntimeError(f"the network was asked: {event} {arguments}")

sys.addaudithook(forbid)
"""
EVERYTHING = (
    FORBIDDEN
    + """
import pkgutil
import onrecord
for module in pkgutil.walk_packages(onrecord.__path__, "onrecord."):
    if not module.name.endswith("__main__"):
        try:
            __import__(module.name)
        except ImportError as error:
            print("not installed:", error, file=sys.stderr)
print("imported")
"""
)
A_READING = (
    FORBIDDEN
    + """
from pathlib import Path
import onrecord
from onrecord.exports import FORMATS
from onrecord.exports.entries import Entry

readings = list(onrecord.read_many([Path(sys.argv[1])]))
assert readings[0].attributions
onrecord.compare(readings * 2)
with onrecord.open_ledger(Path(sys.argv[1]).parent / "ledger.db", mode="create") as ledger:
    ledger.add(readings)
    assert ledger.reports()
for name in ("jsonl", "csv", "html", "brat", "bibtex"):
    assert list(FORMATS[name].pieces([Entry(reading, {}) for reading in readings]))
print("read")
"""
)
A_SOCKET = (
    FORBIDDEN
    + """
import socket
socket.socket()
"""
)


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_importing_asks_no_network() -> None:
    done = run(EVERYTHING)
    assert done.stdout.strip() == "imported", done.stderr


def test_reading_a_file_asks_no_network(tmp_path: Path) -> None:
    story = tmp_path / "story.html"
    story.write_text(
        "<title>Dam</title><h1>Dam holds, mayor says</h1>"
        "<p>The mayor of Ostham, Ada Finch, said on Monday that the dam was likely to hold through the spring.</p>"
        "<p>“Nobody needs to leave,” she said. Engineers denied that there had been a leak at the northern wall.</p>"
        '<img src="https://tracker.example/x.png"><link rel="stylesheet" href="https://tracker.example/x.css">'
    )
    done = run(A_READING, str(story))
    assert done.stdout.strip() == "read", done.stderr


def test_a_socket_would_have_been_noticed() -> None:
    assert "the network was asked" in run(A_SOCKET).stderr
