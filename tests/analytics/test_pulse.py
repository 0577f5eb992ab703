from __future__ import annotations

import pytest

from analytics.indicators import CountsDisagree, Share
from analytics.pulse import LevelCounts, compute_pulse


def test_the_index_is_levels_four_and_five_of_the_answers_and_the_blanks_stay_out():
    assert LevelCounts((1, 2, 3, 10, 4), no_answer=5).index == Share(14, 20)


def test_the_pooled_index_is_of_all_answers_and_not_a_mean():
    result = compute_pulse({"a": LevelCounts((0, 0, 0, 0, 10)), "b": LevelCounts((1, 0, 0, 0, 1), 8)}, 10)
    assert result.pooled == Share(11, 12)
    assert result.questions["b"] == Share(1, 2)


@pytest.mark.parametrize("wrong", [LevelCounts((1, 0, 0, 0, 1), 0), LevelCounts((4, -1, 0, 0, 0), 0)])
def test_counts_that_do_not_add_up_are_refused(wrong):
    with pytest.raises(CountsDisagree, match="q1"):
        compute_pulse({"q1": wrong}, 3)
