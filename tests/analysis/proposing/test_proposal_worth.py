"""What an offer is worth, by figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leadbook.analysis.proposing.benefit import weigh_worth
from leadbook.analysis.proposing.pricing import QuotedLine, price_option
from leadbook.model.team_options import Options

D = Decimal


def offered(price: str, *names: str):
    return [price_option(name, [QuotedLine(2, "Seat", D(1), D(price))], "EUR") for name in names or ("A",)]


def test_three_scenarios_by_hand():
    worth = weigh_worth(D(24_000), "10 hours a week", offered("30000"), "EUR", Options())
    told = [(one.name, one.benefit, one.cost, one.net, one.payback_months) for one in worth.scenarios]
    assert told == [
        ("Cautious", D(36_000), D(30_000), D(6_000), 30),  # 12,000 a year: 30 months
        ("Expected", D(72_000), D(30_000), D(42_000), 15),  # 2,000 a month
        ("Hopeful", D(90_000), D(30_000), D(60_000), 12),  # 2,500 a month
    ]


def test_months_are_rounded_up_and_none_where_the_years_do_not_do():
    worth = weigh_worth(D(1_000), "", offered("1001"), "EUR", Options(roi_years=1))
    # 500, 1,000 and 1,250 a year against 1,001: 24.02, 12.01 and 9.6 months
    assert [one.payback_months for one in worth.scenarios] == [None, None, 10]
    assert [one.net for one in worth.scenarios] == [D(-501), D(-1), D(249)]


def test_a_gift_pays_back_at_once_and_a_share_of_nothing_never():
    assert weigh_worth(D(10), "", offered("0"), "EUR", Options()).scenarios[1].payback_months == 0
    worth = weigh_worth(D(10), "", offered("5"), "EUR", Options(roi_cautious=0.0))
    assert worth.scenarios[0].payback_months is None
    assert worth.scenarios[0].net == D(-5)


@pytest.mark.parametrize("benefit", [None, D(0), D(-5)])
def test_without_a_benefit_nothing_is_guessed(benefit):
    assert weigh_worth(benefit, "", offered("100"), "EUR", Options()) is None


def test_the_assumptions_say_what_the_figures_rest_on():
    options = Options(roi_years=5, roi_cautious=0.07, roi_hopeful=1.5)
    said = " ".join(weigh_worth(D(10), "10 hours a week.", offered("5", "A", "B"), "EUR", options).assumptions)
    for words in ("10 hours a week.", "5 years", "option A before tax", "7 % of", "150 %", "Interest"):
        assert words in said
    assert ".." not in said
    alone = " ".join(weigh_worth(D(10), "", offered("5"), "EUR", Options(roi_years=1)).assumptions)
    assert "this offer before tax" in alone
    assert "still to be agreed" in alone
    assert "1 year," in alone
