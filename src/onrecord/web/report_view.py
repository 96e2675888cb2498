"""A reading as the report page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onrecord.exports.entries import Entry, words_or_place
from onrecord.exports.marking import Mark, Run, marks_by_block, marks_of, runs
from onrecord.ledger.records import ReportEntry
from onrecord.ledger.rows import headline_rows
from onrecord.model import Attribution, Certainty, Dispute, HeadlineCheck, Reading, Span, Time, Voice
from onrecord.web.views import (
    CertaintyView,
    CheckView,
    DisputeView,
    ReportPage,
    Statement,
    TextBlock,
    TextRun,
    TimeView,
    VoiceView,
)

HEADLINE = "h1"
"""The row of the headline's check."""
MOST_NAMES = 6


def report_page(
    entry: ReportEntry, reading: Reading, reviews: Mapping[str, str], versions: int
) -> ReportPage:
    """The page of one report."""
    reviewed = Entry(reading, reviews)
    checks = {row_id: _check(reviewed, entry, row_id, check) for row_id, check in headline_rows(reading)}
    return ReportPage(
        report=entry,
        byline=reading.report.byline,
        sha256=reading.report.sha256,
        blocks=_blocks(reviewed),
        statements=tuple(_statement(reviewed, entry.report, a) for a in reading.attributions or ()),
        disputes=dispute_views(reviewed, entry),
        headline=checks.pop(HEADLINE, None),
        sentence_checks=tuple(checks.values()),
        voices=tuple(voice_view(reviewed, entry, voice) for voice in reading.voices or ()),
        certainties=tuple(_certainty(reviewed, entry.report, c) for c in reading.certainties or ()),
        times=tuple(_time(reviewed, entry.report, time) for time in reading.times or ()),
        versions=versions,
        has_text=reading.report.has_text,
    )


def dispute_views(entry: Entry, report: ReportEntry) -> tuple[DisputeView, ...]:
    """The disputes of a reading, each with both ends in words."""
    return tuple(_dispute(entry, report, dispute) for dispute in entry.reading.disputes or ())


def voice_view(entry: Entry, report: ReportEntry, voice: Voice) -> VoiceView:
    """A voice with what the report calls it."""
    called = dict.fromkeys(entry.reading.report.at(span) for span in voice.mentions)
    return VoiceView(
        row=f"{report.report}.{voice.id}",
        report=report.report,
        report_title=report.title or report.source,
        name=voice.name,
        kind=voice.kind,
        roles=voice.roles,
        called=tuple(name for name in called if name)[:MOST_NAMES],
        why=voice.why,
        confidence=voice.confidence,
        review=entry.review(voice.id),
    )


def band_in_words(certainty: Certainty) -> str:
    """ "highly likely (PHIA: 80 to 90 %)", or the term alone where its holder has no yardstick."""
    if certainty.low is None or certainty.high is None:
        return certainty.term
    return f"{certainty.term} ({certainty.yardstick}: {certainty.low * 100:g} to {certainty.high * 100:g} %)"


def _blocks(entry: Entry) -> tuple[TextBlock, ...]:
    blocks = entry.reading.report.blocks if entry.reading.report.has_text else ()
    tips = _tips(entry)
    marks = [*marks_of(entry.reading), *_mentions(entry.reading), *_ends(entry.reading)]
    grouped = zip(blocks, marks_by_block(blocks, marks), strict=True)
    return tuple(
        TextBlock(block.kind, tuple(_run(entry, run, tips) for run in runs(block.span, marks)))
        for block, marks in grouped
    )


def _ends(reading: Reading) -> Iterator[Mark]:
    """Both ends of each difference that a check found, under the name that the page gives the difference."""
    for name, check in headline_rows(reading):
        for n, difference in enumerate(check.differences, 1):
            for span in (difference.headline, difference.body):
                yield Mark(span, "differs", f"{name}-{n}")


def _mentions(reading: Reading) -> Iterator[Mark]:
    """Where voices stand: they light up, and have no mark of their own."""
    for voice in reading.voices or ():
        for span in voice.mentions:
            yield Mark(span, "mention", voice.id)


def _run(entry: Entry, run: Run, tips: Mapping[str, str]) -> TextRun:
    text = entry.reading.report.text[run.start_char : run.end_char]
    roles = tuple(dict.fromkeys(mark.role for mark in run.marks if mark.role != "mention"))
    rows = tuple(dict.fromkeys(mark.row for mark in run.marks))
    told = [tips[mark.row] for mark in run.marks if _tells(mark) and mark.row in tips]
    deep = sum(mark.role == "content" for mark in run.marks)
    return TextRun(text, roles, rows, "; ".join(dict.fromkeys(told)), deep)


def _tells(mark: Mark) -> bool:
    return mark.role in ("certainty", "time", "source")


