"""What a deal brings when it is won: its amount, else what deals of its product brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.touches import fold

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.model.records import Records

PRODUCT_HEADERS = ("product", "products", "product name", "item", "offering", "package", "plan", "service", "produkt")
"""Headers, as they are compared, of a seller's own column that says what is sold."""
MOST_GROUPS = 200
_LEAN_DEALS = 20
_ONE_OFF = 5.0
"""A won deal more than so many times the next largest is a one-off: nothing says that another will come."""
ANCHOR_DEALS = 1.0
"""The anchor counts as so many won deals: those of one product cost much the same, so its own few soon outweigh it."""


def read_groups(records: Records) -> tuple[npt.NDArray[np.int64], int, npt.NDArray[np.float64]]:
    """Return what each lead is about: the product in a column of the seller's own.

    Returns
    -------
    (array of int, int, array of float)
        A number for each lead, how many numbers there are, and each one's list price in Settings (NaN for none).
        Without such a column, or with more than 200 different words in it, every lead has the number 0.
    """
    leads = records.leads
    found = next((header for header in leads.extra.columns if _word(header) in PRODUCT_HEADERS), None)
    none = np.zeros(len(leads.frame), dtype=np.int64), 1, np.array([np.nan])
    if found is None:
        return none
    cells = leads.extra[found]
    codes, words = pd.factorize(fold(cells.astype(str).where(cells.notna(), "")), sort=True)
    if len(words) > MOST_GROUPS or not len(words):
        return none
    listed = {
        _word(product.name): product.list_price * rate
        for product in records.playbook.products
        if product.list_price is not None
        and (rate := records.playbook.rates.get(product.currency or records.playbook.options.base_currency)) is not None
    }
    prices = np.array([listed.get(_word(word), np.nan) for word in words])
    return codes.astype(np.int64), len(words), prices


def value_by_group(courses: Courses, until: int) -> npt.NDArray[np.float64]:
    """Return what a won deal of each product is worth, by those won before a day.

    Parameters
    ----------
    courses : Courses
    until : int
        Exclusive, days since 1970: later wins teach nothing.

    Returns
    -------
    array of float, shape (groups,)
        NaN everywhere when no win with an amount is known and no list price either.

    Notes
    -----
    (Σ won amounts of the product + anchor) ÷ (n + 1). The anchor is the product's list price, else the mean of
    all won amounts.
    """
    taught = courses.won & (courses.ended < until) & ~np.isnan(courses.amount)
    amounts = courses.amount[taught]
    overall = float(amounts.mean()) if len(amounts) else np.nan
    anchor = np.where(np.isnan(courses.prices), overall, courses.prices)
    sums = np.bincount(courses.group[taught], weights=amounts, minlength=courses.groups)
    counts = np.bincount(courses.group[taught], minlength=courses.groups)
    worth = (sums + ANCHOR_DEALS * anchor) / (counts + ANCHOR_DEALS)
    return np.asarray(worth, dtype=np.float64)


def without_one_off(courses: Courses) -> tuple[Courses, str]:
    """Return the deals with a won one that dwarfs all others counted as the next largest, and a sentence that says so.

    Its whole amount, spread over the months to come, would promise a share of such a deal in each of them.
    """
    priced = np.flatnonzero(courses.known_end & courses.won & ~np.isnan(courses.amount))
    if len(priced) < 2:
        return courses, ""
    order = priced[np.argsort(courses.amount[priced], kind="stable")]
    largest, second = (float(courses.amount[place]) for place in (order[-1], order[-2]))
    if not largest > _ONE_OFF * second:
        return courses, ""
    amount = courses.amount.copy()
    amount[order[-1]] = second
    said = (
        f"One won deal of {largest:,.0f} is {largest / second:.0f} times the next largest; history's answer and its "
        f"past errors count it as {second:,.0f}."
    )
    return replace(courses, amount=amount), said


def value_of_deals(courses: Courses, until: int) -> npt.NDArray[np.float64]:
    """Return each deal's worth if won: its own amount, else its product's; NaN when neither is known."""
    return np.where(np.isnan(courses.amount), value_by_group(courses, until)[courses.group], courses.amount)


def lean_of_value(courses: Courses) -> float:
    """Return how much of the value is won for each deal's worth of count: below 1 where large deals are lost.

    Notes
    -----
    (Σ won amount ÷ Σ won and lost amount) ÷ (won ÷ (won + lost)), over ended deals with an amount, drawn to 1 by 20
    deals, within 0.5 to 1.5; 1 where no lost deal keeps its amount.
    """
    priced = courses.known_end & ~np.isnan(courses.amount)
    amounts, won = courses.amount[priced], courses.won[priced]
    if not won.any() or won.all():
        return 1.0
    lean = float(amounts[won].sum() / amounts.sum() / won.mean())
    trust = len(won) / (len(won) + _LEAN_DEALS)
    return float(np.clip(1 + trust * (lean - 1), 0.5, 1.5))


def _word(text: object) -> str:
    return " ".join(str(text).replace("_", " ").split()).casefold()
