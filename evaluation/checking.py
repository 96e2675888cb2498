"""Measuring `onrecord check`: `python -m evaluation.checking [--most N] [--record]`.

Real quotations, with gold speakers, are put into a text of their own: as they are, in typographic variants, and altered
in one of six ways. Counted is how many altered ones are flagged, and how many others are. The sources' attributions
and voices are gold, so that the check itself is measured and not the reader.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evaluation.corpora import data_folder, data_hash, gold_reading, layers
from evaluation.results import record as record_scores
from onrecord.encoder import sentence_vectors
from onrecord.families.checking import check_quotations, shelve
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import words
from onrecord.model import Attribution, Block, Reading, Report, Span, Voice

_NEGATION = re.compile(r"\b(?:not|never|no)\s|n[’']t\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")
_LONG = re.compile(r"[A-Za-z]{5,}")
_WORDS = (
    "harbour",
    "Tuesday",
    "reluctant",
    "engineer",
    "twice",
    "garden",
    "quietly",
    "minister",
    "broken",
    "orange",
)
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation of the corpus, its speaker, and somebody else who speaks in the same report."""

    text: str
    speaker: str
    other: str | None


def quotes(reading: Reading) -> Iterator[Quote]:
    """The quotations of six words and more that lie in one attribution of a person or body."""
    names = {v.id: v.name for v in reading.voices or () if v.kind in ("person", "organisation")}
    for attribution in reading.attributions or ():
        if attribution.voice not in names:
            continue
        speaker = names[attribution.voice]
        others = [n for n in names.values() if n[:1].isupper() and not {*n.split()} & {*speaker.split()}]
        for start, end in attribution.content:
            for match in re.finditer(r"[“\"]([^“”\"]+)[”\"]", reading.report.text[start:end]):
                if len(words(match[1])) >= _SHORTEST and "[" not in match[1]:
                    yield Quote(" ".join(match[1].split()), speaker, others[0] if others else None)


def as_text(quote: str, speaker: str) -> Reading:
    """A text that gives the words to the speaker, read without error."""
    text = f"{speaker} said: “{quote}”"
    start = text.index("“")
    attribution = Attribution(
        "a1",
        (Span(0, len(speaker)),),
        (Span(len(speaker) + 1, len(speaker) + 5),),
        (Span(start, len(text)),),
        "direct",
        "say",
        1.0,
        "evaluation",
        voice="v1",
    )
    report = Report("text", "text", text, (Block(0, len(text), "body"),), "", language="en")
    return Reading(report, (attribution,), (Voice("v1", speaker, "person"),), (), (), ())


def swap_word(quote: str, dice: random.Random) -> str | None:
    """One longer word gives way to another."""
    places = list(_LONG.finditer(quote))
    if not places:
        return None
    at = dice.choice(places)
    return quote[: at.start()] + dice.choice(_WORDS) + quote[at.end() :]


def drop_negation(quote: str, dice: random.Random) -> str | None:
    """The first negation goes."""
    return _NEGATION.sub(" ", quote, count=1) if _NEGATION.search(quote) else None


def change_number(quote: str, dice: random.Random) -> str | None:
    """The first number grows."""
    return (
        _NUMBER.sub(lambda m: str(int(m.group()) + dice.randint(1, 9)), quote, count=1)
        if _NUMBER.search(quote)
        else None
    )


def drop_hedge(quote: str, dice: random.Random) -> str | None:
    """The first word of likelihood goes, if it stands inside: without its first word a quotation is an excerpt."""
    run = words(quote)
    inner = range(run[2].start_char, run[-2].start_char)
    terms = [
        t
        for t in likelihood_terms(quote)
        if t.start_char in inner and t.group not in ("expectation", "certainty")
    ]
    return quote[: terms[0].start_char] + quote[terms[0].end_char :].lstrip() if terms else None


def cut_clause(quote: str, dice: random.Random) -> str | None:
    """Three to six words go from the middle, without a mark."""
    run = words(quote)
    if len(run) < 12:
        return None
    first = dice.randint(3, len(run) - 8)
    last = first + dice.randint(2, 4)
    return quote[: run[first].start_char] + quote[run[last].end_char :].lstrip(" ,;")


ALTERATIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "word swapped": swap_word,
    "negation dropped": drop_negation,
    "number changed": change_number,
    "hedge dropped": drop_hedge,
    "clause cut": cut_clause,
}


def variants(quote: str) -> Iterator[tuple[str, str]]:
    """Typographic variants, none of which changes a word."""
    yield "verbatim", quote
    yield "straight marks", quote.replace("’", "'").replace("‘", "'")
    yield "curly marks", quote.replace("'", "’")
    yield "capital", quote[:1].upper() + quote[1:] if quote[:1].islower() else quote[:1].lower() + quote[1:]
    yield "comma for stop", quote.rstrip(".,!?") + ","
    yield "dashes", quote.replace(" -- ", " – ").replace("—", " – ")
    yield "spaces", quote.replace(" ", "  ")
    run = words(quote)
    if len(run) > 9:
        yield "marked elision", quote[: run[3].end_char] + " … " + quote[run[6].start_char :]
    yield "excerpt", quote[run[1].start_char : run[-1].end_char]


def main() -> None:
    """Print the share flagged, by alteration and by variant; record it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=96, help="reports of the train part to use")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    arguments = parser.parse_args()
    dice = random.Random(7)
    flagged, total, examples = Counter[str](), Counter[str](), []
    for record in layers("train")[: arguments.most]:
        reading = gold_reading(record)
        shelf = shelve([reading], sentence_vectors)
        for quote in quotes(reading):
            cases = [("fine", name, text, quote.speaker) for name, text in variants(quote.text)]
            for name, change in ALTERATIONS.items():
                altered = change(quote.text, dice)
                if altered is not None:
                    cases.append(("altered", name, altered, quote.speaker))
            if quote.other:
                cases.append(("altered", "speaker swapped", quote.text, quote.other))
            for kind, name, text, speaker in cases:
                wrong = any(f.wrong for f in check_quotations(as_text(text, speaker), shelf))
                for key in (f"{kind}: {name}", kind):
                    total[key] += 1
                    flagged[key] += wrong
                if wrong != (kind == "altered"):
                    examples.append(f"{kind}/{name}: {speaker}: {text[:150]}")
    for key in sorted(total):
        print(f"{key:28s} flagged {flagged[key]:5d} of {total[key]:5d}  {flagged[key] / total[key]:.3f}")
    for line in examples[:25]:
        print("  missed or false:", line)
    if arguments.record:
        record_scores(
            f"check, {arguments.most} reports",
            {
                "altered flagged": round(flagged["altered"] / total["altered"], 3),
                "false alarms": round(flagged["fine"] / total["fine"], 4),
                "cases": dict(sorted(total.items())),
                "flagged": {key: flagged[key] for key in sorted(total)},
            },
            command=f"python -m evaluation.checking --most {arguments.most}",
            data_sha256=data_hash([data_folder() / "gold"]),
        )


if __name__ == "__main__":
    main()
