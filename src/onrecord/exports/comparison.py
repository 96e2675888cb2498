"""The comparison as JSON: the contract that `onrecord compare --to json` prints."""

from __future__ import annotations

from typing import Any

from onrecord import __version__
from onrecord.families.records import Change, ComparedReport, Comparison, CrossDispute, Rendering, Utterance

Json = dict[str, Any]


def comparison_to_json(comparison: Comparison) -> Json:
    """The comparison as plain dictionaries and lists, ready for `json.dumps`; spans are [start, end]."""
    return {
        "onrecord": __version__,
        "reports": [_report(report) for report in comparison.reports],
        "utterances": [_utterance(utterance) for utterance in comparison.utterances],
        "disputes": [_dispute(dispute) for dispute in comparison.disputes],
        "made_by": comparison.made_by,
    }


def _report(report: ComparedReport) -> Json:
    return {
        "id": report.id,
        "source": report.source,
        "title": report.title,
        "published": report.published,
        "outlet": report.outlet,
        "headline_verdict": report.headline_verdict,
        "taken_from": [source.report for source in report.taken_from],
        "lineage": [{"report": s.report, "why": s.why, "score": s.score} for s in report.taken_from],
        "copy_of": report.copy_of,
    }


def _utterance(utterance: Utterance) -> Json:
    return {
        "id": utterance.id,
        "voice": utterance.voice,
        "said_on": utterance.said_on,
        "origin": utterance.origin,
        "renderings": [_rendering(rendering) for rendering in utterance.renderings],
    }


def _rendering(rendering: Rendering) -> Json:
    certainty = rendering.certainty
    return {
        "report": rendering.report,
        "attribution": rendering.attribution,
        "spans": [list(span) for span in rendering.spans],
        "text": rendering.text,
        "mode": rendering.mode,
        "holder": rendering.holder,
        "chain": list(rendering.chain),
        "dropped_layers": list(rendering.dropped_layers),
        "certainty": {
            "term": certainty.term,
            "versus_origin": certainty.versus_origin,
            "why": certainty.why,
            "span": list(certainty.span) if certainty.span else None,
        },
        "changed": [_change(change) for change in rendering.changed],
        "score": rendering.score,
    }


def _change(change: Change) -> Json:
    return {
        "from": change.from_text,
        "to": change.to_text,
        "what": change.what,
        "from_span": list(change.from_span) if change.from_span else None,
        "to_span": list(change.to_span) if change.to_span else None,
    }


def _dispute(dispute: CrossDispute) -> Json:
    return {
        "claim": dispute.claim,
        "denial": dispute.denial,
        "kind": dispute.kind,
        "why": dispute.why,
        "reports": list(dispute.reports),
        "missing_in": list(dispute.missing_in),
    }
