"""The error tree.

OnrecordError
├── SkipReport          this report cannot be read; the run goes on without it
│   ├── UnreadableInput     the bytes are not what they should be
│   ├── FetchRefused        the network door refused an address, or its server did
│   │   └── FetchFailed         the network or the server failed; it may work later
│   └── TooLarge            over a size, memory or time bound
└── StopRun             nothing sensible can follow; the run ends
    ├── UsageError          wrong arguments or options
    ├── MissingExtra        an optional part is not installed
    ├── BrokenModel         weights or a lexicon are missing or damaged
    └── LedgerError         the ledger cannot be opened, read or written

Only two kinds of failure exist: skip this report with a reason, or stop. Every message says what happened
and what to do next.
"""

from __future__ import annotations


class OnrecordError(Exception):
    """Base of all errors that onrecord raises on purpose."""


class SkipReport(OnrecordError):
    """This report cannot be read; others are not affected."""


class UnreadableInput(SkipReport):
    """The input's bytes or record are not what its kind promises."""


class FetchRefused(SkipReport):
    """The network door refused an address, or its server refused the page."""


class FetchFailed(FetchRefused):
    """Fetching failed in a way that may pass: no answer, an overloaded server, a broken connection."""


class TooLarge(SkipReport):
    """The input is over a bound on size, memory or time."""


class StopRun(OnrecordError):
    """The run cannot go on."""


class UsageError(StopRun):
    """Arguments or options that make no sense together."""


class MissingExtra(StopRun):
    """A part that is not in the core install is needed."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs an extra part: pip install 'onrecord[{extra}]'")


class BrokenModel(StopRun):
    """Weights or a lexicon are missing or damaged."""


class LedgerError(StopRun):
    """The ledger cannot be opened, read or written."""
