"""Resolvers of periods, durations and sets: this week, two years ago, for three days, every Friday."""

from __future__ import annotations

from datetime import date

from onrecord.model import Time
from onrecord.times import calendar
from onrecord.times.context import Context, Draft, Drafts, number

_IN_TEXT = frozenset({"that", "same", "following", "ensuing", "subsequent", "previous", "preceding", "prior"})
_CLOCK_UNITS = frozenset({"S", "M", "H"})
_SINGLE = {"D": "D", "W": "W", "WE": "W", "MO": "M", "Q": "Q", "Y": "Y"}
_MULTIPLE = {"F": ("W", 2), "DE": ("Y", 10), "CE": ("Y", 100)}


def _unit(context: Context, label: str) -> str:
    """The captured unit's code; "second" is an ordinal in words.tsv."""
    return "S" if context.words(label) == ["second"] else context.value(label)


def period(context: Context) -> Drafts:
    """This week, last month, next year, the following month, that day, the weekend."""
    unit = _unit(context, "unit")
    shift = context.words("shift")
    step = int(context.value("shift") or 0)
    if unit == "WE" and not shift:
        return _weekend(context)
    if shift and shift[0] == "past":
        return [Draft("duration", _duration(1, unit))]
    if (shift and shift[0] in _IN_TEXT) or unit == "D":
        return _in_text(context, unit, step)
    return context.from_published(lambda p: _shifted(p, unit, step))


def _shifted(day: date, unit: str, step: int) -> str:
    return calendar.shifted(day, unit, step)


def _in_text(context: Context, unit: str, step: int) -> Drafts:
    anchor = context.last_day() if unit in ("D", "W", "WE") else context.last_date()
    if anchor is None:
        return [Draft("date", "", None)]
    return context.from_text(anchor, lambda d: _shifted(d, unit, step))


def _weekend(context: Context) -> Drafts:
    """The weekend: the last one, or the next where the clause looks ahead (on a weekend, this one)."""
    ahead = context.tense() == "future"

    def value(published: date) -> str:
        now = published.isoweekday() >= 6
        return calendar.shifted(published, "WE", 0 if now or ahead else -1)

    return context.from_published(value)


def period_end(context: Context) -> Drafts:
    """The end of the year, the beginning of the month."""
    unit = _unit(context, "unit")
    return context.from_published(lambda p: calendar.at(p, unit))


def ago(context: Context) -> Drafts:
    """Two years ago, in two weeks' time: as exact as its unit; vague counts are PAST_REF or FUTURE_REF."""
    step = int(context.hit.rule.value or -1)
    count = number(context.words("n"), context.lexicon.values.get) if context.has("n") else None
    unit = _unit(context, "unit")
    if count is None or not unit:
        return [Draft("date", "PAST_REF" if step < 0 else "FUTURE_REF")]
    if unit in _CLOCK_UNITS:
        return [Draft("duration", _duration(count, unit))]
    return context.from_published(lambda p: _away(p, unit, step * count))


def beside(context: Context) -> Drafts:
    """Two days earlier, three weeks later, the day before: from the date that the text last told."""
    count = number(context.words("n"), context.lexicon.values.get) if context.has("n") else 1.0
    unit = _unit(context, "unit")
    if count is None or unit in _CLOCK_UNITS:
        end = context.hit.labels["way"][0]
        return [Draft("duration", _duration(count, unit), None, (context.hit.start, end))]
    anchor = _fine_anchor(context, unit)
    step = int(context.value("way"))
    if anchor is None and context.has("n"):
        end = context.hit.labels["way"][0]
        return [Draft("duration", _duration(count, unit), None, (context.hit.start, end))]
    return context.from_text(anchor, lambda d: _away(d, unit, step * count, exact=True))


def _fine_anchor(context: Context, unit: str) -> Time | None:
    """The latest time that is exact enough to count that unit from."""
    return context.last_date() if unit in ("Y", "DE", "CE", "Q", "MO") else context.last_day()


