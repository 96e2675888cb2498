"""Resolvers of dates: days, months, quarters, seasons, years, decades, centuries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from onrecord.model import Time
from onrecord.times import calendar
from onrecord.times.context import PUBLISHED, Context, Draft, Drafts
from onrecord.times.resolve_clock import clock_of, with_part
from onrecord.times.tense import Tense

AHEAD_WORDS = frozenset({"until", "till", "by"})
_COST: Mapping[Tense | None, tuple[float, float]] = {
    "past": (1.0, 4.0),
    "present": (1.0, 1.5),
    "future": (4.0, 1.0),
    None: (1.0, 1.5),
}
"""What a step back and a step ahead cost when the year is left out: the cheapest candidate is taken."""


def nothing(context: Context) -> Drafts:
    """The words are no time; they are passed over, so that no shorter rule takes them."""
    return []


def constant(context: Context) -> Drafts:
    """PAST_REF, PRESENT_REF and FUTURE_REF."""
    return [Draft("date", context.hit.rule.value)]


def iso(context: Context) -> Drafts:
    """2023-01-30, with or without a clock time."""
    value = context.words("iso")[0].upper()
    if calendar.day_of(value) is None:
        return []
    return [Draft("time" if "T" in value else "date", value)]


def slashed(context: Context) -> Drafts:
    """11/02/89: month first or day first; where both are possible the one near publication, else unresolved."""
    first, second, last = context.words("slash")[0].split("/")
    year = int(last)
    if len(last) == 2:
        year += 2000 if year < 50 else 1900
    days = [
        day
        for pair in ((first, second), (second, first))
        if (day := calendar.make_day(year, *map(int, pair)))
    ]
    if not days:
        return []
    if days[0] == days[-1]:
        return [Draft("date", days[0].isoformat())]
    near = [day for day in days if context.published and abs((day - context.published).days) <= 31]
    return [Draft("date", near[0].isoformat() if len(near) == 1 else "", PUBLISHED)]


def date_parts(context: Context) -> Drafts:
    """A date of parts: year, month and day; month and day; month and year; year."""
    year = context.year()
    if context.has("spelled"):
        year = _spelled_year(context)
    if not context.has("month"):
        return [Draft("date", f"{year:04d}")] if year else []
    month = context.integer("month")
    if not context.has("day"):
        return [Draft("date", f"{year:04d}-{month:02d}")]
    day = context.integer("day")
    if not 1 <= day <= calendar.last_day(2024, month).day:
        return []
    if year is not None:
        found = calendar.make_day(year, month, day)
        return [at_time(context, found, None)] if found else []
    return [at_time(context, *_day_without_year(context, month, day))]


def at_time(context: Context, day: date | None, anchor: str | None) -> Draft:
    """The day, with the clock time or part of the day that the rule captured."""
    clock = clock_of(context)
    if clock:
        return Draft("time", f"{day.isoformat()}T{clock}" if day else "", anchor)
    return with_part(context, day, anchor)


def _day_without_year(context: Context, month: int, day: int) -> tuple[date | None, str | None]:
    told = _after_told(context, month, day)
    if told:
        return told
    if context.published is None:
        return None, PUBLISHED
    if context.has("weekday"):
        fitting = _weekday_fits(context, month, day)
        if fitting:
            return fitting, PUBLISHED
    candidates = _around(context.published, month, day)
    back, ahead = _COST[context.tense()]
    published = context.published
    return (
        min(
            candidates, key=lambda d: (d - published).days * (ahead if d > published else -back), default=None
        ),
        PUBLISHED,
    )


def _around(published: date, month: int, day: int) -> list[date]:
    years = (published.year - 1, published.year, published.year + 1)
    return [found for year in years if (found := calendar.make_day(year, month, day))]


def _weekday_fits(context: Context, month: int, day: int) -> date | None:
    """Of the days around publication the nearest that is the weekday named before it."""
    assert context.published is not None
    published = context.published
    weekday = int(context.value("weekday"))
    fitting = [d for d in _around(published, month, day) if d.isoweekday() == weekday]
    return min(fitting, key=lambda d: abs((d - published).days), default=None)


def _after_told(context: Context, month: int, day: int) -> tuple[date, str] | None:
    """ "Days later, on February 24": the first such day from the latest date told in the text on."""
    last = next(iter(context.recent()), None)
    if last is None or last.kind != "duration" or not _later_follows(context, last.end_char):
        return None
    anchor = next((t for t in context.recent() if calendar.start_of(t.value)), None)
    start = calendar.start_of(anchor.value) if anchor else None
    if anchor is None or start is None:
        return None
    days = [d for year in (start.year, start.year + 1) if (d := calendar.make_day(year, month, day))]
    return next(((d, anchor.id) for d in days if d >= start), None)


def _later_follows(context: Context, place: int) -> bool:
    """Whether a duration that ends at `place` is followed by "later", in the sentence of the match."""
    between = context.tokens.text[place : context.tokens.starts[context.hit.start]]
    return len(between) < 160 and between.lstrip().startswith(("later", "afterwards")) and ". " not in between


def _spelled_year(context: Context) -> int | None:
    words = [w for w in context.words("spelled") if w.isalpha()]
    values = [int(context.lexicon.values.get(w, "0") or 0) for w in words]
    if "thousand" in words:
        return values[0] * 1000
    return values[0] * 100 + sum(values[1:])


def day_range(context: Context) -> Drafts:
    """ "March 3-5": the first day and the last, each a time of its own."""
    first = date_parts(context)
    month, then = context.integer("month"), context.integer("then")
    if not first or not 1 <= then <= 31 or then <= context.integer("day"):
        return []
    start = calendar.day_of(first[0].value)
    second = calendar.make_day(start.year, month, then) if start else None
    begin, end = context.hit.labels["then"]
    month_first = context.hit.labels["month"][0] < begin
    head = (context.hit.start, context.hit.labels["day"][1])
    tail = (begin, end) if month_first else (begin, context.hit.end)
    return [
        Draft("date", first[0].value, first[0].anchor, head),
        Draft("date", second.isoformat() if second else "", first[0].anchor, tail),
    ]


def week_of(context: Context) -> Drafts:
    """The week of March 6."""
    day, anchor = _day_without_year(context, context.integer("month"), context.integer("day"))
    return [Draft("date", calendar.at(day, "W") if day else "", anchor)]


# --- months ----------------------------------------------------------------------------------------------------


def bare_month(context: Context) -> Drafts:
    """A month without year: the nearest by the clause's tense."""
    if context.has("plain") and _is_name(context):
        return []
    month = context.integer("month" if context.has("month") else "plain")
    if context.before() == "to" and context.words("month") == ["march"]:
        return []
    if context.before() == "since":
        return context.from_published(lambda p: _month_beside(p, month, -1))
    tense = _tense_of_lead(context)
    return context.from_published(lambda p: nearest_month(p, month, tense))


