"""Resolvers of weekdays: Friday, last Tuesday, Monday of last week, the first Monday of September."""

from __future__ import annotations

from datetime import date

from onrecord.times import calendar
from onrecord.times.context import PUBLISHED, Context, Draft, Drafts
from onrecord.times.resolve_dates import AHEAD_WORDS, at_time, nearest_month


def weekday(context: Context) -> Drafts:
    """Friday: in a Friday report that day; else by the clause's tense the last or the next one."""
    number = int(context.value("weekday"))
    if context.has("text") or context.has("that"):
        back = context.value("text") == "-1"
        anchor = context.last_whole_day() or context.last_day()
        day = calendar.day_of(anchor.value) if anchor else None
        found = _weekday_beside(day, number, -1 if back else 1) if day else None
        return [at_time(context, found, anchor.id if anchor else None)]
    if context.published is None:
        return [at_time(context, None, PUBLISHED)]
    found = _deictic_weekday(context, context.published, number)
    step = int(context.value("way") or 0)
    return [at_time(context, calendar.move(found, "D", step) if found else None, PUBLISHED)]


def _deictic_weekday(context: Context, published: date, number: int) -> date | None:
    shift = context.value("shift")
    if shift == "-1":
        return _last_weekday(published, number)
    if shift == "1":
        return _weekday_beside(published, number, 1)
    if published.isoweekday() == number:
        return published
    if context.before() in ("a", "an"):
        return _weekday_beside(published, number, -1)
    tense = context.tense() if context.before() != "since" else "past"
    leads_on = context.before() in AHEAD_WORDS or (context.before(2), context.before()) == ("ahead", "of")
    ahead = tense == "future" or (leads_on and tense != "past")
    return _weekday_beside(published, number, 1 if ahead else -1)


def _weekday_beside(day: date, number: int, step: int) -> date | None:
    """The nearest day of that ISO weekday strictly before (step -1) or after (step 1) `day`."""
    back = (day.isoweekday() - number) % 7 or 7
    return calendar.move(day, "D", -back if step < 0 else (7 - back or 7))


def _last_weekday(published: date, number: int) -> date | None:
    """ "Last Tuesday": the one before, but of last week where this week's is one or two days back."""
    found = _weekday_beside(published, number, -1)
    if found is None:
        return None
    same_week = found.isocalendar()[:2] == published.isocalendar()[:2]
    return calendar.move(found, "W", -1) if same_week and (published - found).days <= 2 else found


def weekday_of_week(context: Context) -> Drafts:
    """Monday of last week."""
    step, number = int(context.value("shift")), int(context.value("weekday"))
    return context.from_published(lambda p: calendar.shifted(p, "D", 7 * step + number - p.isoweekday()))


def weekday_of_month(context: Context) -> Drafts:
    """The first Monday of September 2020; without a year that of the nearest such month by tense."""
    month, number = context.integer("month"), int(context.value("weekday"))
    nth = -1 if context.words("n") == ["last"] else context.integer("n")
    year = context.year()
    if year is not None:
        return [Draft("date", _nth_weekday(f"{year:04d}-{month:02d}", number, nth))]
    tense = context.tense()
    return context.from_published(lambda p: _nth_weekday(nearest_month(p, month, tense), number, nth))


def _nth_weekday(month: str, number: int, nth: int) -> str:
    """The day of the nth (-1: last) of that ISO weekday in a month, empty if the month has no such day."""
    first = calendar.start_of(month)
    if first is None:
        return ""
    if nth < 0:
        last = calendar.last_day(first.year, first.month)
        return calendar.shifted(last, "D", -((last.isoweekday() - number) % 7))
    day = calendar.shifted(first, "D", (number - first.isoweekday()) % 7 + 7 * (nth - 1))
    return day if day.startswith(month) else ""


def day_beside_today(context: Context) -> Drafts:
    """The day after tomorrow."""
    step = int(context.value("today")) + int(context.value("way"))
    return context.from_published(lambda p: calendar.shifted(p, "D", step))
