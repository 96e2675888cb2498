"""What speaks for a statement being a denial, and for a claim being its target: named numbers, each readable."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from onrecord.disputes.statements import Statement

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Rarity:
    """How telling each stem is in a report, and sums of that, kept: the same sets are asked for many times."""

    telling: dict[str, float]
    kept: dict[frozenset[str], float] = field(default_factory=dict)

    def of(self, stems: frozenset[str]) -> float:
        """How telling some stems are together."""
        known = self.kept.get(stems)
        if known is None:
            known = self.kept[stems] = sum(self.telling.get(stem, 0.0) for stem in stems)
        return known


def rarity(units: Sequence[Statement]) -> Rarity:
    """How telling each stem is in this report: the logarithm of how few of its statements have it."""
    counts = Counter(stem for unit in units for stem in unit.stems)
    return Rarity({stem: math.log((len(units) + 1) / n) for stem, n in counts.items()})


def denial_features(unit: Statement) -> Features:
    """Features of one statement as a denial: where which cues stand, negation, contrast, who speaks.

    Of a content of several sentences the one with the most marks counts, so that long quotations do not collect
    marks that have nothing to do with each other.
    """
    found: Features = {"bias": 1.0}
    who = "" if unit.is_attribution else "r_"
    if who:
        found["reporter"] = 1.0
    in_cue, in_content = unit.cue_marks, unit.content_marks
    for category in in_cue:
        found[f"cue_{category}"] = 1.0
    for category in in_content:
        found[f"{who}content_{category}"] = 1.0
    for category in ("contrast", "counter", "later"):
        if category in unit.opening_marks:
            found[f"{who}opens_{category}"] = 1.0
    if "?" in unit.content[:200]:
        found[f"{who}question_mark"] = 1.0
    refers = in_content & {"claimword", "otherssay"}
    if in_cue & {"deny", "reject", "doubt", "correct", "counter", "reply"} and refers:
        found["cue_on_claim"] = 1.0
    if in_content & {"false", "scorn", "deny", "reject", "verdict", "slant", "retort"} and refers:
        found[f"{who}false_on_claim"] = 1.0
    if "flatno" in in_content and in_cue & {"insist", "counter", "reply", "defend"}:
        found["insists_not"] = 1.0
    if not (in_cue | in_content) & _DENYING:
        found["unmarked"] = 1.0
    words = len(unit.content.split())
    found[f"{who}long"] = min(words, 60) / 60
    found[f"{who}short"] = float(words <= 4)
    if unit.holders:
        found["inner"] = 1.0
    return found


_DENYING = frozenset(
    {
        "deny",
        "reject",
        "doubt",
        "correct",
        "counter",
        "false",
        "verdict",
        "flatno",
        "negation",
        "scorn",
        "slant",
    }
    | {"retort", "rather", "defend", "concede"}
)


def context_features(denial: Features, targets: Sequence[Features]) -> Features:
    """What the claims around a statement say about its being a denial (targets without the inner claim)."""
    others = [t for t in targets if "same_voice" not in t and "claim_in_denial" not in t]
    before = [t for t in others if not t["after"]]
    near = [t for t in before if t["distance"] < math.log1p(3.5)]
    negated = denial.keys() & {"content_negation", "content_flatno", "r_content_negation", "r_content_flatno"}
    like = max((t["overlap"] for t in before), default=0.0)
    found: Features = {
        "likest": like,
        "likest_after": max((t["overlap"] for t in others if t["after"]), default=0.0),
        "likest_negated": like if negated else 0.0,
        "commonest": max((t["common"] for t in before), default=0.0),
        "named_before": max((t.get("claim_names_denier", 0.0) for t in near), default=0.0),
        "names_before": max((t.get("denial_names_claimant", 0.0) for t in near), default=0.0),
        "attack_before": max((t.get("claim_cue_attack", 0.0) for t in near), default=0.0),
        "turn": float(bool(near)),
        "holds_claim": float(any("claim_in_denial" in t and "same_voice" not in t for t in targets)),
    }
    if "content_flatno" in denial:
        found["flatly_on_common"] = found["commonest"]
    own = [t for t in targets if "same_voice" in t and "claim_denies" in t and not t["after"]]
    if any("same_sentence" in t for t in own):
        found["continues_in_sentence"] = 1.0
    if any(t["distance"] < math.log1p(4.5) for t in own):
        found["continues_denial"] = 1.0
        if negated:
            found["continues_negated"] = 1.0
    if found["named_before"] and found["attack_before"]:
        found["accused_before"] = 1.0
    if found["holds_claim"] and negated:
        found["holds_claim_negated"] = 1.0
    for mark in (
        "cue_counter",
        "cue_insist",
        "cue_defend",
        "opens_contrast",
        "content_verdict",
        "cue_deny",
        "cue_reject",
    ):
        if mark in denial and like > 0.3:
            found[f"likest_{mark}"] = like
    return found


def pair_features(
    denial: Statement,
    claim: Statement,
    rare: Rarity,
) -> Features:
    """Features of a claim as the target of a denial: likeness, distance, who is named, how it is reported."""
    gap = denial.sentence - claim.sentence
    common = denial.stems & claim.stems
    weight, said = rare.of(common), rare.of(claim.stems)
    least = min(rare.of(denial.stems), said)
    told = rare.of(denial.telling_stems & claim.stems)
    size = rare.of(denial.telling_stems)
    found: Features = {
        "telling_overlap": told / (min(size, said) + 2.0),
        "overlap": weight / (least + 2.0),
        "common": min(weight, 12.0) / 12.0,
        "names": min(len(denial.names & claim.names), 3) / 3,
        "distance": math.log1p(abs(gap)),
        "after": float(claim.start_char > denial.start_char),
        "same_sentence": float(gap == 0),
        "previous_sentence": float(gap == 1),
        "same_paragraph": float(denial.paragraph == claim.paragraph),
        "next_paragraph": float(denial.paragraph - claim.paragraph == 1),
    }
    found |= _between(denial, claim)
    found |= {f"claim_cue_{mark}": 1.0 for mark in _CLAIM_CUES if mark in claim.cue_marks}
    found["claim_in_headline"] = float(claim.sentence == 0)
    found["claim_denies"] = float("deny" in claim.cue_marks or "verdict" in claim.content_marks)
    found["claim_relayed"] = float(bool(claim.holders))
    found["claimant_in_person"] = float(
        not claim.holders and "denial_names_claimant" in found and bool(common)
    )
    found["claim_topic"] = float(_only_a_topic(claim))
    found["after_same_sentence"] = float(gap == 0 and found["after"] > 0 and "other_voice" in found)
    found["claim_short"] = float(len(claim.stems) <= 2)
    found["mentions_a_claim"] = float("claimword" in denial.content_marks and not common)
    return {name: value for name, value in found.items() if value or name in _ALWAYS}


_TOPIC_ENDS = ("about", "on", "at", "over", "of", "for", "against", "into")


def _only_a_topic(claim: Statement) -> bool:
    """Whether a claim names what it is about but not what it says ("talked about | the phone call")."""
    return claim.cue.casefold().endswith(_TOPIC_ENDS) and not set('“"') & set(claim.content)


_CLAIM_CUES = ("claimword", "deny", "reject", "doubt", "insist", "attack")
_ALWAYS = frozenset({"overlap", "common", "distance", "after"})


def _between(denial: Statement, claim: Statement) -> Features:
    """Features of the two voices: whether they are one, and who names whom."""
    found: Features = {}
    if same_speaker(denial, claim):
        found["same_voice"] = 1.0
        if denial.cue_marks & {"correct", "concede", "later"} or "first" in claim.cue_marks:
            found["same_voice_corrected"] = 1.0
    else:
        if claim.speaker:
            found["other_voice"] = 1.0
        named = bool(claim.called) and not claim.called & denial.speaker and claim.called <= denial.said_words
        described = claim.by_person and denial.describes_person
        if named or described or claim.voice in denial.relays:
            found["denial_names_claimant"] = 1.0
    if denial.called and denial.called <= claim.content_words:
        found["claim_names_denier"] = 1.0
    if denial.end in claim.holders:
        found["claim_in_denial"] = 1.0
        if claim.sentence != denial.telling:
            # Its words are in the denial, but not in the sentence that denies.
            found |= {"claim_in_denial_apart": 1.0, "overlap": 0.0, "common": 0.0, "names": 0.0}
    return found


def same_speaker(a: Statement, b: Statement) -> bool:
    """Whether two statements come from one voice, or one that speaks for the other, as far as ids and names tell."""
    if a.voice is not None and b.voice is not None:
        return bool(a.side & b.side)
    return bool(a.speaker & b.speaker)


def hollow(denial: Statement) -> bool:
    """Whether a denial only points at its claim ("disputed the claim", "said that was a lie") without stating it."""
    return len(denial.stems) - ("claimword" in denial.content_marks) - ("false" in denial.content_marks) <= 2


def standing_out(denial: Statement, pairs: Sequence[Features]) -> None:
    """Mark, in place, which of a denial's targets is the most alike and which the nearest before, voices apart."""
    others = [p for p in pairs if "same_voice" not in p]
    if not others:
        return
    max(others, key=lambda p: p["overlap"])["most_alike"] = 1.0
    max(others, key=lambda p: p["common"])["most_common"] = 1.0
    before = [p for p in others if not p["after"] and "claim_topic" not in p]
    named = [p for p in others if "denial_names_claimant" in p and "claim_topic" not in p]
    # Who tells whom it answers is answered with the nearest of that voice, even later in the sentence.
    named = [p for p in named if not p["after"] or "after_same_sentence" in p]
    below = [
        p
        for p in others
        if p.keys() >= {"denial_names_claimant", "after"}
        and p["after"]
        and not p.keys() & {"claim_topic", "claim_in_denial"}
    ]
    if named or below:
        for pair in others:
            if not pair.keys() & {"denial_names_claimant", "claim_in_denial"}:
                pair["names_another"] = 1.0
    # News often tells the denial first and the claim that it names below.
    candidates = named or below or before
    if candidates:
        nearest = min(candidates, key=lambda p: p["distance"])
        nearest["named_below" if not named and below else "nearest"] = 1.0
        if hollow(denial):
            nearest["hollow_nearest"] = 1.0


def inside_features(denial: Statement, how: str, best_overlap: float) -> Features:
    """Features for the claim being only the one that the denial itself states."""
    in_cue, in_content = denial.cue_marks, denial.content_marks
    found: Features = {"inside": 1.0, f"inside_{how}": 1.0, "inside_best_overlap": best_overlap}
    for category in ("deny", "reject", "doubt", "counter", "insist"):
        if category in in_cue:
            found[f"inside_cue_{category}"] = 1.0
    for category in ("false", "claimword", "pointer", "negation"):
        if category in in_content:
            found[f"inside_content_{category}"] = 1.0
    if hollow(denial):
        found["inside_hollow"] = 1.0
    if not denial.is_attribution:
        found["inside_reporter"] = 1.0
    return found