def _is_name(context: Context) -> bool:
    """Whether a month stands beside a capitalised word, as in "April Smith" or "Bishop August"."""
    index = context.hit.end
    letters = context.lexicon.letters
    capital = letters["capital"]
    after = context.tokens.classes[index : index + 1]
    before = context.tokens.classes[context.hit.start - 1 : context.hit.start]
    return capital in (after, before)


def _tense_of_lead(context: Context) -> Tense | None:
    tense = context.tense()
    return "future" if context.before() in AHEAD_WORDS and tense != "past" else tense


def nearest_month(published: date, month: int, tense: Tense | None) -> str:
    """The month of that number which is nearest to publication, weighed by tense; this month at no cost."""
    back, ahead = _COST[tense]
    steps = (month - published.month) % 12
    year_ahead = published.year + (published.month + steps > 12)
    if steps == 0 or steps * ahead < (12 - steps) * back:
        return f"{year_ahead:04d}-{month:02d}"
    return f"{year_ahead - 1:04d}-{month:02d}"


def shifted_month(context: Context) -> Drafts:
    """Last February, next March, this September; "that May" is anchored in the text."""
    shift, month = context.words("shift")[0], context.integer("month")
    if shift in ("that", "same", "following", "previous", "preceding", "ensuing", "subsequent"):
        back = context.value("shift") == "-1"
        return context.from_text(context.last_date(), lambda d: _month_beside(d, month, -1 if back else 1))
    if shift == "this":
        return context.from_published(lambda p: f"{p.year:04d}-{month:02d}")
    step = int(context.value("shift"))
    return context.from_published(lambda p: _month_beside(p, month, step))


