"""Watching feeds: what they name is read into a ledger, once; what is corrected becomes a new version.

`Watcher` is the loop. It sees the world through two doors only: `Hands` (the network, and waiting) and a clock; with
others in their place a day passes in seconds. What it has to remember is in the ledger (`onrecord.ledger.watching`).
"""

from onrecord.watch.articles import Articles
from onrecord.watch.hands import Hands, Threads
from onrecord.watch.opml import feeds_in
from onrecord.watch.records import Done, Settings, Tally, Task
from onrecord.watch.watcher import Watcher

__all__ = ["Articles", "Done", "Hands", "Settings", "Tally", "Task", "Threads", "Watcher", "feeds_in"]
