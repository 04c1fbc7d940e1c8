import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.winning.checking import calibrate, calibrated_apart
from leadbook.analysis.winning.enough import EACH, are_enough, columns_allowed, insufficient
from leadbook.analysis.winning.figures import auc, auc_error, measure_chances, wilson
from leadbook.analysis.winning.newton import chance_of

outcomes = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: 0 < sum(won for _, won in rows) < len(rows)
)


@given(outcomes)
def test_auc_is_the_share_of_pairs_told_apart_ties_half(rows):
    chance = np.array([score / 20 for score, _ in rows])
    won = np.array([float(end) for _, end in rows])
    pairs = [(high > low) + (high == low) / 2 for high in chance[won > 0] for low in chance[won < 1]]
    assert auc(chance, won).value == pytest.approx(sum(pairs) / len(pairs))


def test_calibration_error_is_the_gap_of_each_bin_weighted_by_its_leads():
    chance = np.array([0.05] * 10 + [0.95] * 10)
    won = np.array([1.0] * 2 + [0.0] * 8 + [1.0] * 9 + [0.0])  # 20 % for 5 % expected, 90 % for 95 %
    assert measure_chances(chance, won).ece == pytest.approx(0.5 * 0.15 + 0.5 * 0.05)


def test_wilson_holds_what_the_textbook_says():
    low, high = wilson(np.array([1.0, 0.0]), np.array([10.0, 0.0]))
    assert (low[0], high[0]) == pytest.approx((0.0179, 0.4042), abs=1e-4)
    assert (low[1], high[1]) == (0.0, 1.0)


def test_the_auc_s_error_is_that_of_hanley_and_mcneil_s_own_example():
    # Their table II: 51 abnormal and 58 normal images, an area of 0.893 with a standard error of 0.032.
    assert auc_error(0.893, 51, 58) == pytest.approx(0.032, abs=0.001)


def test_intervals_of_the_auc_hold_the_truth_about_as_often_as_they_say():
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        won = (np.arange(200) % 4 == 0).astype(float)
        found = auc(chance.normal(won, 1.0), won)
        held += found.low <= 0.76025 <= found.high  # P(N(1, 1) > N(0, 1)), the normal distribution at 1 / sqrt(2)
    assert 0.91 <= held / 300 <= 0.99


def test_calibration_finds_chances_that_were_too_bold():
    chance = np.random.default_rng(2)
    truth = chance.normal(0, 1, 20_000)
    won = (chance.random(20_000) < chance_of(truth)).astype(float)
    found = calibrate(2 * truth + 1, won)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.start == pytest.approx(-0.5, abs=0.05)
    assert measure_chances(calibrated_apart(2 * truth + 1, won), won).ece < 0.02


@pytest.mark.parametrize("times", [4, 10])
def test_calibration_finds_chances_that_were_far_too_bold(times):
    chance = np.random.default_rng(5)
    truth = chance.normal(1, 3, 5_000)
    won = (chance.random(5_000) < chance_of(truth)).astype(float)
    found = calibrate(times * (truth + 2), won)
    assert found.slope == pytest.approx(1 / times, rel=0.1)
    assert found.start == pytest.approx(-2, abs=0.2)


def test_log_odds_that_rank_the_wrong_way_round_give_everybody_the_average():
    won = np.array([1.0, 0.0] * 200)
    found = calibrate(np.where(won > 0, -3.0, 3.0), won)
    assert found.slope == 0
    assert found.apply(np.array([-3.0, 3.0])) == pytest.approx([0.5, 0.5])


def test_thirty_of_each_are_enough_and_one_less_is_not():
    assert are_enough(EACH, EACH)
    assert not are_enough(EACH - 1, 5_000)
    assert columns_allowed(30, 4_000) == 3
    assert "(12 won, 30 lost)" in insufficient(12, 30)
