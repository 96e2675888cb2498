from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.families.clusters import clusters, cohesion

PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), st.floats(0.01, 1)
)


def test_a_weak_bridge_does_not_join_two_groups() -> None:
    links = {(0, 1): 0.9, (2, 3): 0.9, (1, 2): 0.5}
    assert clusters(5, links, 0.3) == [[0, 1], [2, 3], [4]]


def test_cohesion_is_the_mean_of_the_links_to_the_others() -> None:
    assert cohesion([0, 1, 2], {(0, 1): 0.8, (1, 2): 0.4}) == {0: 0.4, 1: 0.6000000000000001, 2: 0.2}


@given(PAIRS)
def test_every_segment_is_in_one_group(links: dict[tuple[int, int], float]) -> None:
    assert sorted(i for group in clusters(8, links, 0.3) for i in group) == list(range(8))


@given(PAIRS)
def test_what_is_joined_was_alike(links: dict[tuple[int, int], float]) -> None:
    for group in clusters(8, links, 0.3):
        if len(group) == 2:
            assert links[group[0], group[1]] >= 0.3