def _month_beside(day: date, month: int, step: int) -> str:
    """The month of that number strictly before (step -1) or after (step 1) the month of `day`."""
    if step < 0:
        return f"{day.year - (month >= day.month):04d}-{month:02d}"
    return f"{day.year + (month <= day.month):04d}-{month:02d}"


def month_of_shifted_year(context: Context) -> Drafts:
    """March of last year, April this year."""
    month = context.integer("month")
    if context.words("shift")[0] in ("that", "same"):
        return context.from_text(context.last_date(), lambda d: f"{d.year:04d}-{month:02d}")
    step = int(context.value("shift"))
    return context.from_published(lambda p: f"{p.year + step:04d}-{month:02d}")


# --- quarters, halves, seasons ---------------------------------------------------------------------------------


def quarter(context: Context) -> Drafts:
    """The third quarter of 1984, last year's quarter, a third-quarter loss, Q3."""
    if context.has("q"):
        return [_quarter(context, int(context.words("q")[0][1:]))]
    if context.has("n"):
        return _numbered_quarters(context)
    if context.has("year"):
        return [_same_quarter(context, context.year() or 0)]
    step = int(context.value("shift"))
    return context.from_published(lambda p: _same_quarter(context, p.year + step).value)


def _numbered_quarters(context: Context) -> Drafts:
    """ "The third quarter"; "the second and fourth quarters" are two times."""
    numbers = [context.integer(label) for label in ("n", "then") if context.has(label)]
    if not all(1 <= number <= 4 for number in numbers):
        return []
    drafts = [_quarter(context, number) for number in numbers]
    if len(drafts) == 1:
        return drafts
    spans = (
        (context.hit.start, context.hit.labels["n"][1]),
        (context.hit.labels["then"][0], context.hit.end),
    )
    return [replace(draft, tokens=span) for draft, span in zip(drafts, spans, strict=True)]


def _quarter(context: Context, number: int) -> Draft:
    year = context.year()
    if year is not None:
        return Draft("date", f"{year:04d}-Q{number}")
    if context.published is None:
        return Draft("date", "", PUBLISHED)
    published = context.published
    if context.has("shift"):
        return Draft("date", f"{published.year + int(context.value('shift')):04d}-Q{number}", PUBLISHED)
    started = (published.month + 2) // 3 >= number
    past = context.tense() != "future"
    return Draft("date", f"{published.year - (not started and past):04d}-Q{number}", PUBLISHED)


def _same_quarter(context: Context, year: int) -> Draft:
    """The quarter of that year that the text last spoke of in another year."""
    last = context.last_quarter()
    if last is None:
        return Draft("date", f"{year:04d}")
    return Draft("date", f"{year:04d}-{last.value[5:]}", last.id)


def quarter_before(context: Context) -> Drafts:
    """The year-ago quarter, the same period last year: what the text last spoke of, a year before."""
    number = context.integer("n") if context.has("n") else context.integer("m") if context.has("m") else 0
    if 1 <= number <= 4:
        last = context.last_quarter()
        year = last.value[:4] if last else str(context.published.year) if context.published else ""
        return [
            Draft("date", f"{int(year) - 1:04d}-Q{number}" if year else "", last.id if last else PUBLISHED)
        ]
    return year_before(context)


def year_before(context: Context) -> Drafts:
    """A year earlier, a year ago: in talk of a quarter that quarter, else the year (ago) or the date (earlier)."""
    ago = context.words("way") == ["ago"]
    step = 1 if context.value("way") == "1" else -1
    last = _talk_of(context)
    grain = calendar.granularity(last.value) if last else None
    if last and (
        grain == "quarter" or (not ago and grain in ("year", "month", "half-year", "season", "day"))
    ):
        return [Draft("date", f"{int(last.value[:4]) + step:04d}{last.value[4:]}", last.id)]
    return context.from_published(lambda p: f"{p.year + step:04d}")