def _tips(entry: Entry) -> dict[str, str]:
    reading = entry.reading
    tips = {
        c.id: f"{band_in_words(c)}, held by {_holder(entry, c.holder)}" for c in reading.certainties or ()
    }
    tips |= {t.id: f"{t.kind} {t.value or 'unresolved'}" for t in reading.times or ()}
    return tips | {a.id: entry.voice_name(a) for a in reading.attributions or ()}


def _holder(entry: Entry, holder: str) -> str:
    if holder == "reporter":
        return "the reporter"
    return entry.voice_name(entry.reading.attribution(holder)) or "nobody named"


def _certainty(entry: Entry, report: str, certainty: Certainty) -> CertaintyView:
    confidence = certainty.analytic_confidence
    return CertaintyView(
        row=f"{report}.{certainty.id}",
        id=certainty.id,
        words=words_or_place(entry.reading.report, (Span(certainty.start_char, certainty.end_char),)),
        term=certainty.term,
        direction=certainty.direction,
        holder=_holder(entry, certainty.holder),
        holder_id=None if certainty.holder == "reporter" else certainty.holder,
        yardstick=certainty.yardstick,
        low=certainty.low,
        high=certainty.high,
        remarks=(*certainty.notes, *([f"{confidence} analytic confidence"] if confidence else [])),
        made_by=certainty.made_by,
        review=entry.review(certainty.id),
    )


def _time(entry: Entry, report: str, time: Time) -> TimeView:
    return TimeView(
        row=f"{report}.{time.id}",
        id=time.id,
        words=words_or_place(entry.reading.report, (Span(time.start_char, time.end_char),)),
        kind=time.kind,
        value=time.value,
        anchor=time.anchor,
        made_by=time.made_by,
        review=entry.review(time.id),
    )


def _statement(entry: Entry, report: str, attribution: Attribution) -> Statement:
    reading = entry.reading
    chain = reading.chain(attribution.id)
    voice = entry.voice_of(attribution)
    held = [c for c in reading.certainties or () if c.holder == attribution.id]
    return Statement(
        id=attribution.id,
        row=f"{report}.{attribution.id}",
        depth=len(chain) - 1,
        chain=tuple(entry.voice_name(link) or "nobody named" for link in chain),
        voice=entry.voice_name(attribution) or "nobody named",
        voice_kind=voice.kind if voice else None,
        voice_why=voice.why if voice else "",
        roles=voice.roles if voice else (),
        cue=reading.report.at(attribution.cue),
        content=words_or_place(reading.report, attribution.content),
        act=attribution.act,
        quotation=attribution.quotation,
        said=attribution.said.value if attribution.said else None,
        certainties=tuple(band_in_words(c) for c in held),
        confidence=attribution.confidence,
        made_by=attribution.made_by,
        review=entry.review(attribution.id),
    )


def _dispute(entry: Entry, report: ReportEntry, dispute: Dispute) -> DisputeView:
    claim, claim_voice, claim_id = _end(entry, dispute.claim)
    denial, denial_voice, denial_id = _end(entry, dispute.denial)
    return DisputeView(
        row=f"{report.report}.{dispute.id}",
        report=report.report,
        report_title=report.title or report.source,
        published=report.published,
        kind=dispute.kind,
        claim=claim,
        claim_voice=claim_voice,
        claim_id=claim_id,
        denial=denial,
        denial_voice=denial_voice,
        denial_id=denial_id,
        why=dispute.why,
        confidence=dispute.confidence,
        review=entry.review(dispute.id),
    )


def _end(entry: Entry, end: str | Span) -> tuple[str, str, str | None]:
    report = entry.reading.report
    if isinstance(end, Span):
        return words_or_place(report, (end,)), "the report", None
    attribution = entry.reading.attribution(end)
    words = words_or_place(report, attribution.content)
    return words, entry.voice_name(attribution) or "nobody named", attribution.id


def _check(entry: Entry, report: ReportEntry, row_id: str, check: HeadlineCheck) -> CheckView:
    text = entry.reading.report

    def words(span: Span) -> str:
        return words_or_place(text, (span,)) if span.start_char < span.end_char else ""

    return CheckView(
        row=f"{report.report}.{row_id}",
        id=row_id,
        label=_label(entry.reading, row_id, check),
        verdict=check.verdict,
        checked=words(check.checked) or text.title or "",
        why=check.why,
        differences=tuple((d.what, words(d.headline), words(d.body)) for d in check.differences),
        rests_on=check.rests_on,
        confidence=check.confidence,
        review=entry.review(row_id),
    )


def _label(reading: Reading, row_id: str, check: HeadlineCheck) -> str:
    if row_id == HEADLINE:
        return "Headline"
    bodies = (block for block in reading.report.blocks if block.kind == "body")
    first = next(bodies, None)
    return "First paragraph" if first is not None and first.span.overlaps(check.checked) else "Sentence"
