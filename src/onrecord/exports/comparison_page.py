"""A comparison as one page of HTML that needs nothing else: each statement's way, its renderings word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from itertools import groupby

from onrecord.exports.comparison_way import (
    SIGNS,
    in_time,
    letters,
    lineage_drawing,
    name_of,
    shape,
    short,
    utterance_drawing,
)
from onrecord.families.quoting import alignment
from onrecord.families.records import Comparison, CrossDispute, Rendering, Utterance
from onrecord.families.words import Word, lexicon, words

_LEGEND = (
    ("same", "as firm as the origin"),
    ("strengthened", "stronger: certainty raised, or hearsay given as fact"),
    ("weakened", "weaker, or a term of another scale"),
    ("none", "no certainty at stake"),
)


def comparison_to_html(comparison: Comparison) -> str:
    """The whole page. Everything that comes from reports is escaped."""
    reports = in_time(comparison)
    sign = letters(reports)
    across = [u for u in comparison.utterances if _reports(u) > 1 or _disputes(comparison, u.id)]
    within = [u for u in comparison.utterances if u not in across]
    across.sort(key=lambda u: (-_reports(u), u.id))
    style = resources.files("onrecord.exports").joinpath("comparison.css").read_text(encoding="utf-8")
    title = f"{len(across)} statements in {len(reports)} reports"
    rest = "".join(_utterance(comparison, u, sign) for u in within)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: what became of them</title><style>{style}</style></head><body>"
        '<a class="skip" href="#statements">To the statements</a>'
        f"<header><h1>What became of {title}</h1>"
        '<p class="lede">Each statement is followed from its first or most direct rendering, the origin, to the rest. '
        "Whether it is true is not asked here. Everything below was found by machine: check it in the reports before "
        "you rely on it.</p></header>"
        f"<main><h2>Who took from whom</h2>{_scroll(lineage_drawing(comparison), 'Lineage of the reports')}"
        f"{_report_list(comparison, sign)}"
        f'<h2 id="statements">The statements</h2>{_legend()}{_contents(across)}'
        + "".join(_utterance(comparison, u, sign) for u in across)
        + (
            f"<details><summary>Given twice in one report only: {len(within)}</summary>{rest}</details>"
            if within
            else ""
        )
        + "</main></body></html>\n"
    )


def _reports(utterance: Utterance) -> int:
    return len({r.report for r in utterance.renderings})


def _disputes(comparison: Comparison, utterance: str) -> list[CrossDispute]:
    return [d for d in comparison.disputes if utterance in (d.claim, d.denial)]


def _scroll(drawing: str, label: str) -> str:
    return f'<div class="way" tabindex="0" role="group" aria-label="{escape(label)}">{drawing}</div>'


def _legend() -> str:
    items = "".join(
        f'<li><svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">{shape(kind)}</svg> {text}</li>'
        for kind, text in _LEGEND
    )
    marks = (
        "<li><ins>added</ins></li><li><del>left out</del></li><li><mark>changed</mark></li>"
        '<li><span class="shared">shared word</span></li>'
    )
    return f'<ul class="legend" aria-label="Signs">{items}{marks}</ul>'


def _report_list(comparison: Comparison, sign: Mapping[str, str]) -> str:
    rows = []
    for report in in_time(comparison):
        taken = "; ".join(f"from {sign[s.report]}: {s.why}" for s in report.taken_from)
        copy = f" <b>A copy of {sign[report.copy_of]}.</b>" if report.copy_of else ""
        rows.append(
            f'<li id="report-{sign[report.id]}"><b>{sign[report.id]}</b> {escape(report.title or "(no headline)")} '
            f'<span class="meta">{escape(name_of(report))}, {escape(report.published or "undated")}. '
            f"{escape(taken)}</span>{copy}</li>"
        )
    return f"<details><summary>The reports, and why an arrow is drawn</summary><ul>{''.join(rows)}</ul></details>"


def _contents(utterances: Sequence[Utterance]) -> str:
    rows = "".join(f'<li><a href="#{u.id}">{escape(_gist(u))}</a></li>' for u in utterances)
    return f'<nav aria-label="Statements"><ol>{rows}</ol></nav>'


def _gist(utterance: Utterance) -> str:
    text = short(utterance.renderings[utterance.origin].text, 150)
    return f"{utterance.voice}: {text}" if utterance.voice else text


def _utterance(comparison: Comparison, utterance: Utterance, sign: Mapping[str, str]) -> str:
    said = f"said on {escape(utterance.said_on)}" if utterance.said_on else "day of saying unknown"
    firm = sum(r.certainty.versus_origin == "strengthened" for r in utterance.renderings)
    counts = f"{len(utterance.renderings)} renderings in {_reports(utterance)} reports; stronger in {firm}"
    rows = "".join(_rendering(comparison, utterance, k, sign) for k in _origin_first(utterance))
    return (
        f'<section class="utterance" id="{utterance.id}" aria-labelledby="{utterance.id}-h">'
        f'<h3 id="{utterance.id}-h">{escape(_gist(utterance))}</h3><p class="meta">{said}; {counts}</p>'
        f"{_dispute_notes(comparison, utterance, sign)}"
        f"{_scroll(utterance_drawing(comparison, utterance), 'The way of this statement')}{rows}</section>"
    )


def _origin_first(utterance: Utterance) -> list[int]:
    rest = [k for k in range(len(utterance.renderings)) if k != utterance.origin]
    return [utterance.origin, *rest]


def _dispute_notes(comparison: Comparison, utterance: Utterance, sign: Mapping[str, str]) -> str:
    notes = []
    for dispute in _disputes(comparison, utterance.id):
        told = ", ".join(sign[r] for r in dispute.reports)
        missing = ", ".join(sign[r] for r in dispute.missing_in)
        lacking = f" A reader of {missing} does not learn of it." if missing else ""
        if dispute.claim == utterance.id:
            notes.append(
                f'Disputed ({dispute.kind}) by <a href="#{dispute.denial}">another statement</a>, in {told}.{lacking}'
            )
        else:
            notes.append(
                f'This {dispute.kind} <a href="#{dispute.claim}">another statement</a>; given in {told}.{lacking}'
            )
    return "".join(f'<p class="dispute">{note}</p>' for note in notes)


def _rendering(comparison: Comparison, utterance: Utterance, k: int, sign: Mapping[str, str]) -> str:
    rendering, origin = utterance.renderings[k], utterance.renderings[utterance.origin]
    report = next(r for r in comparison.reports if r.id == rendering.report)
    verdict = rendering.certainty.versus_origin
    drift = "origin" if k == utterance.origin else SIGNS[verdict] if verdict != "none" else ""
    firmness = f'<span class="chip {verdict}">{drift}</span> ' if drift else ""
    chain = " ▸ ".join(escape(n) for n in rendering.chain) or "nobody: the report says it itself"
    lost = "".join(f" <s>{escape(n)}</s>" for n in rendering.dropped_layers)
    items = [f"Through: {chain}" + (f" — lost on the way:{lost}" if lost else "")]
    if k != utterance.origin:
        if verdict != "none":
            items.append(f"Certainty: {escape(rendering.certainty.why)}")
        changes = [
            _change(c.what, c.from_text, c.to_text)
            for c in rendering.changed
            if c.what != "certainty" or rendering.mode != "indirect"
        ]
        items += [f"Changed: {'; '.join(changes)}"] if changes else []
    text = escape(rendering.text) if k == utterance.origin else _marked(origin, rendering)
    return (
        f'<div class="rendering" id="{utterance.id}-{k + 1}"><div class="who"><b>{sign[rendering.report]}</b> '
        f"{escape(name_of(report))}<br>{escape(report.published or 'undated')}<br>"
        f'{firmness}<span class="chip mode">{rendering.mode}</span></div>'
        f'<div><p class="words">{text}</p><ul class="what">{"".join(f"<li>{i}</li>" for i in items)}</ul></div></div>'
    )


def _change(what: str, before: str, after: str) -> str:
    old = f"“{escape(before)}”" if before else "(nothing)"
    new = f"“{escape(after)}”" if after else "left out"
    return f"{what} {old} → {new}"


def _marked(origin: Rendering, rendering: Rendering) -> str:
    """A rendering with its differences marked: all of them in a quotation; in indirect speech what is shared with
    the origin, and the changes that were found."""
    if rendering.mode != "indirect" and origin.mode != "indirect":
        return _word_by_word(origin.text, rendering.text)
    before = {w.form for w in words(origin.text) if w.form not in lexicon("stopwords.txt")}
    changed = {w.form for c in rendering.changed for w in words(c.to_text)}
    out, at = [], 0
    for word in words(rendering.text):
        out.append(escape(rendering.text[at : word.start_char]))
        inside = escape(rendering.text[word.start_char : word.end_char])
        if word.form in changed:
            inside = f"<mark>{inside}</mark>"
        elif word.form in before:
            inside = f'<span class="shared">{inside}</span>'
        out.append(inside)
        at = word.end_char
    return "".join(out) + escape(rendering.text[at:])


def _word_by_word(before: str, after: str) -> str:
    left, right = words(before), words(after)
    out, at = [], 0
    for equal, run in groupby(alignment(left, right), lambda piece: piece.step == "equal"):
        pieces = list(run)
        gone = [] if equal else left[pieces[0].from_start : pieces[-1].from_end]
        new = right[pieces[0].to_start : pieces[-1].to_end]
        if gone:
            out.append(f" <del>{escape(_run(before, gone))}</del>")
        if new:
            gap = after[at : new[0].start_char]
            shown = escape(_run(after, new))
            out.append(escape(gap) or " " * bool(gone))
            out.append(shown if equal else f"<ins>{shown}</ins>")
            at = new[-1].end_char
    return "".join(out) + escape(after[at:])


def _run(text: str, run: Sequence[Word]) -> str:
    return text[run[0].start_char : run[-1].end_char]
