"""Voices of different reports: the same or not."""

from __future__ import annotations

import pytest

from onrecord.voices.identity import same_voice

SAME = [
    ("Karen Holt", "person", "Karen Holt", "person"),
    ("William Harkness", "person", "Bill Harkness", "person"),
    ("Karen P. Holt", "person", "Karen Holt", "person"),
    ("K. Holt", "person", "Karen Holt", "person"),
    ("Ursula von der Brandt", "person", "Ursula Von der Brandt", "person"),
    ("Sir Edwin Sark", "person", "Edwin Sark Jr.", "person"),
    ("José Garrido", "person", "Jose Garrido", "person"),
    ("The Orkney Times", "organisation", "Orkney Times", "organisation"),
    ("Tay Foods Inc.", "organisation", "Tay Foods", "organisation"),
    ("FBI", "organisation", "Federal Bureau of Investigation", "organisation"),
    ("Democrats", "group", "Democrats", "group"),
]
OTHER = [
    ("Karen Holt", "person", "Robert Holt", "person"),
    ("Karen P. Holt", "person", "Karen R. Holt", "person"),
    ("Holt", "person", "Karen Holt", "person"),
    ("Holt", "person", "Holt", "person"),
    ("Karen Holt", "person", "Karen Holt", "organisation"),
    ("senior official", "unnamed", "senior official", "unnamed"),
    ("poll", "document", "poll", "document"),
    ("critics", "group", "critics", "group"),
    ("Orkney Times", "organisation", "Shetland Times", "organisation"),
    ("", "person", "", "person"),
]


@pytest.mark.parametrize(("name", "kind", "other", "other_kind"), SAME)
def test_same(name: str, kind: str, other: str, other_kind: str) -> None:
    verdict = same_voice(name, kind, other, other_kind)
    assert verdict.same, verdict.why
    assert verdict.why


@pytest.mark.parametrize(("name", "kind", "other", "other_kind"), OTHER)
def test_other(name: str, kind: str, other: str, other_kind: str) -> None:
    verdict = same_voice(name, kind, other, other_kind)
    assert not verdict.same
    assert verdict.why
