"""onrecord: who said what, on whose word, when, how surely, and who says otherwise."""

__version__ = "0.1.0"
