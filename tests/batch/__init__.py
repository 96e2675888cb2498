"""Reading many reports."""
