"""What an offer is worth to the buyer: benefit against cost in three scenarios, with what they rest on."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from leadbook.analysis.proposing.pricing import exact, rounded, smallest_unit
from leadbook.analysis.proposing.wording import in_one_line
from leadbook.model.proposal import Scenario, Worth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.proposal import PricedOption
    from leadbook.model.team_options import Options

_MONTHS = 12


def weigh_worth(
    yearly_benefit: Decimal | None, basis: str, offered: Sequence[PricedOption], currency: str, options: Options
) -> Worth | None:
    """Return what the recommended option is worth to the buyer; None where no benefit is known.

    Parameters
    ----------
    yearly_benefit : Decimal or None
        In the currency of the offer.
    basis : str
        What the figure rests on.
    offered : sequence of PricedOption
        The first is the recommended one; its subtotal, before tax, is the cost.
    currency : str
    options : Options
        Years to look at, and the shares of the cautious and the hopeful scenario.

    Notes
    -----
    Benefit = yearly benefit x share x years; net = benefit - cost; payback in months =
    cost / (yearly benefit x share / 12), rounded up.
    """
    if yearly_benefit is None or yearly_benefit <= 0:
        return None
    unit = smallest_unit(currency)
    cautious, hopeful = exact(options.roi_cautious), exact(options.roi_hopeful)
    shares = (("Cautious", cautious), ("Expected", Decimal(1)), ("Hopeful", hopeful))
    scenarios = tuple(
        _scenario(name, yearly_benefit, offered[0].subtotal, options.roi_years, unit, share=share)
        for name, share in shares
    )
    return Worth(rounded(yearly_benefit, unit), options.roi_years, scenarios, _assumptions(basis, offered, options))


def _scenario(name: str, yearly: Decimal, cost: Decimal, years: int, unit: Decimal, *, share: Decimal) -> Scenario:
    benefit = rounded(yearly * share * years, unit)
    months: int | None = None
    if yearly * share > 0:
        needed = (cost * _MONTHS / (yearly * share)).to_integral_value(ROUND_CEILING)
        months = int(needed) if needed <= years * _MONTHS else None
    return Scenario(name, share, benefit, cost, benefit - cost, months)


def _assumptions(basis: str, offered: Sequence[PricedOption], options: Options) -> tuple[str, ...]:
    years = "1 year" if options.roi_years == 1 else f"{options.roi_years} years, each with the same benefit"
    offer = f"option {offered[0].name}" if len(offered) > 1 else "this offer"
    cautious, hopeful = _percent(options.roi_cautious), _percent(options.roi_hopeful)
    rests = f"The yearly benefit rests on this: {in_one_line(basis).rstrip('. ')}."
    return (
        rests if basis else "What the yearly benefit rests on is still to be agreed between us.",
        f"We look at {years}, from the day the solution is in use.",
        f"The cost is the price of {offer} before tax, paid once.",
        f"The cautious scenario takes {cautious} of the expected benefit, the hopeful one {hopeful}.",
        "Interest, inflation and your own people's time are left out.",
    )


def _percent(share: float) -> str:
    return f"{exact(share * 100).normalize():f} %"
