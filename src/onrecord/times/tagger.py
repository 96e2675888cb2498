"""The rule-based temporal tagger: finds the expressions of a text and resolves them from left to right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from onrecord.errors import BrokenModel
from onrecord.model import Time
from onrecord.times import calendar, resolve_clock, resolve_dates, resolve_spans, resolve_weekdays
from onrecord.times.context import Context, Draft, Drafts
from onrecord.times.lexer import NUMERIC_CLASSES, OTHER_CLASSES, PUNCTUATION, Lexer, Tokens
from onrecord.times.rules import RuleBook, load_rules
from onrecord.times.tense import TenseReader
from onrecord.times.words import Lexicon, load_lexicon

MADE_BY = "times_rules_v1"
Resolver = Callable[[Context], Drafts]

RESOLVERS: Mapping[str, Resolver] = {
    "date": resolve_dates.date_parts,
    **{
        function.__name__: function
        for function in (
            resolve_clock.clock,
            resolve_clock.part_in_text,
            resolve_clock.today,
            resolve_dates.bare_month,
            resolve_dates.bare_year,
            resolve_dates.century,
            resolve_dates.constant,
            resolve_weekdays.day_beside_today,
            resolve_dates.day_range,
            resolve_dates.decade,
            resolve_dates.half_year,
            resolve_dates.iso,
            resolve_dates.month_of_shifted_year,
            resolve_dates.nothing,
            resolve_dates.quarter,
            resolve_dates.quarter_before,
            resolve_dates.quarter_in_text,
            resolve_dates.season,
            resolve_dates.shifted_month,
            resolve_dates.slashed,
            resolve_dates.week_of,
            resolve_weekdays.weekday,
            resolve_weekdays.weekday_of_month,
            resolve_weekdays.weekday_of_week,
            resolve_dates.year_before,
            resolve_dates.year_end,
            resolve_dates.year_range,
            resolve_spans.ago,
            resolve_spans.beside,
            resolve_spans.duration,
            resolve_spans.every,
            resolve_spans.frequency,
            resolve_spans.period,
            resolve_spans.period_end,
            resolve_spans.weekday_set,
        )
    },
}


@dataclass(frozen=True, slots=True)
class Tagger:
    """Rules, words and verbs, loaded once."""

    lexicon: Lexicon
    lexer: Lexer
    rules: RuleBook
    tenses: TenseReader

    @classmethod
    def load(cls) -> Tagger:
        """Read the data files and compile the rules. Raises BrokenModel if they do not fit together."""
        lexicon = load_lexicon((*OTHER_CLASSES, *NUMERIC_CLASSES, *dict.fromkeys(PUNCTUATION.values())))
        rules = load_rules(lexicon)
        missing = {rule.resolve for rule in rules.groups.values()} - set(RESOLVERS)
        if missing:
            raise BrokenModel(f"times/data/rules.toml names unknown resolvers: {', '.join(sorted(missing))}.")
        return cls(lexicon, Lexer(lexicon), rules, TenseReader(lexicon))

    def times(self, text: str, published: str | None) -> tuple[Time, ...]:
        """The times of a text, in its order. `published`: YYYY-MM-DD or longer, None where it is not known."""
        tokens = self.lexer.lex(text)
        context = Context(tokens, self.lexicon, _day(published), self.tenses.around)
        for hit in self.rules.find(tokens.classes):
            context.hit = hit
            for draft in RESOLVERS[hit.rule.resolve](context):
                context.mentions.append(_time(tokens, draft, draft.tokens or (hit.start, hit.end), context))
        return tuple(context.mentions)


def _day(published: str | None) -> date | None:
    return calendar.day_of(published) if published else None


def _time(tokens: Tokens, draft: Draft, span: tuple[int, int], context: Context) -> Time:
    return Time(
        id=f"t{len(context.mentions) + 1}",
        start_char=tokens.starts[span[0]],
        end_char=tokens.end(span[1] - 1),
        kind=draft.kind,
        value=draft.value,
        anchor=draft.anchor,
        granularity=calendar.granularity(draft.value),
        made_by=MADE_BY,
    )
