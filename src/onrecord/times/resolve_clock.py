"""Resolvers of clock times and parts of days."""

from __future__ import annotations

from datetime import date

from onrecord.times import calendar
from onrecord.times.context import PUBLISHED, Context, Draft, Drafts


def clock_of(context: Context) -> str:
    """The captured clock time as hh:mm ("5 p.m." is 17:00); empty if there is none or it is impossible."""
    words = context.words("clock")
    if not words:
        return ""
    first = words[0]
    if first in ("noon", "midday", "midnight"):
        return context.lexicon.values[first]
    digits = first.replace(".", ":")
    if ":" not in digits and len(digits) == 4:
        digits = f"{digits[:2]}:{digits[2:]}"
    hour, _, minute = digits.partition(":")
    half = next(
        (context.lexicon.values[w] for w in words if context.lexicon.values.get(w) in ("am", "pm")), ""
    )
    hours = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    minutes = minute[:2] or "00"
    if hours > 24 or int(minutes) > 59 or (half and not 1 <= int(hour) <= 23):
        return ""
    return f"{hours:02d}:{minutes}"


def with_part(context: Context, day: date | None, anchor: str | None) -> Draft:
    """The day, or the part of the day that was captured with it ("Friday night" is ...TNI)."""
    part = context.value("part") or context.value("dawn")
    if part:
        return Draft("time", f"{day.isoformat()}T{part}" if day else "", anchor)
    return Draft("date", day.isoformat() if day else "", anchor)


def today(context: Context) -> Drafts:
    """Today, yesterday, tomorrow, tonight, this morning, last night; with a clock time before it or not."""
    if context.words("today") == ["today"] and context.before() == "usa":
        return []  # the newspaper
    if context.published is None:
        return [Draft("date" if context.has("today") else "time", "", PUBLISHED)]
    step = _days_away(context)
    day = calendar.move(context.published, "D", step)
    clock = clock_of(context)
    if day and clock:
        return [Draft("time", f"{day.isoformat()}T{clock}", PUBLISHED)]
    night = context.words("tonight") or [w for w in context.words("today") if w == "tonight"]
    if day and night:
        return [Draft("time", f"{day.isoformat()}TNI", PUBLISHED)]
    return [with_part(context, day, PUBLISHED)]


def _days_away(context: Context) -> int:
    if context.words("tonight") == ["overnight"]:
        return 0 if context.tense() == "future" else -1
    if context.has("shift"):
        return -1 if context.value("shift") == "-1" else 0
    value = context.value("today")
    return int(value) if value.lstrip("-").isdecimal() else 0


def part_in_text(context: Context) -> Drafts:
    """That morning, the next morning, the evening before, the afternoon: of a day told in the text."""
    anchor = context.last_day()
    step = int(context.value("shift") or context.value("way") or 0)
    if context.has("today") or context.has("weekday") or anchor is None:
        step = int(context.value("today") or 0) or step
        return context.from_published(lambda p: _part(context, p, step), "time")
    return context.from_text(anchor, lambda d: _part(context, d, step), "time")


def _part(context: Context, day: date, step: int) -> str:
    there = calendar.move(day, "D", step)
    return f"{there.isoformat()}T{context.value('part')}" if there else ""


def clock(context: Context) -> Drafts:
    """10:35 a.m., without a day: of the day in the same sentence or last told, else of publication."""
    time = clock_of(context)
    if not time:
        return []
    anchor = context.last_day()
    if anchor:
        return context.from_text(anchor, lambda d: f"{d.isoformat()}T{time}", "time")
    return context.from_published(lambda p: f"{p.isoformat()}T{time}", "time")
