"""Sentences about one day, deal, column or owner."""

import pytest

from leadbook.analysis.outlook.staleness import explain_limit
from leadbook.cli.forecast_command import _past
from leadbook.run.scoring.outcomes import read_outcomes
from leadbook.sheets.forecast_blocks import _more_owners


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (explain_limit(1.0, 0.0, in_stage=True), "1 day in the stage; 9 of 10 won ones left it within 0"),
        (explain_limit(2.0, 1.0, in_stage=False), "2 days old; 9 of 10 won ones closed within 1"),
        (_past(1), "1 past day"),
        (_past(8), "8 past days"),
        (_more_owners(1), "1 more owner is"),
        (_more_owners(1_200), "1,200 more owners are"),
    ],
)
def test_one_is_said_as_one(said, wanted):
    assert said == wanted


def test_a_single_outcome_is_no_plural():
    with pytest.raises(Exception, match="The only outcome in"):
        read_outcomes(["won", None], "Outcome", "leads.csv")
