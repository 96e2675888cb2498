"""Arithmetic on days and TIMEX3 values.

Units are single words of words.tsv: S M H (clock), D, W, F (fortnight), MO, Q, Y, DE, CE, WE (weekend).
Weeks are those of ISO 8601: they begin on Monday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_SEASON_START = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_MONTHS = {"MO": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}
_DAYS = {"D": 1, "W": 7, "WE": 7, "F": 14}
PERIOD_CODES = {"D": "D", "W": "W", "MO": "M", "Q": "Q", "Y": "Y", "S": "S", "M": "M", "H": "H"}


def make_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_of(value: str) -> date | None:
    """The day that a value names or stands in (`1998-02-13TEV`), None for coarser values."""
    match = _DAY.match(value)
    return make_day(*map(int, match.groups())) if match else None


def start_of(value: str) -> date | None:
    """The first day of a date value of any granularity; None for durations, sets and fuzzy values."""
    if day := day_of(value):
        return day
    if match := _WEEK.match(value):
        return _first_of_week(int(match[1]), int(match[2]))
    if match := re.match(r"(\d{4})-(\d\d)$", value):
        return make_day(int(match[1]), int(match[2]), 1)
    if match := re.match(r"(\d{4})-(?:Q([1-4])|H([12])|(SP|SU|FA|WI))$", value):
        return make_day(int(match[1]), _first_month(match), 1)
    if match := re.fullmatch(r"(\d{4})", value):
        return make_day(int(match[1]), 1, 1)
    return None


def _first_of_week(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _first_month(match: re.Match[str]) -> int:
    if match[2]:
        return 3 * int(match[2]) - 2
    return 6 * int(match[3]) - 5 if match[3] else _SEASON_START[match[4]]


def move(day: date, unit: str, count: int) -> date | None:
    """The day `count` units on (or back); None outside the years 1 to 9999."""
    try:
        if unit in _DAYS:
            return day + timedelta(days=_DAYS[unit] * count)
        months = day.year * 12 + day.month - 1 + _MONTHS[unit] * count
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def at(day: date, unit: str) -> str:
    """The value of the unit that the day stands in: `1998-W12`, `1998-Q3`, `199X` ..."""
    if unit in ("W", "WE", "F"):
        iso_year, week, _ = day.isocalendar()
        return f"{iso_year:04d}-W{week:02d}" + ("-WE" if unit == "WE" else "")
    year = f"{day.year:04d}"
    return {
        "D": day.isoformat(),
        "MO": f"{year}-{day.month:02d}",
        "Q": f"{year}-Q{(day.month + 2) // 3}",
        "Y": year,
        "DE": year[:3] + "X",
        "CE": year[:2],
    }[unit]


def shifted(day: date, unit: str, count: int) -> str:
    """The value of the unit that lies `count` units from the one of `day`; empty outside the calendar."""
    there = move(day, unit, count)
    return at(there, unit) if there else ""


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


_GRANULARITIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("minute", r"\d{4}-\d\d-\d\dT\d\d:\d\d.*"),
        ("part of day", r"\d{4}-\d\d-\d\dT[A-Z]{2}"),
        ("day", r"\d{4}-\d\d-\d\d"),
        ("weekend", r"\d{4}-W\d\d-WE"),
        ("week", r"\d{4}-W\d\d"),
        ("quarter", r"\d{4}-Q\d"),
        ("half-year", r"\d{4}-H\d"),
        ("season", r"\d{4}-[A-Z]{2}"),
        ("month", r"\d{4}-\d\d"),
        ("year", r"\d{4}"),
        ("decade", r"\d{3}X"),
        ("century", r"\d\d"),
    )
)


def granularity(value: str) -> str | None:
    """What a date or time value is exact to; None for durations, sets, fuzzy and empty values."""
    for name, pattern in _GRANULARITIES:
        if pattern.fullmatch(value):
            return name
    return None
