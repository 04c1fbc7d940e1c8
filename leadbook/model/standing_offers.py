"""Which rows of the Proposals table the buyer can still say yes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.records import Typed

WRITTEN = "Written"
"""The Status of a proposal whose document leadbook has made; that it was sent, and what came of it, a person types."""

_SETTLED = re.compile(
    r"\b(accepted|signed|won|lost|declined|rejected|refused|withdrawn|cancel\w*|superseded|replaced|draft)\b"
)
# A version that never went out, or was taken back, leaves the one before it standing.
_NEVER_WAS = re.compile(r"\b(draft|withdrawn|cancel\w*)\b")


def standing_offers(table: Typed) -> npt.NDArray[np.bool_]:
    """Tell which rows of Proposals, or of Quote Lines, wait for an answer.

    Parameters
    ----------
    table : Typed

    Returns
    -------
    array of bool, shape (n rows,)
        False where the Status says that it is settled, and for every version of a lead's proposal but the last one.
        Rows without a Version replace nothing and are replaced by nothing.
    """
    waiting = ~_says(table, _SETTLED)
    if "version" not in table.places:
        return waiting
    versions = table.frame["version"].to_numpy(dtype=float)
    ids = pd.Series([" ".join(str(lead_id).split()).casefold() for lead_id in table.frame["lead_id"].tolist()])
    leads, _ = pd.factorize(ids)
    counts = ~np.isnan(versions) & ~_says(table, _NEVER_WAS) & (ids != "").to_numpy()
    last = np.full(int(leads.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(last, leads[counts], versions[counts])
    return np.asarray(waiting & ~(versions < last[leads]), dtype=bool)


def _says(table: Typed, pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
    if "status" not in table.frame.columns:
        return np.zeros(len(table.frame), dtype=bool)
    codes, words = pd.factorize(table.frame["status"].to_numpy(dtype=object))
    found = [bool(pattern.search(str(word).casefold())) for word in words]
    return np.array([*found, False], dtype=bool)[codes]
