"""Which known row a new row is: for duplicates on entry, and for imports that update what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.blocking import candidate_pairs
from leadbook.analysis.duplicates.doubts import doubts
from leadbook.analysis.duplicates.leads import ROLES, days, lead_rows
from leadbook.analysis.duplicates.learn import learn
from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.analysis.duplicates.normalise import read_field
from leadbook.analysis.duplicates.phones import Dialled
from leadbook.analysis.duplicates.reasons import reasons
from leadbook.analysis.duplicates.rows import Deals
from leadbook.analysis.duplicates.search import compare_all, odds_of
from leadbook.analysis.duplicates.weigh import weigh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def match_rows(
    existing: Mapping[str, Sequence[object]],
    incoming: Mapping[str, Sequence[object]],
    *,
    least: float = THRESHOLD,
    home_country: str = "",
) -> pd.DataFrame:
    """Return the known lead that each new row most likely is.

    Parameters
    ----------
    existing, incoming : mapping of str to sequence
        By lead column key: ``email``, ``phone``, ``first_name``, ``last_name``, ``company``, ``website``,
        ``street``, ``postcode``, ``city`` (texts, "" or None for blank), and, where both sides have them,
        ``amount`` (numbers in one currency), ``close_date`` (dates) and ``stage_class``, which tell two deals of
        one person apart; ``country`` says where a phone number is dialled. Other keys are not looked at; a key
        that one side lacks is blank there.
    least : float
        Rows without a match of this probability are left out.
    home_country : str
        ISO code of the country of phone numbers of rows that name none; "" takes most rows'.

    Returns
    -------
    DataFrame, one row for each matched new row, in its order
        ``incoming`` and ``existing`` (positions from 0), ``probability`` (0 to 1), ``next_probability`` (of the
        second best known row; where it is high too, the two known rows are probably duplicates themselves) and
        ``reasons`` ("Email equal +12.0; ... ; Any two rows -10.1"). Several new rows may match one known row.

    Notes
    -----
    The model is the one of ``find_duplicates``; what it learns comes from the pairs between the two sides.
    """
    known, new = _length(existing), _length(incoming)
    nothing = pd.DataFrame(
        {
            "incoming": np.empty(0, np.int64),
            "existing": np.empty(0, np.int64),
            "probability": np.empty(0, np.float64),
            "next_probability": np.empty(0, np.float64),
            "reasons": np.empty(0, object),
        }
    )
    if not known or not new:
        return nothing
    columns = {
        key: np.array([*_texts(existing.get(key), known), *_texts(incoming.get(key), new)], dtype=object)
        for key in (*ROLES, "country")
        if key in existing or key in incoming
    }
    countries = columns.pop("country", None)
    dialled = Dialled(None if countries is None else read_field(countries), home_country)
    rows = lead_rows(columns, _deals(existing, incoming, known, new), dialled)
    is_new = np.arange(known + new) >= known
    one, other, _ = candidate_pairs(rows, is_new)
    compared = compare_all(rows, one, other)
    model = learn(rows, compared, everyone=float(known) * new)
    weighed = weigh(rows, compared, model)
    taken = doubts(rows, one, other, weighed.odds, lambda each, two: odds_of(rows, model, each, two))
    odds = weighed.odds - taken
    probability = 1.0 / (1.0 + np.exp2(-odds))
    # The known row stands first in every pair, because all new rows come after all known ones.
    order = np.lexsort([compared.first, -odds, compared.second])
    places = compared.second[order]
    is_best = np.diff(places, prepend=-1) != 0
    best = order[is_best]
    has_next = np.append(~is_best[1:], False)[is_best] if len(is_best) else is_best
    following = np.append(order[1:], 0)[is_best] if len(is_best) else order
    next_probability = np.where(has_next, probability[following], 0.0) if len(best) else np.empty(0)
    kept = probability[best] >= least
    best, next_probability = best[kept], next_probability[kept]
    if not len(best):
        return nothing
    return pd.DataFrame(
        {
            "incoming": compared.second[best] - known,
            "existing": compared.first[best],
            "probability": probability[best],
            "next_probability": next_probability,
            "reasons": np.array(reasons(rows, compared.at(best), weighed.at(best), taken[best]), dtype=object),
        }
    )


def _length(columns: Mapping[str, Sequence[object]]) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _texts(values: Sequence[object] | None, count: int) -> list[str]:
    if values is None:
        return [""] * count
    return ["" if value is None or value != value else str(value).strip() for value in values]  # noqa: PLR0124 - only not-a-number differs from itself


def _deals(
    existing: Mapping[str, Sequence[object]], incoming: Mapping[str, Sequence[object]], known: int, new: int
) -> Deals | None:
    """Return what tells deals apart, as far as both sides say it."""

    def both(key: str) -> list[object] | None:
        if key in existing and key in incoming:
            return [*existing[key], *incoming[key]]
        return None

    amounts, closing, classes = both("amount"), both("close_date"), both("stage_class")
    if amounts is None and closing is None:
        return None
    blank = np.full(known + new, np.nan)
    amount = close_day = blank
    if amounts is not None:
        amount = pd.to_numeric(pd.Series(amounts, dtype=object), errors="coerce").to_numpy(float)
    if closing is not None:
        close_day = days(pd.to_datetime(pd.Series(closing, dtype=object), errors="coerce").to_numpy())
    ended = np.zeros(known + new, dtype=bool)
    if classes is not None:
        ended = np.array([word in {"won", "lost", "disqualified"} for word in classes], dtype=bool)
    return Deals(amount, close_day, ended)
