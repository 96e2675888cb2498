"""Measuring onrecord on data that are not part of the project."""
