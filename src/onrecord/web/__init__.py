"""The reading room: a ledger in the browser, for people who check.

`create_app` gives an ASGI application; `onrecord serve` runs it. Every page has a JSON twin (`/search?q=…` and
`/search.json?q=…`), every state is a URL, nothing is loaded from elsewhere, and page text is shown as text.
"""

from __future__ import annotations

from onrecord.web.access import Access
from onrecord.web.app import create_app

__all__ = ["Access", "create_app"]