def _talk_of(context: Context) -> Time | None:
    """What "a year earlier" compares with: the latest quarter, unless a longer period was told after it."""
    for time in context.recent():
        if time.kind == "duration" and re.fullmatch(r"P\d+M", time.value):
            return None
        if calendar.granularity(time.value) == "quarter" and time.anchor in (None, PUBLISHED):
            return time
    return next((t for t in context.recent() if t.kind == "date" and t.anchor in (None, PUBLISHED)), None)


def quarter_in_text(context: Context) -> Drafts:
    """The quarter: the one that the text last spoke of, else the last one that has ended."""
    last = context.last_quarter()
    if context.has("the"):
        if last:
            return [Draft("date", last.value, last.id)]
        return context.from_published(lambda p: calendar.shifted(p, "Q", -1))
    step = 0 if "current" in context.tokens.word(context.hit.start + 1) else -1
    return context.from_published(lambda p: calendar.shifted(p, "Q", step))


def half_year(context: Context) -> Drafts:
    """The first half of 1989."""
    half = 2 if context.words("n")[0] in ("last", "second") else 1
    year = context.year()
    if year is not None:
        return [Draft("date", f"{year:04d}-H{half}")]
    step = int(context.value("shift") or 0)
    return context.from_published(lambda p: f"{p.year + step:04d}-H{half}")


def season(context: Context) -> Drafts:
    """Summer 1998, last fall, the summer."""
    code = context.value("season") or context.value("bare")
    year = context.year()
    if year is not None:
        return [Draft("date", f"{year:04d}-{code}")]
    shift = context.words("shift")
    if shift and shift[0] in ("that", "same", "previous", "following"):
        return context.from_text(context.last_date(), lambda d: f"{d.year:04d}-{code}")
    step = int(context.value("shift") or 0)
    tense = context.tense()
    return context.from_published(lambda p: _season_near(p, code, step, tense))


def _season_near(published: date, code: str, step: int, tense: Tense | None) -> str:
    """The season by step: -1 the last one over or begun before this month, 1 the next, 0 by tense."""
    start = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[code]
    begun = published.month >= start
    running = start <= published.month < start + 3
    if step < 0:
        return f"{published.year - (not begun or running):04d}-{code}"
    if step > 0:
        return f"{published.year + begun:04d}-{code}"
    if code == "WI" and published.month <= 2:
        return f"{published.year - 1:04d}-{code}"
    return f"{published.year - (not begun and tense == 'past'):04d}-{code}"


# --- years and more --------------------------------------------------------------------------------------------


def decade(context: Context) -> Drafts:
    """The 1980s, the '80s, the eighties."""
    word = context.words("decade")[0]
    digits = "".join(c for c in word if c.isdecimal())
    if len(digits) == 4:
        return [Draft("date", digits[:3] + "X")]
    tens = int(digits or context.value("decade")) // 10
    century = "20" if tens < 2 else "19"
    return [Draft("date", f"{century}{tens}X")]


def century(context: Context) -> Drafts:
    """The 20th century."""
    number = context.integer("n")
    return [Draft("date", f"{number - 1:02d}")] if 1 <= number <= 30 else []


def bare_year(context: Context) -> Drafts:
    """A number that may be a year, by its neighbours."""
    year = context.year() or 0
    first = int(context.hit.rule.value or 1700)
    return [Draft("date", f"{year:04d}")] if first <= year <= 2059 else []


def year_range(context: Context) -> Drafts:
    """1994-97: the first year and the last, each a time of its own."""
    year, then = context.year() or 0, context.words("then")[0]
    last = int(str(year)[: 4 - len(then)] + then)
    if not year < last < year + 100:
        return []
    begin, end = context.hit.labels["then"]
    return [
        Draft("date", f"{year:04d}", None, (context.hit.start, begin - 1)),
        Draft("date", f"{last:04d}", None, (begin, end)),
    ]


def year_end(context: Context) -> Drafts:
    """Year-end: the last day of this year, or of the year before; "the end of the year" is as vague as a year."""
    past = context.before() == "since" or context.tense() == "past"

    def value(published: date) -> str:
        year = published.year - (past and (published.month <= 3 or context.before() == "since"))
        return f"{year:04d}-12-31" if context.has("day") else f"{year:04d}"

    return context.from_published(value)