def _away(day: date, unit: str, count: float, exact: bool = False) -> str:
    """The value `count` units off. `exact`: from a told day on, weeks lead to a day, not to a week."""
    if unit == "Y" and count % 1:
        unit, count = "MO", count * 12
    whole = int(count)
    there = calendar.move(day, unit, whole)
    if there is None:
        return ""
    grain = {"F": "W", "DE": "Y", "CE": "Y"}.get(unit, unit)
    if exact and grain == "W":
        grain = "D"
    return calendar.at(there, grain)


# --- durations -------------------------------------------------------------------------------------------------


def duration(context: Context) -> Drafts:
    """Three days, the past two months, a minute and a half, weeks."""
    label = next(name for name in ("unit", "few", "few2") if context.has(name))
    unit = _unit(context, label)
    if context.has("half"):
        return [Draft("duration", _with_half(unit))]
    if context.has("n") and not context.has("vague"):
        count = number(context.words("n"), context.lexicon.values.get)
        if count and unit not in _CLOCK_UNITS and _lies_ahead(context):
            return context.from_published(lambda p: _away(p, unit, count))
        return [Draft("duration", _duration(count, unit))]
    if label == "unit" and context.hit.rule.name == "the year ended":
        return [Draft("duration", _duration(1, unit))]
    if label == "unit" and context.hit.rule.name == "a unit":
        return [Draft("duration", _duration(0.5, unit))]
    return [Draft("duration", _duration(None, unit))]


def _lies_ahead(context: Context) -> bool:
    """Whether "in five years" names the time five years on: after "in", where the clause looks ahead."""
    plain = context.hit.labels["n"][0] == context.hit.start
    return plain and context.before() == "in" and context.tense() == "future"


def _duration(count: float | None, unit: str) -> str:
    """P3D, PT4H, P20Y, PXW; halves of years, weeks and days in the next smaller unit where that is exact."""
    if unit in _CLOCK_UNITS:
        return "PT" + (_clock_amount(count, unit) if count is not None else f"X{unit}")
    code, factor = _MULTIPLE.get(unit) or (_SINGLE[unit], 1)
    if count is None:
        return f"PX{code}"
    amount = count * factor
    if amount % 1 == 0:
        return f"P{int(amount)}{code}"
    if code == "Y" and (amount * 12) % 1 == 0:
        return f"P{int(amount)}Y{int(amount * 12) % 12}M" if amount >= 1 else f"P{int(amount * 12)}M"
    return f"P{amount:g}{code}"


def _clock_amount(count: float, unit: str) -> str:
    if unit == "H" and count % 1:
        minutes = round(count * 60)
        return (f"{minutes // 60}H" if minutes >= 60 else "") + f"{minutes % 60}M"
    if unit == "M" and count % 1:
        seconds = round(count * 60)
        return (f"{seconds // 60}M" if seconds >= 60 else "") + f"{seconds % 60}S"
    return f"{count:g}{unit}"


def _with_half(unit: str) -> str:
    return _duration(1.5, unit)


# --- sets ------------------------------------------------------------------------------------------------------


def every(context: Context) -> Drafts:
    """Every month, each of three years, twice a week: the period that comes back."""
    label = next(name for name in ("one", "unit") if context.has(name))
    unit = _unit(context, label)
    if unit in ("MO", "AF", "EV", "NI") and context.words(label)[0] != "month":
        return [Draft("set", f"XXXX-XX-XXT{unit}")]
    if unit == "WE":
        return [Draft("set", "XXXX-WXX-WE")]
    count = number(context.words("n"), context.lexicon.values.get) if context.has("n") else 1.0
    if context.words("other") == ["other"]:
        count = 2.0
    elif context.has("other"):
        return []
    return [Draft("set", _duration(count, unit))]


def frequency(context: Context) -> Drafts:
    """Daily, weekly, annual."""
    return [Draft("set", context.value("freq"))]


def weekday_set(context: Context) -> Drafts:
    """Every Friday, Mondays, Tuesday nights."""
    label = "weekday" if context.has("weekday") else "day"
    part = context.value("part")
    return [Draft("set", f"XXXX-WXX-{context.value(label)}" + (f"T{part}" if part else ""))]
